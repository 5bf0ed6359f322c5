"""Kaplan–Meier: which share of a cohort was still taking part, by days from each one's start.

Leaving shows late: somebody counts as lapsed only after a silence of L days. So each person is
followed up to t - L and no further, whatever was seen of them since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

SMALLEST_RISK_SET = 5


class Followed(NamedTuple):
    """One person: days from their start to the end of what is known, and how that ended."""

    days: int
    left: bool  # False: censored; they were still there, or had completed


class Step(NamedTuple):
    """`share` are still there after `day`, of whom `at_risk` were followed up to that day."""

    day: int
    at_risk: int
    left: int
    share: float


class Curve(NamedTuple):
    """Falls only at its steps, and ends at `ends_on_day`.

    `hidden_from_day`: from there fewer than five people are at risk, and nothing is shown; None
    if that never happens.
    """

    people: int
    steps: tuple[Step, ...]
    ends_on_day: int
    hidden_from_day: int | None

    def share_on(self, day: int) -> float | None:
        """The share after `day`; None where nothing is shown or the curve has ended."""
        if day > self.ends_on_day or not self.people:
            return None
        if self.hidden_from_day is not None and day >= self.hidden_from_day:
            return None
        return next((step.share for step in reversed(self.steps) if step.day <= day), 1.0)


def follow(
    *, horizon: int, left_on_day: int | None = None, completed_on_day: int | None = None
) -> Followed | None:
    """Return what the curve may use of one person; None if their follow-up has not begun.

    Args:
        horizon: days from their start to t - L; negative if they started later than that.
        left_on_day: of the last event of somebody withdrawn, lapsed or not started (then 0).
        completed_on_day: of the program's completion, which comes before everything else.
    """
    if horizon < 0:
        return None
    if completed_on_day is not None:
        return Followed(min(max(completed_on_day, 0), horizon), left=False)
    if left_on_day is not None and max(left_on_day, 0) <= horizon:
        return Followed(max(left_on_day, 0), left=True)
    return Followed(horizon, left=False)


def kaplan_meier(people: Iterable[Followed], *, smallest: int = SMALLEST_RISK_SET) -> Curve:
    """Return S(t) = Π(1 - d/n) over the days on which somebody left.

    Who is censored on a day was still at risk on it. Steps with fewer than `smallest` people at
    risk are left out.
    """
    followed = list(people)
    left = Counter(one.days for one in followed if one.left)
    ended = Counter(one.days for one in followed)
    at_risk, share = len(followed), 1.0
    steps: list[Step] = []
    hidden_from: int | None = 0 if at_risk < smallest else None
    for day in sorted(ended):
        if hidden_from is None and left[day]:
            share *= 1 - left[day] / at_risk
            steps.append(Step(day, at_risk, left[day], share))
        at_risk -= ended[day]
        # Whoever ended on `day` is gone from the day after.
        if hidden_from is None and at_risk < smallest:
            hidden_from = day + 1
    return Curve(
        people=len(followed),
        steps=tuple(steps),
        ends_on_day=max(ended, default=0),
        hidden_from_day=hidden_from,
    )
