"""A cohort at an instant: every learner in exactly one of six states, and all counts from that.

Facts count by `occurred_at <= at` and, with `known_at`, by what was recorded by then, so an old
report can be computed again after back-dated entries. Dates and extensions count as they stand now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from programs.engine.states import STATES, is_overdue, state_at
from programs.reports.cohort_facts import CohortFacts, Learner, load_facts

if TYPE_CHECKING:
    from programs.models import Cohort

_NO_MARKS: Mapping[int, str] = {}


class Attendance(NamedTuple):
    """Of the sessions held for a learner's group while enrolled; canceled ones never count."""

    present: int = 0
    excused: int = 0
    absent: int = 0
    unmarked: int = 0

    @property
    def held(self) -> int:
        return self.present + self.excused + self.absent + self.unmarked

    @property
    def marked(self) -> int:
        """What attendance is a share of."""
        return self.present + self.excused + self.absent


@dataclass(frozen=True, slots=True)
class SlotAttendance:
    key: str
    title: str
    starts_at: datetime
    attendance: Attendance


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
    overdue: int
    days_behind: int
    next_due_at: datetime | None
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
    enrolled: int  # E: accepted, minus void and transferred out
    invited: int  # of those asked, who have not accepted
    started: int
    required: int  # items in the pinned version
    states: dict[str, int]  # sums to `enrolled`
    modules: tuple[ModuleCompletion, ...]
    attendance: Attendance  # all sessions of all learners together
    slots: tuple[SlotAttendance, ...]
    learners: tuple[LearnerRow, ...]

    @property
    def current(self) -> int:
        return self.enrolled - self.states["withdrawn"]

    @property
    def on_pace(self) -> int:
        return self.states["on_pace"] + self.states["completed"]


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
        enrolled=len(enrolled),
        invited=len(learners) - len(enrolled),
        started=sum(row.first_event_at is not None for row in enrolled),
        required=len(facts.required),
        states={state: counted[state] for state in STATES},
        modules=tuple(
            ModuleCompletion(
                key=module.key,
                title=module.title,
                completed=calculator.completed[place],
                due_at=facts.dues.get(None, {}).get(module.pk),
            )
            for place, module in enumerate(facts.modules)
        ),
        attendance=_together(row.attendance for row in enrolled),
        slots=tuple(
            SlotAttendance(
                slot.key, slot.title, slot.starts_at, Attendance(**calculator.by_slot[slot.pk])
            )
            for slot in facts.slots
        ),
        learners=learners,
    )


class _Calculator:
    """Walks the learners once; what holds for a whole group is worked out once per group."""

    def __init__(self, facts: CohortFacts, cohort: Cohort, at: datetime) -> None:
        self.facts = facts
        self.at = at
        self.grace = timedelta(days=cohort.grace_days)
        self.lapse = timedelta(days=cohort.lapse_days)
        self.completed = [0] * len(facts.modules)
        self.by_slot = {slot.pk: dict.fromkeys(Attendance._fields, 0) for slot in facts.slots}
        self._dues: dict[int | None, tuple[list[tuple[datetime, int]], frozenset[int]]] = {}

    def row(self, learner: Learner) -> LearnerRow:
        facts = self.facts
        is_enrolled = learner.accepted_at is not None
        done = learner.done
        dues, overdue_items = self._due_items(learner)
        overdue = len(overdue_items - done)
        state: str | None = None
        attendance = Attendance()
        if learner.accepted_at is not None:
            state = state_at(
                at=self.at,
                started_at=max(facts.starts_at, learner.accepted_at),
                completed_at=learner.completed_at,
                withdrawn_at=learner.withdrawn_at,
                last_event_at=learner.last_event_at,
                overdue=overdue,
                lapse=self.lapse,
            )
            attendance = self._attended(learner)
            for place, module in enumerate(facts.modules):
                self.completed[place] += module.items <= done
        undone = next((due for due, item in dues if item not in done), None)
        ahead = is_enrolled and state not in ("completed", "withdrawn")
        behind = ahead and undone is not None and undone <= self.at
        return LearnerRow(
            enrollment_id=learner.public_id,
            name=learner.name,
            profession=learner.profession,
            unit=learner.unit,
            group=learner.group,
            state=state,
            done=len(done & facts.required),
            required=len(facts.required),
            overdue=overdue if ahead else 0,
            days_behind=(self.at - undone).days if behind and undone else 0,
            next_due_at=next(
                (due for due, item in dues if due > self.at and item not in done), None
            )
            if ahead
            else None,
            attendance=attendance,
            invited_at=learner.invited_at,
            accepted_at=learner.accepted_at,
            first_event_at=learner.first_event_at,
            last_event_at=learner.last_event_at,
            completed_at=learner.completed_at,
        )

    def _due_items(self, learner: Learner) -> tuple[list[tuple[datetime, int]], frozenset[int]]:
        """Required items by due date, and those of them that count as overdue if undone."""
        extensions = self.facts.extensions.get(learner.pk)
        if extensions:
            return self._sorted(learner.group_id, extensions)
        if learner.group_id not in self._dues:
            self._dues[learner.group_id] = self._sorted(learner.group_id, {})
        return self._dues[learner.group_id]

    def _sorted(
        self, group_id: int | None, extensions: dict[int, datetime]
    ) -> tuple[list[tuple[datetime, int]], frozenset[int]]:
        of_cohort = self.facts.dues.get(None, {})
        of_group = self.facts.dues.get(group_id, {}) if group_id else {}
        dues: list[tuple[datetime, int]] = []
        for item, module in self.facts.required_modules.items():
            due = of_group.get(module, of_cohort.get(module))
            later = extensions.get(item)
            if due and later:
                due = max(due, later)
            due = due or later
            if due:
                dues.append((due, item))
        dues.sort()
        overdue = frozenset(
            item for due, item in dues if is_overdue(due=due, grace=self.grace, at=self.at)
        )
        return dues, overdue

    def _attended(self, learner: Learner) -> Attendance:
        marks = self.facts.marks.get(learner.pk, _NO_MARKS)
        counts = dict.fromkeys(Attendance._fields, 0)
        for slot in self.facts.slots:
            status = marks.get(slot.pk)
            if status is None:
                if slot.group_id not in (None, learner.group_id):
                    continue
                if learner.accepted_at is None or learner.accepted_at > slot.starts_at:
                    continue  # not yet of the cohort
                if learner.withdrawn_at is not None and learner.withdrawn_at <= slot.starts_at:
                    continue
                status = "unmarked"
            counts[status] += 1
            self.by_slot[slot.pk][status] += 1
        return Attendance(**counts)


def _together(rows: Iterable[Attendance]) -> Attendance:
    sums = [sum(column) for column in zip(*rows, strict=True)]
    return Attendance(*sums) if sums else Attendance()
