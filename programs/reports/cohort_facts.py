"""The rows a cohort report is made of: one query per kind of fact, plain values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db.models import Q

from programs.engine.schedule import local_instant
from programs.models import (
    AttendanceRecord,
    Enrollment,
    Extension,
    LiveSlot,
    ScheduleRow,
)
from programs.reports.edition_facts import Edition, load_edition
from programs.reports.event_facts import NO_EVENT, Microseconds, moment, summed_events

if TYPE_CHECKING:
    from programs.models import Cohort


PEOPLE_FIELDS = (
    "pk",
    "public_id",
    "clinician__name",
    "clinician__email",
    "profession",
    "unit__name",
    "group_id",
    "group__name",
    "invited",
    "accepted",
    "withdrawn",
)


class Learner(NamedTuple):
    pk: int
    public_id: UUID
    name: str
    profession: str
    unit: str
    group_id: int | None
    group: str
    invited_at: datetime | None
    accepted_at: datetime | None  # None: not accepted by the instant of the report
    withdrawn_at: datetime | None
    done: frozenset[int]
    first_event_at: datetime | None
    last_event_at: datetime | None
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Dates:
    """Of modules: by group, None for the whole cohort; and by enrollment, which holds before that."""

    groups: dict[int | None, dict[int, datetime | None]]
    own: dict[int, dict[int, datetime | None]]

    def of(self, enrollment: int, group: int | None, module: int) -> datetime | None:
        own = self.own.get(enrollment, {})
        if module in own:
            return own[module]
        of_group = self.groups.get(group, {}) if group else {}
        return of_group.get(module, self.groups.get(None, {}).get(module))


@dataclass(frozen=True, slots=True)
class PlannedSlot:
    pk: int
    key: str
    title: str
    group_id: int | None
    starts_at: datetime
    is_over: bool  # by the instant of the report


@dataclass(frozen=True, slots=True)
class CohortFacts:
    starts_at: datetime
    edition: Edition
    learners: list[Learner]
    dues: Dates
    extensions: dict[int, dict[int, datetime]]  # enrollment -> item -> due
    slots: list[PlannedSlot]  # in order, without canceled ones
    marks: dict[int, dict[int, str]]  # enrollment -> slot -> status


def load_facts(*, cohort: Cohort, at: datetime, known_at: datetime | None) -> CohortFacts:
    """Read everything: seven queries, and one more if an event of the cohort was ever voided."""
    events = summed_events(cohort, at, known_at)
    people = people_of(cohort, at, known_at)
    return CohortFacts(
        starts_at=local_instant(cohort.starts_on, time(), cohort.zone),
        learners=[
            learner_at(person, events.get(person[0], NO_EVENT), at)
            for person in people.exclude(transferred_out_at__lte=at)
        ],
        edition=load_edition(cohort),
        dues=dates_of(cohort, ScheduleRow.Kind.DUE),
        extensions=extensions_of(cohort, known_at),
        slots=_slots(cohort, at),
        marks=_marks(cohort, known_at),
    )


def people_of(cohort: Cohort, at: datetime, known_at: datetime | None) -> Any:
    """Those asked by `at`, without void ones, by name."""
    is_void = Q(voided_at__lte=known_at) if known_at else Q(voided_at__isnull=False)
    return (
        Enrollment.objects.filter(cohort=cohort)
        .exclude(is_void)
        .filter(Q(accepted_at__lte=at) | Q(invited_at__lte=at))
        .order_by("clinician__name", "pk")
        .annotate(
            invited=Microseconds("invited_at"),
            accepted=Microseconds("accepted_at"),
            withdrawn=Microseconds("withdrawn_at"),
        )
        .values_list(*PEOPLE_FIELDS)
    )


def learner_at(person: tuple[Any, ...], event: tuple[Any, ...], at: datetime) -> Learner:
    pk, public_id, name, email, profession, unit, group_id, group = person[:8]
    invited_at, accepted_at, withdrawn_at = (moment(value) for value in person[8:])
    _pk, done, first, last, completed, _voids = event
    return Learner(
        pk=pk,
        public_id=public_id,
        name=name or email,
        profession=profession,
        unit=unit or "",
        group_id=group_id,
        group=group or "",
        invited_at=invited_at,
        accepted_at=accepted_at if accepted_at and accepted_at <= at else None,
        withdrawn_at=withdrawn_at if withdrawn_at and withdrawn_at <= at else None,
        done=frozenset(done or ()),
        first_event_at=moment(first),
        last_event_at=moment(last),
        completed_at=moment(completed),
    )


def dates_of(cohort: Cohort, kind: str) -> Dates:
    """When modules open or fall due: for everybody, for a group, for one learner."""
    dates = Dates({}, {})
    rows = ScheduleRow.objects.filter(cohort=cohort, kind=kind)
    for group, enrollment, module, at in rows.values_list(
        "group_id", "enrollment_id", "module_id", "at"
    ):
        of = (
            dates.groups.setdefault(group, {})
            if enrollment is None
            else dates.own.setdefault(enrollment, {})
        )
        of[module] = at
    return dates


def extensions_of(cohort: Cohort, known_at: datetime | None) -> dict[int, dict[int, datetime]]:
    rows = Extension.objects.filter(enrollment__cohort=cohort).order_by("due_at")
    if known_at:
        rows = rows.filter(granted_at__lte=known_at)
    found: dict[int, dict[int, datetime]] = {}
    for enrollment, item, due in rows.values_list("enrollment_id", "item_id", "due_at"):
        found.setdefault(enrollment, {})[item] = due
    return found


def _slots(cohort: Cohort, at: datetime) -> list[PlannedSlot]:
    rows = (
        LiveSlot.objects.filter(cohort=cohort)
        .exclude(state=LiveSlot.State.CANCELLED)
        .order_by("starts_at")
        .values_list("pk", "key", "title", "group_id", "starts_at", "ends_at")
    )
    return [PlannedSlot(*row[:5], is_over=row[5] <= at) for row in rows]


def _marks(cohort: Cohort, known_at: datetime | None) -> dict[int, dict[int, str]]:
    rows = AttendanceRecord.objects.filter(slot__cohort=cohort)
    if known_at:
        rows = rows.filter(recorded_at__lte=known_at).filter(
            Q(superseded_at=None) | Q(superseded_at__gt=known_at)
        )
    else:
        rows = rows.filter(superseded_at=None)
    found: dict[int, dict[int, str]] = {}
    for enrollment, slot, status in rows.values_list("enrollment_id", "slot_id", "status"):
        found.setdefault(enrollment, {})[slot] = status
    return found
