"""Practice adherence: how much of the assigned minutes was practiced, week by week.

Minutes above what a week assigns never pay for another week or another person.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median, quantiles
from typing import NamedTuple


class PracticeWeek(NamedTuple):
    """One learner in one week: minutes assigned, by the timer, and told afterwards."""

    assigned: int
    timer: int = 0
    told: int = 0

    @property
    def logged(self) -> int:
        return self.timer + self.told

    @property
    def capped(self) -> int:
        return min(self.logged, self.assigned)

    @property
    def capped_timer(self) -> int:
        """Of `capped`, what the timer counted; it comes first, the rest is told."""
        return min(self.timer, self.assigned)

    @property
    def share(self) -> float | None:
        """min(1, logged ÷ assigned); None if nothing was assigned."""
        return self.capped / self.assigned if self.assigned else None


class Adherence(NamedTuple):
    """Of a group. `people` are those to whom something was assigned."""

    people: int = 0
    assigned: int = 0
    capped: int = 0
    capped_timer: int = 0
    timer: int = 0  # all minutes logged, above what was assigned too
    told: int = 0
    median: float | None = None
    lower_quartile: float | None = None
    upper_quartile: float | None = None

    @property
    def rate(self) -> float | None:
        return self.capped / self.assigned if self.assigned else None

    @property
    def timer_rate(self) -> float | None:
        return self.capped_timer / self.assigned if self.assigned else None

    @property
    def told_rate(self) -> float | None:
        return (self.capped - self.capped_timer) / self.assigned if self.assigned else None


def add_weeks(weeks: Iterable[PracticeWeek]) -> Adherence:
    """One learner over several weeks: each week is capped on its own."""
    return _sums([week for week in weeks if week.assigned])


def of_group(people: Iterable[Iterable[PracticeWeek]]) -> Adherence:
    """A group: Σ capped ÷ Σ assigned, beside it median and quartiles over its learners."""
    each = [one for weeks in people if (one := add_weeks(weeks)).assigned]
    shares = sorted(one.capped / one.assigned for one in each)
    lower = upper = shares[0] if shares else None
    if len(shares) > 1:
        lower, _middle, upper = quantiles(shares, n=4, method="inclusive")
    return Adherence(
        people=len(each),
        assigned=sum(one.assigned for one in each),
        capped=sum(one.capped for one in each),
        capped_timer=sum(one.capped_timer for one in each),
        timer=sum(one.timer for one in each),
        told=sum(one.told for one in each),
        median=median(shares) if shares else None,
        lower_quartile=lower,
        upper_quartile=upper,
    )


def _sums(weeks: list[PracticeWeek]) -> Adherence:
    return Adherence(
        people=1 if weeks else 0,
        assigned=sum(week.assigned for week in weeks),
        capped=sum(week.capped for week in weeks),
        capped_timer=sum(week.capped_timer for week in weeks),
        timer=sum(week.timer for week in weeks),
        told=sum(week.told for week in weeks),
    )
