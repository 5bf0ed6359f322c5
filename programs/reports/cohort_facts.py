"""The rows a cohort report is made of: one query per kind of fact, plain values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Min, Q

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
_NOTHING: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Learner:
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
    people = list(_people(cohort, at, known_at))
    enrollment_ids = [person["pk"] for person in people]
    modules, required_modules = _items(cohort)
    events = _events(enrollment_ids, at, known_at)
    return CohortFacts(
        starts_at=local_instant(cohort.starts_on, time(), cohort.zone),
        learners=[_learner(person, events.get(person["pk"]), at) for person in people],
        modules=modules,
        required=frozenset(required_modules),
        required_modules=required_modules,
        dues=_dues(cohort),
        extensions=_extensions(enrollment_ids, known_at),
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
        .values(
            "pk",
            "public_id",
            "clinician__name",
            "clinician__email",
            "profession",
            "unit__name",
            "group_id",
            "group__name",
            "invited_at",
            "accepted_at",
            "withdrawn_at",
        )
    )


def _learner(person: Mapping[str, Any], event: Mapping[str, Any] | None, at: datetime) -> Learner:
    accepted_at = person["accepted_at"]
    withdrawn_at = person["withdrawn_at"]
    found: Mapping[str, Any] = event or {}
    return Learner(
        pk=person["pk"],
        public_id=person["public_id"],
        name=person["clinician__name"] or person["clinician__email"],
        profession=person["profession"],
        unit=person["unit__name"] or "",
        group_id=person["group_id"],
        group=person["group__name"] or "",
        invited_at=person["invited_at"],
        accepted_at=accepted_at if accepted_at and accepted_at <= at else None,
        withdrawn_at=withdrawn_at if withdrawn_at and withdrawn_at <= at else None,
        done=frozenset(found.get("done") or _NOTHING),
        first_event_at=found.get("first"),
        last_event_at=found.get("last"),
        completed_at=found.get("completed"),
    )


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


def _events(
    enrollment_ids: list[int], at: datetime, known_at: datetime | None
) -> dict[int, Mapping[str, Any]]:
    """Per enrollment: items done, first and last qualifying event, completion of the program.

    One row a person from the covering index alone, at any size of the table. Voided events are
    rare: only people who have one are read again, by the slower way that leaves them out.
    """
    rows = {row["enrollment_id"]: row for row in _summed(enrollment_ids, at, known_at)}
    corrected = [pk for pk, row in rows.items() if row["voids"]]
    if corrected:
        for pk in corrected:
            del rows[pk]
        void = ProgressEvent.objects.filter(
            enrollment__in=corrected, kind=Kind.VOIDED, voids__isnull=False
        )
        if known_at:
            void = void.filter(recorded_at__lte=known_at)
        again = _summed(corrected, at, known_at, without=void.values("voids"))
        rows |= {row["enrollment_id"]: row for row in again}
    return rows


def _summed(
    enrollment_ids: list[int], at: datetime, known_at: datetime | None, without: Any = None
) -> Any:
    counts = Q(occurred_at__lte=at)
    if known_at:
        counts &= Q(recorded_at__lte=known_at)
    events = ProgressEvent.objects.filter(enrollment_id__in=enrollment_ids)
    if without is not None:
        events = events.exclude(pk__in=without)
    qualifying = counts & Q(kind__in=QUALIFYING)
    return (
        events.order_by()
        .values("enrollment_id")
        .annotate(
            done=ArrayAgg("item_id", filter=counts & Q(kind=Kind.ITEM_COMPLETED)),
            first=Min("occurred_at", filter=qualifying),
            last=Max("occurred_at", filter=qualifying),
            completed=Min("occurred_at", filter=counts & Q(kind=Kind.PROGRAM_COMPLETED)),
            # A correction counts once it is known, whenever what it corrects happened.
            voids=Count("occurred_at", filter=Q(kind=Kind.VOIDED)),
        )
    )


def _dues(cohort: Cohort) -> dict[int | None, dict[int, datetime | None]]:
    dues: dict[int | None, dict[int, datetime | None]] = {}
    rows = ScheduleRow.objects.filter(cohort=cohort, kind=ScheduleRow.Kind.DUE)
    for group, module, due in rows.values_list("group_id", "module_id", "at"):
        dues.setdefault(group, {})[module] = due
    return dues


def _extensions(
    enrollment_ids: list[int], known_at: datetime | None
) -> dict[int, dict[int, datetime]]:
    rows = Extension.objects.filter(enrollment_id__in=enrollment_ids)
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
