"""A cohort at an instant: every learner in exactly one of six states, and all counts from that.

Facts count by `occurred_at <= at` and, with `known_at`, by what was recorded by then, so an old
report can be computed again after back-dated entries. Dates of the schedule count as they stand now.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from programs.engine.rates import average, middle, share
from programs.engine.schedule import local_instant
from programs.engine.states import COMPLETED, LAPSED, NO_SHOW, ON_PACE, STATES, WITHDRAWN, state_at
from programs.reports.assessment_pairs import assessment_pairs
from programs.reports.attendance import Attendance, AttendanceBook, SlotAttendance, together
from programs.reports.cohort_facts import CohortFacts, Learner, load_facts
from programs.reports.due_items import DueCalendar

if TYPE_CHECKING:
    from programs.models import Cohort


class LearnerRow(NamedTuple):
    """One person, for staff of the practice only. No text that the person wrote, ever.

    `state` is None for somebody invited who has not accepted: not of the enrolled.
    """

    enrollment_id: UUID
    name: str
    profession: str
    unit: str
    group: str
    state: str | None
    done: int
    required: int
    progress: float | None  # done ÷ required
    minutes_progress: float | None  # the same, each item by its planned minutes
    expected: float | None  # required items due by now ÷ required
    overdue: int
    days_behind: int
    next_due_at: datetime | None
    last_due_at: datetime | None
    is_on_time: bool  # completed by their own last due date
    attendance: Attendance
    invited_at: datetime | None
    accepted_at: datetime | None
    first_event_at: datetime | None
    last_event_at: datetime | None
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ModuleCompletion:
    """How many of the enrolled did all required items of one module."""

    key: str
    title: str
    completed: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class CohortProgress:
    at: datetime
    known_at: datetime | None = field(compare=False)
    ends_at: datetime  # of the cohort: figures before it are "to date"
    zone: str
    edition: str  # of the program, pinned
    enrolled: int  # E: accepted, minus void and transferred out
    invited: int  # of those asked, who have not accepted
    started: int  # S
    required: int  # |R|, items in the pinned version
    states: dict[str, int]  # sums to `enrolled`
    modules: tuple[ModuleCompletion, ...]
    attendance: Attendance  # all sessions of all learners together
    slots: tuple[SlotAttendance, ...]
    learners: tuple[LearnerRow, ...]
    pairs: int | None = None  # people assessed before and after; None: nothing assesses yet

    @property
    def pair_rate(self) -> float | None:
        return None if self.pairs is None else share(self.pairs, self.enrolled)

    @property
    def current(self) -> int:
        """A: the enrolled who have not withdrawn."""
        return self.enrolled - self.states[WITHDRAWN]

    @property
    def on_pace(self) -> int:
        return self.states[ON_PACE] + self.states[COMPLETED]

    @property
    def is_to_date(self) -> bool:
        return self.at < self.ends_at

    @property
    def on_pace_rate(self) -> float | None:
        return share(self.on_pace, self.current)

    @property
    def completion_rate(self) -> float | None:
        return share(self.states[COMPLETED], self.enrolled)

    @property
    def completion_rate_of_started(self) -> float | None:
        return share(self.states[COMPLETED], self.started)

    @property
    def on_time(self) -> int:
        return sum(row.is_on_time for row in self.learners)

    @property
    def on_time_rate(self) -> float | None:
        return share(self.on_time, self.enrolled)

    @property
    def dropped_out(self) -> int:
        return self.states[WITHDRAWN] + self.states[LAPSED] + self.states[NO_SHOW]

    @property
    def dropout_rate(self) -> float | None:
        return share(self.dropped_out, self.enrolled)

    @property
    def mean_progress(self) -> float | None:
        """Of the current ones; so are the three below."""
        return average(row.progress for row in self._current() if row.progress is not None)

    @property
    def mean_minutes_progress(self) -> float | None:
        rows = self._current()
        return average(row.minutes_progress for row in rows if row.minutes_progress is not None)

    @property
    def mean_expected(self) -> float | None:
        return average(row.expected for row in self._current() if row.expected is not None)

    @property
    def median_days_behind(self) -> float | None:
        return middle(row.days_behind for row in self._current())

    def _current(self) -> list[LearnerRow]:
        return [row for row in self.learners if row.state not in (None, WITHDRAWN)]


def cohort_progress(
    *, cohort: Cohort, at: datetime, known_at: datetime | None = None
) -> CohortProgress:
    """Compute a cohort at `at`: at most eight queries, whatever its size.

    Args:
        at: the instant described; aware.
        known_at: leave out what was recorded after it.
    """
    facts = load_facts(cohort=cohort, at=at, known_at=known_at)
    calculator = _Calculator(facts, cohort, at)
    learners = tuple(calculator.row(learner) for learner in facts.learners)
    enrolled = [row for row in learners if row.state]
    counted = Counter(row.state for row in enrolled)
    return CohortProgress(
        at=at,
        known_at=known_at,
        ends_at=local_instant(cohort.ends_on + timedelta(days=1), time(), cohort.zone),
        zone=cohort.time_zone,
        edition=facts.edition.title,
        enrolled=len(enrolled),
        invited=len(learners) - len(enrolled),
        started=sum(row.first_event_at is not None for row in enrolled),
        required=calculator.required,
        states={state: counted[state] for state in STATES},
        modules=tuple(
            ModuleCompletion(
                key=module.key,
                title=module.title,
                completed=calculator.completed[place],
                due_at=facts.dues.groups.get(None, {}).get(module.pk),
            )
            for place, module in enumerate(facts.edition.modules)
        ),
        attendance=together(row.attendance for row in enrolled),
        slots=calculator.book.slots(),
        learners=learners,
        pairs=assessment_pairs(cohort, at, known_at),
    )


class _Calculator:
    """Walks the learners once; what holds for a whole group is worked out once per group."""

    def __init__(self, facts: CohortFacts, cohort: Cohort, at: datetime) -> None:
        self.facts = facts
        self.at = at
        self.lapse = timedelta(days=cohort.lapse_days)
        self.edition = facts.edition
        self.needed = facts.edition.required
        self.required = len(self.needed)
        self.completed = [0] * len(facts.edition.modules)
        self.book = AttendanceBook(facts.slots, facts.marks)
        self.minutes = sum(facts.edition.minutes.values())
        self.calendar = DueCalendar(
            required_modules=facts.edition.required_modules,
            dues=facts.dues,
            extensions=facts.extensions,
            grace=timedelta(days=cohort.grace_days),
            at=at,
        )

    def row(self, learner: Learner) -> LearnerRow:
        every = self.edition.counted(learner.done)
        done = every & self.needed
        own = self.calendar.of(learner.pk, learner.group_id)
        overdue = len(own.overdue - done)
        undone = next((due for due, item in own.dues if item not in done), None)
        state = self._state(learner, overdue)
        if state:
            for place, module in enumerate(self.edition.modules):
                self.completed[place] += module.items <= every
        completed_at = learner.completed_at if state else None
        return LearnerRow(
            enrollment_id=learner.public_id,
            name=learner.name,
            profession=learner.profession,
            unit=learner.unit,
            group=learner.group,
            state=state,
            done=len(done),
            required=self.required,
            progress=share(len(done), self.required),
            minutes_progress=share(sum(map(self.edition.minutes.__getitem__, done)), self.minutes),
            expected=share(own.due, self.required),
            overdue=overdue if state else 0,
            days_behind=(self.at - undone).days if state and undone and undone <= self.at else 0,
            next_due_at=next(
                (due for due, item in own.dues if due > self.at and item not in done), None
            )
            if state not in (None, COMPLETED, WITHDRAWN)
            else None,
            last_due_at=own.last,
            is_on_time=completed_at is not None and (own.last is None or completed_at <= own.last),
            attendance=self.book.of(learner),
            invited_at=learner.invited_at,
            accepted_at=learner.accepted_at,
            first_event_at=learner.first_event_at,
            last_event_at=learner.last_event_at,
            completed_at=learner.completed_at,
        )

    def _state(self, learner: Learner, overdue: int) -> str | None:
        if learner.accepted_at is None:
            return None
        return state_at(
            at=self.at,
            started_at=max(self.facts.starts_at, learner.accepted_at),
            completed_at=learner.completed_at,
            withdrawn_at=learner.withdrawn_at,
            last_event_at=learner.last_event_at,
            overdue=overdue,
            lapse=self.lapse,
        )
