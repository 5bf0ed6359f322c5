"""Planning a live session, and marking who was there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm, DayField
from programs.engine.schedule import local_instant
from programs.models import AttendanceRecord, Cohort, Enrollment, LiveSlot


class LiveSlotForm(AudienceForm):
    """When and where, in the cohort's own zone."""

    audience = dict.fromkeys(("title", "day", "clock", "minutes", "place"), Audience.GROUP)

    title = forms.CharField(label=_("Title"), max_length=120)
    day = DayField(label=_("Day"))
    clock = forms.TimeField(
        label=_("Starts at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=600, initial=60)
    place = forms.CharField(
        label=_("Room or link"), max_length=240, required=False, help_text=_("The group sees it.")
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        self.fields["clock"].help_text = _("In %(zone)s.") % {
            "zone": cohort.time_zone.replace("_", " ")
        }

    def span(self) -> tuple[datetime, datetime]:
        """Start and end in UTC."""
        data = self.cleaned_data
        start = local_instant(data["day"], data["clock"], self.cohort.zone)
        return start, start + timedelta(minutes=data["minutes"])


def initial_of(slot: LiveSlot, cohort: Cohort) -> dict[str, Any]:
    local = slot.starts_at.astimezone(cohort.zone)
    return {
        "title": slot.title,
        "day": local.date(),
        "clock": local.time(),
        "minutes": round((slot.ends_at - slot.starts_at).total_seconds() / 60),
        "place": slot.place,
    }


class AttendanceForm(AudienceForm):
    """The whole group on one screen; what is left open stays unmarked."""

    def __init__(
        self,
        *args: Any,
        enrollments: Iterable[Enrollment],
        marks: Mapping[int, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names: dict[str, int] = {}
        audience = {}
        for enrollment in enrollments:
            name = f"status_{enrollment.public_id.hex}"
            self.names[name] = enrollment.pk
            self.fields[name] = forms.ChoiceField(
                label=str(enrollment.clinician),
                choices=AttendanceRecord.Status.choices,
                widget=forms.RadioSelect,
                required=False,
                initial=marks.get(enrollment.pk, ""),
            )
            audience[name] = Audience.PRACTICE
        self.fields["rest_present"] = forms.BooleanField(
            label=_("Everybody I left open was there"), required=False
        )
        self.fields["reason"] = forms.CharField(
            label=_("If you correct an earlier mark: why"), max_length=200, required=False
        )
        self.audience = audience | {
            "rest_present": Audience.PRACTICE,
            "reason": Audience.PRACTICE,
        }

    def statuses(self) -> dict[int, str]:
        """Enrollment key to status."""
        rest = AttendanceRecord.Status.PRESENT if self.cleaned_data["rest_present"] else ""
        chosen = {pk: self.cleaned_data[name] or rest for name, pk in self.names.items()}
        return {pk: status for pk, status in chosen.items() if status}
