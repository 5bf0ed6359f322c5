"""Dates of a cohort: one of them by hand, closed days, more time for several."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import Audience, AudienceForm, DayField
from programs.engine.schedule import local_instant
from programs.models import Cohort, Enrollment, ScheduleRow


class DateForm(AudienceForm):
    """One date, on the cohort's own clock."""

    audience = dict.fromkeys(("day", "clock", "reason"), Audience.PRACTICE)

    day = DayField(label=gettext_lazy("Day"))
    clock = forms.TimeField(
        label=gettext_lazy("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        help_text=gettext_lazy("A few words for your team; it stays in the log."),
    )

    def __init__(self, *args: Any, row: ScheduleRow, **kwargs: Any) -> None:
        initial: dict[str, Any] = {}
        self.zone = row.cohort.zone
        if row.at:
            local = row.at.astimezone(self.zone)
            initial = {"day": local.date(), "clock": local.time()}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["clock"].help_text = _("In %(zone)s.") % {
            "zone": row.cohort.time_zone.replace("_", " ")
        }

    def at(self) -> datetime:
        data = self.cleaned_data
        return local_instant(data["day"], data["clock"], self.zone)


class ClosedDaysForm(AudienceForm):
    audience = dict.fromkeys(("first_day", "last_day", "label"), Audience.PRACTICE)

    first_day = DayField(label=gettext_lazy("First day"))
    last_day = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Leave it empty for a single day."),
    )
    label = forms.CharField(label=gettext_lazy("What it is"), max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            message = _("The last day must not lie before the first.")
            self.add_error("last_day", ValidationError(message, code="ends_before_start"))
        return data


class PersonChoiceField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.clinician)


class PauseForm(AudienceForm):
    """More time for everything that chosen people have not done yet."""

    audience = dict.fromkeys(("people", "by_days", "reason"), Audience.PRACTICE)

    by_days = forms.IntegerField(
        label=gettext_lazy("Days more"), min_value=1, max_value=365, initial=7
    )
    people = PersonChoiceField(
        label=gettext_lazy("For whom"),
        queryset=Enrollment.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("A few words for your team. Nothing about health."),
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = cohort.enrollments.live().filter(completed_at=None).select_related("clinician")
        self.fields["people"].queryset = people.order_by("clinician__name", "pk")  # type: ignore[attr-defined]
