"""When and how one is reminded: for oneself, for a contract, for the practice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from coaching.engine.reminders import Lead
from core.forms import Audience, AudienceForm
from notifications.models import DeliveryPreference

LEADS = {
    10080: _("a week before"),
    2880: _("2 days before"),
    1440: _("24 hours before"),
    240: _("4 hours before"),
    120: _("2 hours before"),
    60: _("1 hour before"),
    30: _("30 minutes before"),
}
_CHANNELS = {"email": _("E-mail before a session"), "sms": _("SMS before a session")}
_DAY_BEFORE = {"email": _("E-mail the day before, at"), "sms": _("SMS the day before, at")}
_NOT_IN_NUMBERS = re.compile(r"[\s().\-/]")


def minutes_of(value: time) -> int:
    return value.hour * 60 + value.minute


def _time_of(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def _time_field(label: Any, **kwargs: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, **kwargs)


class ReminderLeadsForm(AudienceForm):
    """Leads of each channel. Nothing chosen for one: the next level decides.

    `channels`: those that can be chosen here.
    """

    readers = Audience.PRACTICE
    clock = _("On the clock of whoever is reminded.")
    channels: tuple[str, ...]

    def __init__(
        self, *args: Any, leads: Iterable[Lead] = (), channels: Iterable[str], **kwargs: Any
    ) -> None:
        leads, self.channels = list(leads), tuple(channels)
        initial = _initial_of(leads) | (kwargs.pop("initial", None) or {})
        super().__init__(*args, initial=initial, **kwargs)
        added: dict[str, forms.Field] = {}
        for channel in self.channels:
            own = {lead.minutes for lead in leads if lead.channel == channel and lead.minutes}
            added[f"{channel}_leads"] = forms.TypedMultipleChoiceField(
                label=_CHANNELS[channel],
                choices=[
                    (minutes, LEADS.get(minutes, f"{minutes} min")) for minutes in _sorted(own)
                ],
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
            added[f"{channel}_day_before"] = _time_field(
                _DAY_BEFORE[channel], required=False, help_text=self.clock
            )
        self.fields = added | self.fields
        self.audience = {**self.audience, **dict.fromkeys(added, self.readers)}

    def leads(self) -> list[Lead]:
        """Return what was chosen."""
        chosen = []
        for channel in self.channels:
            chosen += [
                Lead(channel, minutes=minutes) for minutes in self.cleaned_data[f"{channel}_leads"]
            ]
            at = self.cleaned_data[f"{channel}_day_before"]
            if at is not None:
                chosen.append(Lead(channel, days_before=1, at_min=minutes_of(at)))
        return chosen


def _sorted(own: set[int]) -> list[int]:
    return sorted({*LEADS, *own}, reverse=True)


def _initial_of(leads: Iterable[Lead]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for lead in leads:
        if lead.minutes is None:
            values[f"{lead.channel}_day_before"] = _time_of(lead.at_min)
        else:
            values.setdefault(f"{lead.channel}_leads", []).append(lead.minutes)
    return values


_ORDER = (
    *("by_mail", "email_leads", "email_day_before"),
    *("by_sms", "sms_leads", "sms_day_before"),
    *("is_quiet", "quiet_from", "quiet_until", "quiet_for_mail"),
)


class NotificationSettingsForm(ReminderLeadsForm):
    """One's own: whether and when, and the hours in which nothing may disturb."""

    readers = Audience.ONLY_ME
    clock = _("On your own clock.")
    audience = dict.fromkeys(
        ("by_mail", "by_sms", "is_quiet", "quiet_from", "quiet_until", "quiet_for_mail"),
        Audience.ONLY_ME,
    )

    by_mail = forms.BooleanField(label=_("Remind me by e-mail"), required=False)
    by_sms = forms.BooleanField(
        label=_("Remind me by SMS"),
        required=False,
        help_text=_("Also tells you when somebody else moves or cancels a session."),
    )
    is_quiet = forms.BooleanField(label=_("Keep quiet hours"), required=False)
    quiet_from = _time_field(_("Quiet from"))
    quiet_until = _time_field(_("Quiet until"))
    quiet_for_mail = forms.BooleanField(
        label=_("For e-mail too"),
        required=False,
        help_text=_("Otherwise quiet hours hold back SMS only."),
    )

    def __init__(self, *args: Any, preference: DeliveryPreference, **kwargs: Any) -> None:
        initial = {
            "by_mail": preference.by_mail,
            "by_sms": preference.by_sms,
            "is_quiet": preference.is_quiet,
            "quiet_from": _time_of(preference.quiet_from_min),
            "quiet_until": _time_of(preference.quiet_until_min),
            "quiet_for_mail": preference.quiet_for_mail,
        }
        super().__init__(*args, initial=initial, **kwargs)
        if "sms" not in self.channels:
            del self.fields["by_sms"]
        self.order_fields(_ORDER)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("quiet_from"), cleaned.get("quiet_until")
        if cleaned.get("is_quiet") and begins is not None and begins == ends:
            self.add_error(
                "quiet_until",
                ValidationError(_("Choose another time than the first."), code="same"),
            )
        return cleaned

    def preference(self) -> dict[str, Any]:
        """Return the columns of the preference."""
        data = self.cleaned_data
        return {
            "by_mail": data["by_mail"],
            "by_sms": data.get("by_sms", False),
            "is_quiet": data["is_quiet"],
            "quiet_from_min": minutes_of(data["quiet_from"]),
            "quiet_until_min": minutes_of(data["quiet_until"]),
            "quiet_for_mail": data["quiet_for_mail"],
        }


class PhoneForm(AudienceForm):
    audience = {"phone": Audience.ONLY_ME}

    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=40,
        help_text=_("With country code: +1 312 555 0100."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )

    def clean_phone(self) -> str:
        """Return the number in E.164; a country is never guessed."""
        number = _NOT_IN_NUMBERS.sub("", self.cleaned_data["phone"])
        number = f"+{number[2:]}" if number.startswith("00") else number
        if not re.fullmatch(r"\+[1-9][0-9]{6,14}", number):
            raise ValidationError(
                _("Give the number with its country code, as +1 312 555 0100."), code="phone"
            )
        return number


class PhoneCodeForm(AudienceForm):
    audience = {"code": Audience.ONLY_ME}

    code = forms.CharField(
        label=_("Code from the SMS"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
