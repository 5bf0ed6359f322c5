"""Who was at which live session: counts that leave out canceled and unmarked ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from programs.engine.rates import share
from programs.reports.cohort_facts import Learner, PlannedSlot

_NO_MARKS: Mapping[int, str] = {}


class Attendance(NamedTuple):
    """Of the sessions of a learner's group while enrolled; canceled ones never count."""

    present: int = 0
    excused: int = 0
    absent: int = 0
    unmarked: int = 0  # over, and nobody said who was there
    ahead: int = 0  # not over yet

    @property
    def held(self) -> int:
        return self.present + self.excused + self.absent + self.unmarked

    @property
    def marked(self) -> int:
        """What attendance is a share of."""
        return self.present + self.excused + self.absent

    @property
    def rate(self) -> float | None:
        return share(self.present, self.marked)

    @property
    def commitment(self) -> float | None:
        return share(self.present + self.excused, self.marked)

    @property
    def best_possible(self) -> float | None:
        """What attendance can still become; unmarked sessions count as if they lay ahead."""
        return share(self.present + self.unmarked + self.ahead, self.held + self.ahead)


@dataclass(frozen=True, slots=True)
class SlotAttendance:
    key: str
    title: str
    starts_at: datetime
    attendance: Attendance


class AttendanceBook:
    """Counts each learner's marks, and on the way those of every session."""

    def __init__(
        self, slots: Iterable[PlannedSlot], marks: Mapping[int, Mapping[int, str]]
    ) -> None:
        self._slots = list(slots)
        self._marks = marks
        self._by_slot = {
            slot.pk: dict.fromkeys(Attendance._fields, 0) for slot in self._slots if slot.is_over
        }

    def of(self, learner: Learner) -> Attendance:
        marks = self._marks.get(learner.pk, _NO_MARKS)
        counts = dict.fromkeys(Attendance._fields, 0)
        for slot in self._slots:
            if not _counts(slot, learner):
                continue
            if not slot.is_over:
                counts["ahead"] += 1
                continue
            status = marks.get(slot.pk, "unmarked")
            counts[status] += 1
            self._by_slot[slot.pk][status] += 1
        return Attendance(**counts)

    def slots(self) -> tuple[SlotAttendance, ...]:
        """The sessions that are over, with the marks of the learners asked for so far."""
        return tuple(
            SlotAttendance(
                slot.key, slot.title, slot.starts_at, Attendance(**self._by_slot[slot.pk])
            )
            for slot in self._slots
            if slot.is_over
        )


def _counts(slot: PlannedSlot, learner: Learner) -> bool:
    """Whether the session was one of the learner's own group while they were enrolled."""
    if learner.accepted_at is None or slot.group_id not in (None, learner.group_id):
        return False
    if learner.accepted_at > slot.starts_at:
        return False
    return learner.withdrawn_at is None or learner.withdrawn_at > slot.starts_at


def together(rows: Iterable[Attendance]) -> Attendance:
    sums = [sum(column) for column in zip(*rows, strict=True)]
    return Attendance(*sums) if sums else Attendance()
