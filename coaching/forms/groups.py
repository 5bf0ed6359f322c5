"""Forms about group sessions: a clinician's answer, and a consultant's plan."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coaching.models import Booking, CoachingSession, SessionType
from core.forms import Audience, AudienceForm, DayField
from programs.engine.schedule import local_instant
from programs.models import Cohort


class GroupAnswerForm(AudienceForm):
    """What a clinician wants of a group: one button each."""

    audience = {"action": Audience.ME_AND_COACH, "idem_key": Audience.ONLY_ME}

    action = forms.ChoiceField(
        choices=[(name, name) for name in ("join", "wait", "stop", "accept", "decline", "change")]
    )
    idem_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class OfferAnswerForm(AudienceForm):
    """The answer to the one place that a mail offers."""

    audience = {"answer": Audience.ME_AND_COACH, "idem_key": Audience.ONLY_ME}

    answer = forms.ChoiceField(choices=[("accept", "accept"), ("decline", "decline")])
    idem_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class GroupEditForm(AudienceForm):
    """When and where a group meets, in the cohort's own zone, and what its members see."""

    audience = {
        **dict.fromkeys(("day", "clock", "location", "capacity"), Audience.GROUP),
        **dict.fromkeys(("shows_roster", "allows_hierarchy"), Audience.PRACTICE),
        "rev": Audience.ONLY_ME,
    }

    day = DayField(label=_("Day"))
    clock = forms.TimeField(
        label=_("Starts at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    location = forms.CharField(
        label=_("Room or link"),
        max_length=240,
        required=False,
        help_text=_("Members see it. Left empty, it is the usual place of this kind of session."),
    )
    capacity = forms.IntegerField(label=_("Places"), min_value=1, max_value=200)
    shows_roster = forms.BooleanField(label=_("Members see who else comes"), required=False)
    allows_hierarchy = forms.BooleanField(
        label=_("People may share it with those who supervise or evaluate them"), required=False
    )

    rev = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        self.fields["clock"].help_text = _("In %(zone)s.") % {
            "zone": cohort.time_zone.replace("_", " ")
        }

    def starts_at(self) -> datetime:
        data = self.cleaned_data
        return local_instant(data["day"], data["clock"], self.cohort.zone)

    def terms(self) -> dict[str, Any]:
        """What the services take besides the time."""
        names = ("location", "capacity", "shows_roster", "allows_hierarchy")
        return {name: self.cleaned_data[name] for name in names}


class GroupPlanForm(GroupEditForm):
    """A new group session: also which kind, and who leads it."""

    audience = GroupEditForm.audience | dict.fromkeys(("session_type", "coach"), Audience.GROUP)
    field_order = ("session_type", "coach")

    session_type = forms.ChoiceField(label=_("Kind of session"))
    coach = forms.ChoiceField(label=_("Led by"))

    def __init__(
        self, *args: Any, types: list[SessionType], coaches: list[User], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.types = {str(kind.public_id): kind for kind in types}
        self.coaches = {str(coach.public_id): coach for coach in coaches}
        self.fields["session_type"].choices = [  # type: ignore[attr-defined]
            (key, f"{kind.name}, {kind.length_min} min") for key, kind in self.types.items()
        ]
        self.fields["coach"].choices = [  # type: ignore[attr-defined]
            (key, coach.name) for key, coach in self.coaches.items()
        ]
        del self.fields["rev"]
        self.fields["capacity"].required = False
        self.fields["capacity"].help_text = _("Left empty, as many as this kind of session has.")
        self.order_fields(self.field_order)

    def chosen(self) -> tuple[SessionType, User]:
        data = self.cleaned_data
        return self.types[data["session_type"]], self.coaches[data["coach"]]


class GroupCancelForm(AudienceForm):
    """Cancel the session that the page showed."""

    audience = {"rev": Audience.ONLY_ME}

    rev = forms.IntegerField(widget=forms.HiddenInput)


class GroupAttendanceForm(AudienceForm):
    """The whole group on one screen; what is left open stays unmarked."""

    def __init__(self, *args: Any, bookings: list[Booking], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names: dict[str, int] = {}
        for booking in bookings:
            name = f"state_{booking.public_id.hex}"
            self.names[name] = booking.pk
            self.fields[name] = forms.ChoiceField(
                label=str(booking.clinician),
                choices=ATTENDANCE,
                widget=forms.RadioSelect,
                required=False,
                initial="" if booking.is_live else booking.state,
            )
        self.fields["rest_attended"] = forms.BooleanField(
            label=_("Everybody I left open was there"), required=False
        )
        self.audience = dict.fromkeys(self.fields, Audience.PRACTICE)

    def states(self) -> dict[int, str]:
        """Booking key to state."""
        rest = "attended" if self.cleaned_data["rest_attended"] else ""
        chosen = {pk: self.cleaned_data[name] or rest for name, pk in self.names.items()}
        return {pk: state for pk, state in chosen.items() if state}


ATTENDANCE = [
    ("attended", _("Was there")),
    ("clinical_duty", _("Called to a patient")),
    ("late_cancel", _("Canceled late")),
    ("no_show", _("Did not come")),
]


def initial_of(session: CoachingSession) -> dict[str, Any]:
    """How a group session stands, as the form shows it."""
    zone = session.cohort.zone if session.cohort else session.coach.zone
    local = session.starts_at.astimezone(zone)
    return {
        "day": local.date(),
        "clock": local.time(),
        "location": session.location,
        "capacity": session.capacity,
        "shows_roster": session.shows_roster,
        "allows_hierarchy": session.allows_hierarchy,
    }
