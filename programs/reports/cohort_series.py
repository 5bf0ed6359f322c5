"""A cohort week by week: states, pace, activity, practice; and who was still there, by days.

Each week is described at its end, the running one at the instant of the report; its states are
those that `cohort_progress` gives for the same instant.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from programs.engine.adherence import Adherence, of_group
from programs.engine.rates import average, share
from programs.engine.schedule import local_instant
from programs.engine.states import LAPSED, NO_SHOW, STATES, WITHDRAWN
from programs.engine.survival import Curve, Followed, follow, kaplan_meier
from programs.engine.weeks import Week, cohort_weeks
from programs.models import ScheduleRow
from programs.reports.cohort_facts import dates_of, extensions_of
from programs.reports.due_items import DueCalendar, DueItems
from programs.reports.edition_facts import load_edition
from programs.reports.practice_weeks import PracticeBook, load_practice
from programs.reports.timelines import Timeline, load_timelines

if TYPE_CHECKING:
    from programs.models import Cohort


@dataclass(frozen=True, slots=True)
class WeekRow:
    number: int  # from 1
    starts_at: datetime
    ends_at: datetime
    at: datetime  # what the states and the progress describe: the end, or the report's instant
    is_over: bool
    enrolled: int
    states: dict[str, int]  # sums to `enrolled`
    progress: float | None  # mean of the current ones; required done ÷ required
    expected: float | None  # the same for what was due
    active: int  # learners with at least one event in the week
    current_at_start: int  # A when the week began
    adherence: Adherence

    @property
    def active_rate(self) -> float | None:
        """Who joined during the week may be active and is not yet of A."""
        return share(self.active, self.current_at_start)


@dataclass(frozen=True, slots=True)
class CohortSeries:
    at: datetime
    weeks: tuple[WeekRow, ...]
    adherence: Adherence  # of the weeks that are over
    survival: Curve


def cohort_series(
    *, cohort: Cohort, at: datetime, known_at: datetime | None = None
) -> CohortSeries:
    """Look back from `at`: at most twelve queries, whatever the cohort's size.

    Args:
        at: the instant described; aware.
        known_at: leave out what was recorded after it.
    """
    starts_at = local_instant(cohort.starts_on, time(), cohort.zone)
    weeks = cohort_weeks(
        starts_on=cohort.starts_on, ends_on=cohort.ends_on, zone=cohort.zone, at=at
    )
    people = load_timelines(cohort=cohort, starts_at=starts_at, at=at, known_at=known_at)
    edition = load_edition(cohort)
    for person in people:
        person.take_over(edition)
    calendar = DueCalendar(
        required_modules=edition.required_modules,
        dues=dates_of(cohort, ScheduleRow.Kind.DUE),
        extensions=extensions_of(cohort, known_at),
        grace=timedelta(days=cohort.grace_days),
        at=at,
    )
    practice = load_practice(cohort=cohort, weeks=weeks)
    lapse = timedelta(days=cohort.lapse_days)
    walkers = [_Walker(one, calendar, len(edition.required_modules), cohort, at) for one in people]
    over = [week for week in weeks if week.ends_at <= at]
    return CohortSeries(
        at=at,
        weeks=tuple(_week(week, walkers, practice, at) for week in weeks),
        adherence=of_group(
            [practice.of(one, week) for week in over if one.is_current(week.starts_at)]
            for one in people
        ),
        survival=kaplan_meier(
            one for walker in walkers if (one := walker.followed(at - lapse)) is not None
        ),
    )


def _week(week: Week, walkers: list[_Walker], practice: PracticeBook, at: datetime) -> WeekRow:
    point = week.point(at)
    enrolled = [walker for walker in walkers if walker.timeline.is_enrolled(point)]
    states = [walker.state(point) for walker in enrolled]
    counted = Counter(states)
    current = [walker for walker, state in zip(enrolled, states, strict=True) if state != WITHDRAWN]
    in_at_start = [
        walker.timeline for walker in walkers if walker.timeline.is_current(week.starts_at)
    ]
    return WeekRow(
        number=week.number,
        starts_at=week.starts_at,
        ends_at=week.ends_at,
        at=point,
        is_over=week.ends_at <= at,
        enrolled=len(enrolled),
        states={state: counted[state] for state in STATES},
        progress=average(walker.progress(point) for walker in current if walker.required),
        expected=average(walker.expected(point) for walker in current if walker.required),
        active=sum(
            walker.timeline.is_active(week.starts_at, week.ends_at)
            for walker in walkers
            if not walker.is_gone(week.starts_at)
        ),
        current_at_start=len(in_at_start),
        adherence=of_group([practice.of(one, week)] for one in in_at_start),
    )


class _Walker:
    """One learner with their own dates, asked again for every week."""

    def __init__(
        self,
        timeline: Timeline,
        calendar: DueCalendar,
        required: int,
        cohort: Cohort,
        at: datetime,
    ) -> None:
        self.timeline = timeline
        self.required = required
        self.lapse = timedelta(days=cohort.lapse_days)
        self.zone = cohort.zone
        self.at = at
        own = calendar.of(timeline.learner.pk, timeline.learner.group_id)
        self._dues: DueItems = own
        self._done = calendar.required_done(timeline.done)
        self._overdue = calendar.overdue_spans(own, timeline.done)

    def state(self, at: datetime) -> str:
        overdue = sum(
            begins <= at and (ends is None or at < ends) for begins, ends in self._overdue
        )
        return self.timeline.state(at=at, overdue=overdue, lapse=self.lapse)

    def is_gone(self, at: datetime) -> bool:
        gone = self.timeline.transferred_at
        return gone is not None and gone <= at

    def progress(self, at: datetime) -> float:
        return sum(done <= at for done in self._done) / self.required

    def expected(self, at: datetime) -> float:
        return sum(due <= at for due, _item in self._dues.dues) / self.required

    def followed(self, until: datetime) -> Followed | None:
        """What survival may use, or None."""
        timeline = self.timeline
        if not timeline.is_enrolled(self.at):
            return None
        state = self.state(self.at)
        left = None
        if state in (WITHDRAWN, LAPSED, NO_SHOW):
            last = timeline.last_event(self.at)
            left = self._day(last) if last else 0
        completed = timeline.completed_at
        return follow(
            horizon=self._day(until),
            left_on_day=left,
            completed_on_day=self._day(completed) if completed else None,
        )

    def _day(self, at: datetime) -> int:
        """Calendar days since the start, so that no clock change makes a day too few."""
        start = self.timeline.starts_at.astimezone(self.zone).date()
        return (at.astimezone(self.zone).date() - start).days
