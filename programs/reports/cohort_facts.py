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
    Item,
    LiveSlot,
    ScheduleRow,
)
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
class ModuleItems:
    pk: int
    key: str
    title: str
    items: frozenset[int]  # the required ones; of a module without any, all


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
    edition: str
    learners: list[Learner]
    modules: list[ModuleItems]
    required: frozenset[int]
    required_modules: dict[int, int]  # required item -> its module
    minutes: dict[int, int]  # of the required items
    dues: dict[int | None, dict[int, datetime | None]]  # group -> module -> due
    extensions: dict[int, dict[int, datetime]]  # enrollment -> item -> due
    slots: list[PlannedSlot]  # in order, without canceled ones
    marks: dict[int, dict[int, str]]  # enrollment -> slot -> status


def load_facts(*, cohort: Cohort, at: datetime, known_at: datetime | None) -> CohortFacts:
    """Read everything: seven queries, and one more if an event of the cohort was ever voided."""
    edition, modules, required_modules, minutes = items_of(cohort)
    events = summed_events(cohort, at, known_at)
    people = people_of(cohort, at, known_at)
    return CohortFacts(
        starts_at=local_instant(cohort.starts_on, time(), cohort.zone),
        learners=[
            learner_at(person, events.get(person[0], NO_EVENT), at)
            for person in people.exclude(transferred_out_at__lte=at)
        ],
        edition=edition,
        modules=modules,
        required=frozenset(required_modules),
        required_modules=required_modules,
        minutes=minutes,
        dues=dues_of(cohort),
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


def items_of(cohort: Cohort) -> tuple[str, list[ModuleItems], dict[int, int], dict[int, int]]:
    """The pinned edition and its modules; module and minutes of each required item."""
    rows = (
        Item.objects.filter(module__version=cohort.version_id)
        .order_by("module__position", "position")
        .values_list(
            "pk",
            "required",
            "minutes",
            "module_id",
            "module__key",
            "module__title",
            "module__version__version",
            "module__version__program__title",
        )
    )
    edition = ""
    every: dict[int, tuple[str, str, set[int], set[int]]] = {}
    required_modules: dict[int, int] = {}
    required_minutes: dict[int, int] = {}
    for pk, required, minutes, module, key, title, version, program in rows:
        edition = f"{program} {version}"
        _key, _title, items, needed = every.setdefault(module, (key, title, set(), set()))
        items.add(pk)
        if required:
            needed.add(pk)
            required_modules[pk] = module
            required_minutes[pk] = minutes
    modules = [
        ModuleItems(pk, key, title, frozenset(needed or items))
        for pk, (key, title, items, needed) in every.items()
    ]
    return edition, modules, required_modules, required_minutes


def dues_of(cohort: Cohort) -> dict[int | None, dict[int, datetime | None]]:
    dues: dict[int | None, dict[int, datetime | None]] = {}
    rows = ScheduleRow.objects.filter(cohort=cohort, kind=ScheduleRow.Kind.DUE)
    for group, module, due in rows.values_list("group_id", "module_id", "at"):
        dues.setdefault(group, {})[module] = due
    return dues


def extensions_of(cohort: Cohort, known_at: datetime | None) -> dict[int, dict[int, datetime]]:
    rows = Extension.objects.filter(enrollment__cohort=cohort)
    if known_at:
        rows = rows.filter(created_at__lte=known_at)
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
