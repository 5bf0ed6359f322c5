"""Which cohort that has not begun is asked at the same times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models import Cohort

if TYPE_CHECKING:
    from django.db.models import QuerySet


class ComparisonGroupForm(forms.Form):
    other = forms.ModelChoiceField(
        label=_("Cohort that begins later"),
        queryset=Cohort.objects.none(),
        to_field_name="public_id",
        empty_label=None,
    )

    def __init__(self, *args: Any, cohorts: QuerySet[Cohort], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = cohorts  # type: ignore[attr-defined]
