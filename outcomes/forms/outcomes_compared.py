"""Which two reports stand side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from outcomes.models import Release

if TYPE_CHECKING:
    from django.db.models import QuerySet


class ReleaseChoiceField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Release.objects.none(), to_field_name="public_id", empty_label=None, **kwargs
        )

    def label_from_instance(self, release: Release) -> str:  # type: ignore[override]
        wave = release.wave
        closed = wave.closes_at.astimezone(wave.cohort.zone)
        return f"{wave.cohort.name}, {wave.get_label_display()} ({date_format(closed, 'j M Y')})"


class ReleasePairForm(forms.Form):
    first = ReleaseChoiceField(label=_("Report 1"))
    second = ReleaseChoiceField(label=_("Report 2"))

    def __init__(self, *args: Any, releases: QuerySet[Release], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.queryset = releases  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("first") and cleaned.get("first") == cleaned.get("second"):
            raise ValidationError(_("Choose two different reports."), code="same")
        return cleaned
