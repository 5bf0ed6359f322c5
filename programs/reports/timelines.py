"""What each person of a cohort did and when: the facts of reports that look back week by week."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, IntegerField, Min, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from programs.engine.states import state_at
from programs.models import ProgressEvent
from programs.reports.cohort_facts import PEOPLE_FIELDS, Learner, learner_at, people_of
from programs.reports.event_facts import (
    NO_EVENT,
    QUALIFYING,
    Kind,
    Microseconds,
    counted,
    moment,
    standing,
)

if TYPE_CHECKING:
    from datetime import timedelta

    from programs.models import Cohort
    from programs.reports.edition_facts import Edition

TIMER = "timer"  # of a practice event's payload: who counted the minutes


@dataclass(frozen=True, slots=True)
class Sitting:
    at: datetime
    minutes: int
    by_timer: bool


@dataclass(slots=True)
class Timeline:
    learner: Learner
    transferred_at: datetime | None
    starts_at: datetime  # the later of cohort start and acceptance
    events: list[datetime] = field(default_factory=list)  # qualifying ones, in order
    done: dict[int, datetime] = field(default_factory=dict)  # item -> first time
    sittings: list[Sitting] = field(default_factory=list)

    def take_over(self, edition: Edition) -> None:
        """What was done of an earlier edition counts, since then, for what took its place."""
        for before, items in edition.heirs.items():
            if (when := self.done.get(before)) is not None:
                for item in items:
                    self.done[item] = min(when, self.done.get(item, when))

    @property
    def completed_at(self) -> datetime | None:
        return self.learner.completed_at

    def is_enrolled(self, at: datetime) -> bool:
        """Of E at `at`: accepted by then and not transferred out."""
        accepted = self.learner.accepted_at
        gone = self.transferred_at
        return accepted is not None and accepted <= at and (gone is None or gone > at)

    def is_current(self, at: datetime) -> bool:
        """Of A at `at`: enrolled and not withdrawn; who had completed before leaving stays."""
        withdrawn, completed = self.learner.withdrawn_at, self.completed_at
        if not self.is_enrolled(at):
            return False
        has_left = withdrawn is not None and withdrawn <= at
        return not has_left or (completed is not None and completed <= at)

    def last_event(self, at: datetime) -> datetime | None:
        place = bisect_right(self.events, at)
        return self.events[place - 1] if place else None

    def is_active(self, begins: datetime, ends: datetime) -> bool:
        return bisect_left(self.events, begins) < bisect_left(self.events, ends)

    def state(self, *, at: datetime, overdue: int, lapse: timedelta) -> str:
        return state_at(
            at=at,
            started_at=self.starts_at,
            completed_at=self.completed_at,
            withdrawn_at=self.learner.withdrawn_at,
            last_event_at=self.last_event(at),
            overdue=overdue,
            lapse=lapse,
        )

    def practiced(self, begins: datetime, ends: datetime) -> tuple[int, int]:
        """Minutes by the timer and told afterwards, of sittings begun in the span."""
        timer = told = 0
        for sitting in self.sittings:
            if begins <= sitting.at < ends:
                timer += sitting.minutes if sitting.by_timer else 0
                told += 0 if sitting.by_timer else sitting.minutes
        return timer, told


def load_timelines(
    *, cohort: Cohort, starts_at: datetime, at: datetime, known_at: datetime | None
) -> list[Timeline]:
    """Everybody who accepted by `at`, void ones left out, those transferred since included.

    Three queries, and two more if an event of the cohort was ever voided.
    """
    people = people_of(cohort, at, known_at).annotate(gone=Microseconds("transferred_out_at"))
    found: dict[int, Timeline] = {}
    for row in people.filter(accepted_at__lte=at).values_list(*PEOPLE_FIELDS, "gone"):
        learner = learner_at(row[:-1], NO_EVENT, at)
        if learner.accepted_at is not None:
            starts = max(starts_at, learner.accepted_at)
            found[learner.pk] = Timeline(learner, moment(row[-1]), starts)
    events = ProgressEvent.objects.filter(enrollment__cohort=cohort)
    rows = {row[0]: row for row in _arrays(events, at, known_at)}
    corrected = [pk for pk, row in rows.items() if row[-1]]
    sittings = list(_sittings(events.exclude(enrollment__in=corrected), at, known_at))
    if corrected:
        good = standing(corrected, known_at)
        rows |= {pk: (pk, None, None, None, None, 0) for pk in corrected}
        rows |= {row[0]: row for row in _arrays(good, at, known_at)}
        sittings += _sittings(good, at, known_at)
    for pk, items, times, active, completed, _voids in rows.values():
        if (timeline := found.get(pk)) is None:
            continue
        timeline.learner = timeline.learner._replace(completed_at=moment(completed))
        timeline.events = [moment(value) for value in sorted(active or ())]  # type: ignore[misc]
        for item, when in zip(items or (), times or (), strict=True):
            at_once = moment(when)
            if at_once is not None and (item not in timeline.done or at_once < timeline.done[item]):
                timeline.done[item] = at_once
    for pk, when, minutes, counted_by in sittings:
        if (timeline := found.get(pk)) is not None and (began := moment(when)) is not None:
            timeline.sittings.append(Sitting(began, minutes or 0, counted_by == TIMER))
    return list(found.values())


def _arrays(
    events: QuerySet[ProgressEvent], at: datetime, known_at: datetime | None
) -> Iterable[tuple[Any, ...]]:
    known = counted(at, known_at)
    is_done = known & Q(kind=Kind.ITEM_COMPLETED)
    when = Microseconds("occurred_at")
    return (
        events.order_by()
        .values("enrollment_id")
        .annotate(
            # Both in one order, so that they can be put together again.
            done=ArrayAgg("item_id", filter=is_done, order_by=("occurred_at", "pk")),
            done_at=ArrayAgg(when, filter=is_done, order_by=("occurred_at", "pk")),
            active=ArrayAgg(when, filter=known & Q(kind__in=QUALIFYING), distinct=True),
            completed=Microseconds(
                Min("occurred_at", filter=known & Q(kind=Kind.PROGRAM_COMPLETED))
            ),
            corrections=Count("occurred_at", filter=Q(kind=Kind.VOIDED)),
        )
        .values_list("enrollment_id", "done", "done_at", "active", "completed", "corrections")
    )


def _sittings(
    events: QuerySet[ProgressEvent], at: datetime, known_at: datetime | None
) -> Iterable[tuple[Any, ...]]:
    return (
        events.filter(counted(at, known_at), kind=Kind.PRACTICED)
        .annotate(
            when=Microseconds("occurred_at"),
            minutes=Cast(KT("payload__minutes"), IntegerField()),
            counted_by=KT("payload__counted_by"),
        )
        .values_list("enrollment_id", "when", "minutes", "counted_by")
    )
