"""What the first page of a clinician and of a consultant shows. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Prefetch

from coaching.models import Booking, CoachingSession, TimeRequest, WaitlistEntry
from coaching.services.slots import OpenSlot, find_next_slots
from notifications.models import Message
from programs.models import Cohort, CohortSnapshot, Enrollment
from programs.reports.learning import ModuleStep, NextStep, module_path, next_in

if TYPE_CHECKING:
    from accounts.models import User

SLOTS_SHOWN = 3
DAYS_AHEAD = 7
LONGEST = timedelta(days=1)  # a retreat day that began this morning is still today's


@dataclass(frozen=True)
class ClinicianToday:
    """One enrollment's next step, next meeting and, without one, the next free times."""

    enrollment: Enrollment
    path: list[ModuleStep]
    next_step: NextStep | None
    booking: Booking | None
    slots: list[OpenSlot]
    offers: list[WaitlistEntry]  # places in groups that are kept for the person, and until when

    @property
    def done(self) -> int:
        return sum(module.done_count for module in self.path)

    @property
    def required(self) -> int:
        return sum(len(module.required) for module in self.path)

    @property
    def opens_next(self) -> ModuleStep | None:
        """The first module that opens later: what to say when nothing is to be done now."""
        return next((module for module in self.path if not module.is_open), None)

    @property
    def is_first_day(self) -> bool:
        return self.done == 0 and not (self.next_step and self.next_step.resume)


def clinician_today(*, user: User, now: datetime) -> ClinicianToday | None:
    """Return the newest live enrollment's Today, or None if there is none."""
    enrollment = (
        Enrollment.objects.owned_by(user)
        .live()
        .select_related("cohort__version__program", "cohort__engagement", "coach")
        .defer("cohort__version__content")
        .order_by("-accepted_at")
        .first()
    )
    if enrollment is None:
        return None
    booking = (
        Booking.objects.owned_by(user)
        .upcoming(now)
        .select_related("coaching_session__coach", "coaching_session__session_type")
        .first()
    )
    offers = (
        WaitlistEntry.objects.owned_by(user)
        .offered(now)
        .select_related("coaching_session__coach", "coaching_session__session_type")
    )
    path = module_path(enrollment, now)
    slots = [] if booking else find_next_slots(enrollment=enrollment, now=now, limit=SLOTS_SHOWN)
    return ClinicianToday(enrollment, path, next_in(path), booking, slots, list(offers))


def waiting_enrollment(*, user: User) -> Enrollment | None:
    """Return the newest place that `user` was invited to and has not signed for."""
    return (
        Enrollment.objects.owned_by(user)
        .filter(accepted_at=None, withdrawn_at=None, transferred_out_at=None, voided_at=None)
        .select_related("cohort__version__program", "cohort__engagement__organization")
        .defer("cohort__version__content")
        .order_by("-invited_at")
        .first()
    )


@dataclass(frozen=True)
class Attention:
    """One line of "needs attention": what, about which cohort, and where to look."""

    cohort: Cohort
    text_key: str  # not_started | lapsed | behind
    count: int


@dataclass(frozen=True)
class ConsultantToday:
    sessions: list[CoachingSession]  # coached by the viewer, not over, a week ahead; live bookings
    requested: list[Booking]  # wait for the viewer's answer
    unmarked: list[Booking]  # over, and nobody said how it went
    attention: list[Attention]
    cohorts: list[Cohort]
    asked_for_times: int  # people whom none of the open times suits
    undeliverable: int  # people whom no message reaches
    disputes: int  # for the owner: sessions of which the two sides told differently


def consultant_today(*, user: User, now: datetime) -> ConsultantToday:
    """Return a consultant's Today. The number of queries does not grow with anything."""
    sessions = (
        CoachingSession.objects.filter(coach=user)
        .scheduled()
        .starting_between(now - LONGEST, now + timedelta(days=DAYS_AHEAD))
        .filter(span__endswith__gt=now)
        .select_related("session_type", "cohort__engagement__organization")
        .prefetch_related(
            Prefetch("bookings", Booking.objects.live().select_related("clinician").order_by("pk"))
        )
    )
    requested = (
        Booking.objects.filter(coaching_session__coach=user)
        .requested(now)
        .select_related("coaching_session__session_type", "clinician")[:20]
    )
    unmarked = (
        Booking.objects.filter(coaching_session__coach=user)
        .unmarked(now)
        .select_related("coaching_session__session_type", "clinician", "enrollment__cohort")
        .order_by("coaching_session__span")[:20]
    )
    cohorts = list(
        Cohort.objects.visible_to(user)
        .filter(closed_at=None, ends_on__gte=now.date() - timedelta(days=14))
        .select_related("engagement__organization", "version__program")
        .defer("version__content")
    )
    asked = TimeRequest.objects.managed_by(user).open().count()
    return ConsultantToday(
        list(sessions),
        list(requested),
        list(unmarked),
        _attention(cohorts),
        cohorts,
        asked,
        Message.objects.visible_to(user)
        .undeliverable()
        .aggregate(people=Count("recipient", distinct=True))["people"],
        Booking.objects.managed_by(user).disputed().count() if user.is_owner else 0,
    )


def _attention(cohorts: list[Cohort]) -> list[Attention]:
    """Take the counts from each cohort's last snapshot: no recomputation on a first page."""
    latest = dict(
        CohortSnapshot.objects.filter(cohort__in=cohorts)
        .order_by("cohort_id", "-at")
        .distinct("cohort_id")
        .values_list("cohort_id", "aggregates__states")
    )
    found = [
        Attention(cohort, key, count)
        for cohort in cohorts
        for key in ("no_show", "lapsed", "behind")
        if (count := latest.get(cohort.pk, {}).get(key, 0))
    ]
    order = {"no_show": 0, "lapsed": 1, "behind": 2}
    return sorted(found, key=lambda line: (order[line.text_key], -line.count))[:8]
