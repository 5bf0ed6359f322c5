"""Effect sizes of paired and of independent groups, and the one bias correction used everywhere.

Sources: Lakens 2013 (doi 10.3389/fpsyg.2013.00863); Borenstein et al. 2009, chapter 4; Hedges 1981
for the exact correction. Everything is oriented as given: post minus pre.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log, sqrt

# Beside every g stands which correction it carries: there are four in the wild.
CORRECTION = "exact J, n − 1 degrees of freedom"


def hedges_j(m: float) -> float | None:
    """Return the exact correction J(m) = Γ(m/2) / (√(m/2) · Γ((m−1)/2)); None for m ≤ 1.

    About 1 − 3/(4m − 1). For paired data m = n − 1, for independent groups n₁ + n₂ − 2.
    """
    if not m > 1:
        return None
    if m > 1e4:  # the logarithms lose their digits; the next term is below 1e-9
        return 1 - 3 / (4 * m - 1)
    return exp(lgamma(m / 2) - 0.5 * log(m / 2) - lgamma((m - 1) / 2))


@dataclass(frozen=True)
class PairedEffects:
    """Standardized mean changes; each None where its denominator is zero or n is too small."""

    d_z: float | None  # by the SD of the changes: for planning power only
    d_av: float | None  # by the root mean square of both SDs: the headline
    d_av_lakens: float | None  # by the plain mean of both SDs; differs in the third decimal
    d_rm: float | None  # d_z · √(2(1 − r))
    d_pre: float | None  # by the SD before: to compare with a waiting group
    g_av: float | None  # J(n − 1) · d_av
    g_z: float | None
    correction: str = CORRECTION


def paired_effects(
    *,
    n: int,
    mean_change: float,
    sd_change: float,
    sd_before: float,
    sd_after: float,
    r: float | None,
) -> PairedEffects:
    """Return the effect sizes of `n` pairs from their summary.

    Args:
        mean_change: post minus pre, in scale points.
        r: correlation of the two measurements, or None if one of them does not vary.
    """
    j = hedges_j(n - 1)
    d_z = _ratio(mean_change, sd_change)
    d_av = _ratio(mean_change, sqrt((sd_before**2 + sd_after**2) / 2))
    d_rm = None
    if d_z is not None and r is not None:
        d_rm = d_z * sqrt(max(0.0, 2 * (1 - r)))
    return PairedEffects(
        d_z=d_z,
        d_av=d_av,
        d_av_lakens=_ratio(mean_change, (sd_before + sd_after) / 2),
        d_rm=d_rm,
        d_pre=_ratio(mean_change, sd_before),
        g_av=None if d_av is None or j is None else j * d_av,
        g_z=None if d_z is None or j is None else j * d_z,
    )


def _ratio(value: float, by: float) -> float | None:
    return value / by if by > 0 else None


@dataclass(frozen=True)
class SummaryEffect:
    """A paired effect from published figures alone (Borenstein et al. 2009, formulas 4.26 to 4.29)."""

    s_within: float
    d: float
    v_d: float
    j: float
    g: float
    v_g: float


def effect_from_summary(*, n: int, mean_change: float, sd_change: float, r: float) -> SummaryEffect:
    """Return d, g and their variances from `n`, the mean and SD of the changes, and r.

    Raises:
        ValueError: n < 3, an SD that is not positive, or r not in [-1, 1).
    """
    j = hedges_j(n - 1)
    if j is None or sd_change <= 0 or not -1 <= r < 1:
        raise ValueError("needs n of 3 or more, a positive SD and -1 <= r < 1")
    s_within = sd_change / sqrt(2 * (1 - r))
    d = mean_change / s_within
    v_d = (1 / n + d**2 / (2 * n)) * 2 * (1 - r)
    return SummaryEffect(s_within, d, v_d, j, j * d, j**2 * v_d)


def correlation_from_sds(*, sd_before: float, sd_after: float, sd_change: float) -> float | None:
    """Return r = (s₁² + s₂² − s_D²) / (2 s₁ s₂); None if one of them does not vary."""
    product = 2 * sd_before * sd_after
    return (sd_before**2 + sd_after**2 - sd_change**2) / product if product else None


def sd_from_se(*, se: float, n: int) -> float:
    """Return the SD of the changes from the standard error of their mean."""
    return se * sqrt(n)


@dataclass(frozen=True)
class GroupsEffect:
    """Two independent groups: the difference by the pooled SD, corrected by J(n₁ + n₂ − 2)."""

    d: float | None
    g: float | None
    pooled_sd: float
    correction: str = "exact J, n₁ + n₂ − 2 degrees of freedom"


def groups_effect(
    *, n1: int, mean1: float, sd1: float, n2: int, mean2: float, sd2: float
) -> GroupsEffect:
    """Return the effect of group 1 over group 2.

    Raises:
        ValueError: a group of fewer than two.
    """
    if min(n1, n2) < 2:
        raise ValueError("each group needs two people")
    m = n1 + n2 - 2
    pooled = sqrt(((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / m)
    d, j = _ratio(mean1 - mean2, pooled), hedges_j(m)
    return GroupsEffect(d, None if d is None or j is None else j * d, pooled)


def rank_biserial(*, w_plus: float, w_minus: float) -> float | None:
    """Return the matched-pairs rank-biserial correlation (W₊ − W₋) / (W₊ + W₋)."""
    total = w_plus + w_minus
    return (w_plus - w_minus) / total if total else None
