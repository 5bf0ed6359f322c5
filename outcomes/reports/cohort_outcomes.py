"""What changed between two rounds of a cohort, whole and unrounded. For the practice's analysis.

Nothing of this is shown as it stands: `outcomes.reports.release_payload` puts it under the mask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from outcomes.engine.multiplicity import holm
from outcomes.engine.paired import Change, Interval, d_av_interval, paired_change
from outcomes.reports.arms_compared import ArmsCompared, arms_of
from outcomes.reports.cohorts_beside import cohorts_beside
from outcomes.reports.paired_scores import Metric, PairedScores, Person, paired_scores
from outcomes.reports.round_scores import RoundScores, round_scores

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from outcomes.models import Wave

EXTREME_SHARE = 0.15  # of people at an end of the scale at baseline: floor or ceiling
THIN_SHARE = 0.6  # of the enrolled in both rounds; below it a banner


@dataclass(frozen=True)
class MetricOutcome:
    """One reported scale: the change of everybody with both values."""

    metric: Metric
    members: tuple[int, ...]  # enrollments
    change: Change
    d_av: Interval | None
    p_holm: float | None  # of all but the main outcome
    is_primary: bool
    extreme: str  # "floor", "ceiling" or "": where more than 15 % began

    @property
    def sign(self) -> int:
        """1 if more is better on this scale, else -1."""
        return 1 if self.metric.subscale.direction == "up" else -1

    def change_of(self, members: Collection[int]) -> Change:
        """The change of some of its members."""
        chosen = [one for one in self.members if one in members]
        before, after = self.metric.before, self.metric.after
        return paired_change([before[one] for one in chosen], [after[one] for one in chosen])

    def is_alike(self, members: Collection[int]) -> bool:
        """All of these began, ended or changed alike: a figure of theirs is of each of them."""
        pairs = [(self.metric.before[one], self.metric.after[one]) for one in members]
        return any(
            len({round(value, 9) for value in values}) < 2
            for values in (
                [before for before, _after in pairs],
                [after for _before, after in pairs],
                [after - before for before, after in pairs],
            )
        )


@dataclass(frozen=True)
class CohortOutcomes:
    baseline: Wave
    later: Wave
    people: tuple[Person, ...]
    answered_both: int
    outcomes: tuple[MetricOutcome, ...]
    rounds: RoundScores = RoundScores((), {})
    arms: tuple[ArmsCompared, ...] = ()  # beside those who had not begun

    @property
    def enrolled(self) -> int:
        return len(self.people)

    @property
    def is_thin(self) -> bool:
        """Fewer than six of ten are in both rounds: the figures may not represent the group."""
        return self.answered_both < THIN_SHARE * self.enrolled

    def groups(self, name: str) -> dict[str, frozenset[int]]:
        """Enrollments by "unit" or "role", as frozen at enrollment; in alphabetical order."""
        found: dict[str, set[int]] = {}
        for person in self.people:
            found.setdefault(getattr(person, name), set()).add(person.enrollment_id)
        return {label: frozenset(found[label]) for label in sorted(found)}


def cohort_outcomes(*, baseline: Wave, later: Wave, now: datetime) -> CohortOutcomes:
    """Analyze two rounds of one cohort, and those between; queries do not grow with people."""
    scores = paired_scores(baseline=baseline, later=later, now=now)
    primary = later.primary_outcome or baseline.primary_outcome
    changes = {metric.key: _change(metric) for metric in scores.metrics}
    adjusted = holm(
        {
            key: change.p
            for key, change in changes.items()
            if change.p is not None and key != primary
        }
    )
    return CohortOutcomes(
        baseline=baseline,
        later=later,
        people=scores.people,
        answered_both=scores.answered_both,
        outcomes=_outcomes(scores, changes, adjusted, primary),
        rounds=round_scores(
            baseline=baseline,
            later=later,
            metrics=scores.metrics,
            counted={person.enrollment_id for person in scores.people},
        ),
        arms=arms_of(later=later, now=now)
        or cohorts_beside(baseline=baseline, later=later, now=now),
    )


def _outcomes(
    scores: PairedScores, changes: dict[str, Change], adjusted: dict[str, float], primary: str
) -> tuple[MetricOutcome, ...]:
    return tuple(
        MetricOutcome(
            metric=metric,
            members=tuple(metric.paired),
            change=changes[metric.key],
            d_av=d_av_interval(
                [metric.before[one] for one in metric.paired],
                [metric.after[one] for one in metric.paired],
            ),
            p_holm=adjusted.get(metric.key),
            is_primary=metric.key == primary,
            extreme=_extreme(metric),
        )
        for metric in scores.metrics
    )


def _change(metric: Metric) -> Change:
    paired = metric.paired
    return paired_change(
        [metric.before[one] for one in paired], [metric.after[one] for one in paired]
    )


def _extreme(metric: Metric) -> str:
    values = [metric.before[one] for one in metric.paired]
    for name, end in (("floor", metric.subscale.low), ("ceiling", metric.subscale.high)):
        if values and sum(value == end for value in values) > EXTREME_SHARE * len(values):
            return name
    return ""
