"""What came of a word with somebody, and whom to write to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm
from programs.models import Contact, Enrollment, Flag
from programs.services.flags import SNOOZES


class FlagForm(AudienceForm):
    """One of: take it, put it off, close it with an outcome."""

    audience = dict.fromkeys(("action", "days", "outcome", "how"), Audience.PRACTICE)

    ACTIONS = (("take", _("Mine")), ("later", _("Later")), ("close", _("Done")))

    action = forms.ChoiceField(choices=ACTIONS)
    days = forms.TypedChoiceField(
        choices=[(days, str(days)) for days in SNOOZES], coerce=int, required=False
    )
    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        choices=[choice for choice in Flag.Outcome.choices if choice[0] != Flag.Outcome.BY_ITSELF],
        required=False,
    )
    how = forms.ChoiceField(
        label=_("How did you get in touch?"),
        choices=[("", _("Not recorded"))]
        + [choice for choice in Contact.How.choices if choice[0] != Contact.How.NUDGE],
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["days"] = cleaned.get("days") or SNOOZES[1]
        if cleaned.get("action") == "close" and not cleaned.get("outcome"):
            self.add_error("outcome", _("Choose what came of it."))
        return cleaned


class NudgeForm(AudienceForm):
    """The people chosen on the list."""

    audience = {"person": Audience.PRACTICE}

    person = forms.ModelMultipleChoiceField(
        queryset=Enrollment.objects.none(),
        to_field_name="public_id",
        error_messages={"required": _("Choose at least one person.")},
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
