"""Whether one person's change is more than measurement error (Jacobson and Truax 1991).

Private to the participant; organizations see pooled shares of 20 people or more. Uses fixed,
published s and r, never those of the cohort.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

CRITERION = 1.96


@dataclass(frozen=True)
class Reliability:
    """Measurement error of a scale, in its own points."""

    sem: float  # standard error of one measurement
    s_diff: float  # of a difference of two

    @property
    def rc95(self) -> float:
        """The smallest reliable change in scale points."""
        return CRITERION * self.s_diff


def from_retest(*, sd: float, r: float) -> Reliability:
    """SEM = s√(1 − r), S_diff = √(2·SEM²).

    Raises:
        ValueError: s is not positive or r not in [0, 1).
    """
    if sd <= 0 or not 0 <= r < 1:
        raise ValueError("needs a positive SD and 0 <= r < 1")
    sem = sd * sqrt(1 - r)
    return Reliability(sem, sqrt(2) * sem)


def from_detectable_change(mdc: float) -> Reliability:
    """From a published minimal detectable change: SEM = MDC / (1.96·√2)."""
    if mdc <= 0:
        raise ValueError("needs a positive change")
    return Reliability(mdc / (CRITERION * sqrt(2)), mdc / CRITERION)


@dataclass(frozen=True)
class Norms:
    """Two populations: 1 dysfunctional, 0 functional."""

    mean_1: float
    sd_1: float
    mean_0: float
    sd_0: float


@dataclass(frozen=True)
class CutOffs:
    a: float  # two SDs from the dysfunctional mean, toward the functional one
    b: float  # within two SDs of the functional mean
    c: float  # as likely in both


def cut_offs(norms: Norms) -> CutOffs:
    toward = 1 if norms.mean_0 > norms.mean_1 else -1
    return CutOffs(
        a=norms.mean_1 + toward * 2 * norms.sd_1,
        b=norms.mean_0 - toward * 2 * norms.sd_0,
        c=(norms.sd_0 * norms.mean_1 + norms.sd_1 * norms.mean_0) / (norms.sd_0 + norms.sd_1),
    )


def reliable_change_index(*, before: float, after: float, reliability: Reliability) -> float:
    """RC = (x₂ − x₁) / S_diff."""
    return (after - before) / reliability.s_diff


def classify(
    *,
    before: float,
    after: float,
    reliability: Reliability,
    direction: str = "up",
    cut_off: float | None = None,
) -> str:
    """Return one of recovered, improved, unchanged, deteriorated, harmed; each excludes the others.

    Args:
        direction: "up" if more is better, "down" if less.
        cut_off: c, from real clinical norms; without it nobody is called recovered or harmed.
    """
    sign = 1 if direction == "up" else -1
    index = sign * reliable_change_index(before=before, after=after, reliability=reliability)
    # The same change must not count or fail by a rounding of its last digit.
    if index >= CRITERION - 1e-12:
        crossed = cut_off is not None and sign * before < sign * cut_off <= sign * after
        return "recovered" if crossed else "improved"
    if index <= -(CRITERION - 1e-12):
        crossed = cut_off is not None and sign * after < sign * cut_off <= sign * before
        return "harmed" if crossed else "deteriorated"
    return "unchanged"


def can_improve(*, before: float, low: float, high: float, direction: str, rc95: float) -> bool:
    """Tell whether a reliable improvement is possible at all from where somebody begins."""
    room = high - before if direction == "up" else before - low
    return room >= rc95
