"""Shares: their interval (Wilson 1927) and the change of a yes and no in the same people."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import stats


@dataclass(frozen=True)
class Share:
    value: float | None
    low: float | None
    high: float | None
    method: str = "Wilson, 95 %"


def share(successes: int, n: int) -> Share:
    """Return the share and its interval; None of nobody.

    Raises:
        ValueError: more successes than people.
    """
    if not 0 <= successes <= n:
        raise ValueError("successes are part of n")
    if n == 0:
        return Share(None, None, None)
    found = stats.binomtest(successes, n).proportion_ci(method="wilson")
    return Share(successes / n, float(found.low), float(found.high))


@dataclass(frozen=True)
class McNemar:
    """Of people who changed: `gained` no to yes, `lost` yes to no (McNemar 1947)."""

    statistic: float | None  # (b - c)² / (b + c), or with Edwards' correction (|b - c| - 1)²
    statistic_corrected: float | None
    p: float | None
    p_corrected: float | None
    p_exact: float | None  # binomial


def mcnemar(*, gained: int, lost: int) -> McNemar:
    """Test whether as many went one way as the other; None where nobody changed."""
    changed = gained + lost
    if changed == 0:
        return McNemar(None, None, None, None, None)
    plain = (gained - lost) ** 2 / changed
    corrected = max(0, abs(gained - lost) - 1) ** 2 / changed
    return McNemar(
        plain,
        corrected,
        float(stats.chi2.sf(plain, 1)),
        float(stats.chi2.sf(corrected, 1)),
        float(stats.binomtest(gained, changed).pvalue),
    )
