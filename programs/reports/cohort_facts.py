"""The rows a cohort report is made of: one query per kind of fact, plain values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BigIntegerField, Count, Func, Max, Min, Q, QuerySet

from programs.engine.schedule import local_instant
from programs.models import (
    AttendanceRecord,
    Enrollment,
    Extension,
    Item,
    LiveSlot,
    ProgressEvent,
    ScheduleRow,
)

if TYPE_CHECKING:
    from programs.models import Cohort

Kind = ProgressEvent.Kind
QUALIFYING = (
    Kind.ITEM_COMPLETED,
    Kind.SUBMITTED,
    Kind.SCENARIO_ENDED,
    Kind.PRACTICED,
    Kind.ATTENDED,
)
_NO_EVENT = (0, None, None, None, None, 0)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Microseconds(Func):
    """A moment as an integer: reading 2,000 of them costs a tenth of reading 2,000 timestamps."""

    template = "(EXTRACT(EPOCH FROM %(expressions)s) * 1000000)::bigint"
    output_field = BigIntegerField()


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
class HeldSlot:
    pk: int
    key: str
    title: str
    group_id: int | None
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class CohortFacts:
    starts_at: datetime
    learners: list[Learner]
    modules: list[ModuleItems]
    required: frozenset[int]
    required_modules: dict[int, int]  # required item -> its module
    dues: dict[int | None, dict[int, datetime | None]]  # group -> module -> due
    extensions: dict[int, dict[int, datetime]]  # enrollment -> item -> due
    slots: list[HeldSlot]  # over by the instant, not canceled
    marks: dict[int, dict[int, str]]  # enrollment -> slot -> status


def load_facts(*, cohort: Cohort, at: datetime, known_at: datetime | None) -> CohortFacts:
    """Read everything: seven queries, and one more if an event of the cohort was ever voided."""
    modules, required_modules = _items(cohort)
    events = _events(cohort, at, known_at)
    people = _people(cohort, at, known_at)
    return CohortFacts(
        starts_at=local_instant(cohort.starts_on, time(), cohort.zone),
        learners=[_learner(person, events.get(person[0], _NO_EVENT), at) for person in people],
        modules=modules,
        required=frozenset(required_modules),
        required_modules=required_modules,
        dues=_dues(cohort),
        extensions=_extensions(cohort, known_at),
        slots=_slots(cohort, at),
        marks=_marks(cohort, known_at),
    )


def _people(cohort: Cohort, at: datetime, known_at: datetime | None) -> Any:
    """Those asked by `at`, without void and transferred ones, by name."""
    is_void = Q(voided_at__lte=known_at) if known_at else Q(voided_at__isnull=False)
    return (
        Enrollment.objects.filter(cohort=cohort)
        .exclude(is_void)
        .exclude(transferred_out_at__lte=at)
        .filter(Q(accepted_at__lte=at) | Q(invited_at__lte=at))
        .order_by("clinician__name", "pk")
        .values_list(
            "pk",
            "public_id",
            "clinician__name",
            "clinician__email",
            "profession",
            "unit__name",
            "group_id",
            "group__name",
            Microseconds("invited_at"),
            Microseconds("accepted_at"),
            Microseconds("withdrawn_at"),
        )
    )


def _learner(person: tuple[Any, ...], event: tuple[Any, ...], at: datetime) -> Learner:
    pk, public_id, name, email, profession, unit, group_id, group = person[:8]
    invited_at, accepted_at, withdrawn_at = (_moment(value) for value in person[8:])
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
        first_event_at=_moment(first),
        last_event_at=_moment(last),
        completed_at=_moment(completed),
    )


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


def _items(cohort: Cohort) -> tuple[list[ModuleItems], dict[int, int]]:
    rows = (
        Item.objects.filter(module__version=cohort.version_id)
        .order_by("module__position", "position")
        .values_list("pk", "required", "module_id", "module__key", "module__title")
    )
    every: dict[int, tuple[str, str, set[int], set[int]]] = {}
    required_modules: dict[int, int] = {}
    for pk, required, module, key, title in rows:
        _key, _title, items, needed = every.setdefault(module, (key, title, set(), set()))
        items.add(pk)
        if required:
            needed.add(pk)
            required_modules[pk] = module
    return [
        ModuleItems(pk, key, title, frozenset(needed or items))
        for pk, (key, title, items, needed) in every.items()
    ], required_modules


def _events(cohort: Cohort, at: datetime, known_at: datetime | None) -> dict[int, tuple[Any, ...]]:
    """Per enrollment: items done, first and last qualifying event, completion of the program.

    One row a person from the covering index alone, at any size of the table. Voided events are
    rare: only people who have one are read again, by the slower way that leaves them out.
    """
    events = ProgressEvent.objects.filter(enrollment__cohort=cohort)
    rows = {row[0]: row for row in _summed(events, at, known_at)}
    corrected = [pk for pk, row in rows.items() if row[-1]]
    if corrected:
        for pk in corrected:
            del rows[pk]
        of_corrected = ProgressEvent.objects.filter(enrollment__in=corrected)
        void = of_corrected.filter(kind=Kind.VOIDED, voids__isnull=False)
        if known_at:
            void = void.filter(recorded_at__lte=known_at)
        standing = of_corrected.exclude(pk__in=void.values("voids"))
        rows |= {row[0]: row for row in _summed(standing, at, known_at)}
    return rows


def _summed(events: QuerySet[ProgressEvent], at: datetime, known_at: datetime | None) -> Any:
    counts = Q(occurred_at__lte=at)
    if known_at:
        counts &= Q(recorded_at__lte=known_at)
    qualifying = counts & Q(kind__in=QUALIFYING)
    return (
        events.order_by()
        .values("enrollment_id")
        .annotate(
            done=ArrayAgg("item_id", filter=counts & Q(kind=Kind.ITEM_COMPLETED)),
            first=Microseconds(Min("occurred_at", filter=qualifying)),
            last=Microseconds(Max("occurred_at", filter=qualifying)),
            completed=Microseconds(
                Min("occurred_at", filter=counts & Q(kind=Kind.PROGRAM_COMPLETED))
            ),
            # A correction counts once it is known, whenever what it corrects happened.
            corrections=Count("occurred_at", filter=Q(kind=Kind.VOIDED)),
        )
        .values_list("enrollment_id", "done", "first", "last", "completed", "corrections")
    )


def _dues(cohort: Cohort) -> dict[int | None, dict[int, datetime | None]]:
    dues: dict[int | None, dict[int, datetime | None]] = {}
    rows = ScheduleRow.objects.filter(cohort=cohort, kind=ScheduleRow.Kind.DUE)
    for group, module, due in rows.values_list("group_id", "module_id", "at"):
        dues.setdefault(group, {})[module] = due
    return dues


def _extensions(cohort: Cohort, known_at: datetime | None) -> dict[int, dict[int, datetime]]:
    rows = Extension.objects.filter(enrollment__cohort=cohort)
    if known_at:
        rows = rows.filter(created_at__lte=known_at)
    found: dict[int, dict[int, datetime]] = {}
    for enrollment, item, due in rows.values_list("enrollment_id", "item_id", "due_at"):
        found.setdefault(enrollment, {})[item] = due
    return found


def _slots(cohort: Cohort, at: datetime) -> list[HeldSlot]:
    rows = (
        LiveSlot.objects.filter(cohort=cohort, ends_at__lte=at)
        .exclude(state=LiveSlot.State.CANCELLED)
        .order_by("starts_at")
        .values_list("pk", "key", "title", "group_id", "starts_at")
    )
    return [HeldSlot(*row) for row in rows]


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
