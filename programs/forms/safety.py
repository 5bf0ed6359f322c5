"""The weekly question, and the papers of those who lead a practice program."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import Audience, AudienceForm, DayField
from programs.forms.cohorts import StaffChoiceField


class CheckInForm(AudienceForm):
    """A yes reaches the named contact alone; a no is not kept."""

    audience = {"upsetting": Audience.NAMED}

    upsetting = forms.ChoiceField(
        choices=[("no", _("No")), ("yes", _("Yes"))], widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, question: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["upsetting"].label = question


class QualificationForm(AudienceForm):
    audience = dict.fromkeys(
        ("person", "key", "title", "valid_from", "expires_on"), Audience.PRACTICE
    )

    person = StaffChoiceField(label=_("Person"), queryset=User.objects.none())
    key = forms.ChoiceField(label=_("Qualified for"))
    title = forms.CharField(label=_("What the paper says"), max_length=160)
    valid_from = DayField(label=_("Valid from"))
    expires_on = DayField(label=_("Last valid day, if any"), required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = User.objects.practice_staff().order_by("name", "email")
        self.fields["person"].queryset = staff  # type: ignore[attr-defined]
        self.fields["key"].choices = kinds  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("valid_from"), data.get("expires_on")
        if first and last and last < first:
            message = _("The last day must not lie before the first.")
            self.add_error("expires_on", ValidationError(message, code="ends_before_start"))
        return data
