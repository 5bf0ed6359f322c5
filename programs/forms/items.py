"""What every form of the player carries: the client's key and the revision it was shown."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms

from core.forms import Audience, AudienceForm


class DraftTextField(forms.CharField):
    """May be left empty in a draft; `required` only decides whether the page calls it optional."""

    def validate(self, value: Any) -> None:
        if value not in self.empty_values:
            super().validate(value)


class DraftChoiceField(forms.ChoiceField):
    """Like `DraftTextField`, for one of several options."""

    def validate(self, value: Any) -> None:
        if value not in self.empty_values:
            super().validate(value)


class StepForm(AudienceForm):
    """`client_key` makes a repeat a no-op; `revision` is what the page was made from."""

    use_required_attribute = False

    audience = {"client_key": Audience.ONLY_ME, "revision": Audience.ONLY_ME}

    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    revision = forms.IntegerField(widget=forms.HiddenInput, initial=0, min_value=0, required=False)

    def clean_revision(self) -> int:
        return self.cleaned_data["revision"] or 0

    def add(self, name: str, field: forms.Field, audience: Audience) -> None:
        """Add a field that the item's content defines, with its readers."""
        self.fields[name] = field
        self.audience = {**self.audience, name: audience}

    def values(self, prefix: str) -> dict[str, Any]:
        """The cleaned values of fields whose names begin with `prefix`, without it."""
        return {
            name.removeprefix(prefix): value
            for name, value in self.cleaned_data.items()
            if name.startswith(prefix)
        }
