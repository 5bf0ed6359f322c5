"""The rules of a contract, or of the practice, about booking. An empty field: the next layer decides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from coaching.models import BookingPolicy
from core.forms import Audience, AudienceForm

_WEEK_MIN = 7 * 1440
_EMPTY = _("Leave empty: the next rule decides.")


class BookingPolicyForm(AudienceForm):
    audience = dict.fromkeys(
        (
            "notice_min",
            "cancel_notice_min",
            "max_moves",
            "max_sessions",
            "period_days",
            "group_debit",
            "own_debits",
            "debit_states",
        ),
        Audience.CLIENTS,
    )

    notice_min = forms.IntegerField(
        label=_("Book at least so many minutes before"),
        help_text=_EMPTY,
        min_value=0,
        max_value=4 * _WEEK_MIN,
        required=False,
    )
    cancel_notice_min = forms.IntegerField(
        label=_("Move or cancel freely until so many minutes before"),
        help_text=_EMPTY,
        min_value=0,
        max_value=4 * _WEEK_MIN,
        required=False,
    )
    max_moves = forms.IntegerField(
        label=_("A clinician may move one session so often"),
        help_text=_EMPTY,
        min_value=0,
        max_value=100,
        required=False,
    )
    max_sessions = forms.IntegerField(
        label=_("At most so many sessions for each clinician"),
        min_value=1,
        max_value=1000,
        required=False,
    )
    period_days = forms.IntegerField(
        label=_("within so many days"), min_value=1, max_value=366, required=False
    )
    group_debit = forms.ChoiceField(
        label=_("A group session uses hours"),
        choices=[("", _("as the next rule says")), *BookingPolicy.GroupDebit.choices],
        required=False,
    )
    own_debits = forms.BooleanField(label=_("Say here which outcomes use hours"), required=False)
    debit_states = forms.MultipleChoiceField(
        label=_("Outcomes that use hours"),
        help_text=_("A session that the coach cancels never does."),
        choices=BookingPolicy.Debit.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    @staticmethod
    def initial_of(policy: BookingPolicy | None) -> dict[str, Any]:
        if policy is None:
            return {}
        return policy.layer() | {"own_debits": policy.debit_states is not None}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        count, days = data.get("max_sessions"), data.get("period_days")
        if (count is None) != (days is None) and not self.errors:
            missing = "max_sessions" if count is None else "period_days"
            self.add_error(
                missing,
                ValidationError(_("Give both: how many, within how many days."), code="required"),
            )
        return data

    def rules(self) -> dict[str, Any]:
        """Return what `set_policy` takes: None where the next layer decides."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "own_debits"}
        data["group_debit"] = data["group_debit"] or None
        data["debit_states"] = data["debit_states"] if self.cleaned_data["own_debits"] else None
        return data
