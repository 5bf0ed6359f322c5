"""Change between two measurements of the same people (measurement handbook, 5.1 and 5.2).

scipy computes; this arranges, names the method of every figure, and returns None with a reason
where a figure cannot be had. Nothing here raises on odd data.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from statistics import fmean

import numpy as np
from scipy import optimize, stats

from outcomes.engine.effect_sizes import PairedEffects, paired_effects, rank_biserial
from outcomes.engine.spreads import WHISKER, sample_sd

BOOTSTRAP_SEED = 20170101
RESAMPLES = 4999
MIN_FOR_P = 6  # below it no two-sided Wilcoxon p can be under .05
TOO_LARGE = 1e150  # its square is no float
RANK_DIGITS = 9  # of the largest change: 4.2 - 4.1 and 3.2 - 3.1 are one rank


@dataclass(frozen=True)
class Interval:
    low: float
    high: float
    method: str


@dataclass(frozen=True)
class WilcoxonTest:
    """`statistic` is the smaller rank sum, as scipy gives it; zero differences are dropped."""

    statistic: float
    p: float
    method: str
    n_used: int
    rank_biserial: float | None


@dataclass(frozen=True)
class Change:
    """Post minus pre of `n` complete pairs, in scale points.

    `reasons` says for each figure that is None why it is: field name -> words.
    """

    n: int
    mean_before: float | None
    sd_before: float | None
    mean_after: float | None
    sd_after: float | None
    mean_change: float | None
    sd_change: float | None
    se: float | None
    r: float | None
    ci: Interval | None  # of the mean change, 95 %
    t: float | None
    df: int | None
    p: float | None  # two-sided, of t; None below six pairs
    wilcoxon: WilcoxonTest | None
    effects: PairedEffects | None
    reasons: dict[str, str]


def complete_pairs(
    before: Sequence[float | None], after: Sequence[float | None]
) -> tuple[list[float], list[float]]:
    """Return the pairs in which both values are there and finite.

    Raises:
        ValueError: the two are not of one length.
    """
    pairs = [
        (float(first), float(second))
        for first, second in zip(before, after, strict=True)
        if first is not None and second is not None and isfinite(first) and isfinite(second)
    ]
    return [first for first, _second in pairs], [second for _first, second in pairs]


def paired_change(before: Sequence[float | None], after: Sequence[float | None]) -> Change:
    """Return what the complete pairs show."""
    pre, post = complete_pairs(before, after)
    n = len(pre)
    if n < 2:
        return _none(n, pre, post, "fewer than two complete pairs")
    differences = [second - first for first, second in zip(pre, post, strict=True)]
    largest = max(abs(x) for x in (*pre, *post))
    sd_before, sd_after = sample_sd(pre), sample_sd(post)
    sd_change = sample_sd(differences, largest=largest)
    if not isfinite(sd_before + sd_after + sd_change):
        return _none(n, pre, post, "the values are too large to reckon with")
    mean_change = fmean(differences)
    reasons: dict[str, str] = {}
    r = _correlation(pre, post, sd_before, sd_after, reasons)
    se = sd_change / sqrt(n)
    t = p = None
    ci = None
    if not sd_change:
        reasons["ci"] = reasons["t"] = reasons["p"] = "everybody changed by the same amount"
    else:
        t = mean_change / se
        half = float(stats.t.ppf(0.975, n - 1)) * se
        ci = Interval(mean_change - half, mean_change + half, "t")
        p = 2 * float(stats.t.sf(abs(t), n - 1)) if n >= MIN_FOR_P else None
    if n < MIN_FOR_P:
        reasons["p"] = f"no p-value below {MIN_FOR_P} pairs"
    return Change(
        n=n,
        mean_before=fmean(pre),
        sd_before=sd_before,
        mean_after=fmean(post),
        sd_after=sd_after,
        mean_change=mean_change,
        sd_change=sd_change,
        se=se,
        r=r,
        ci=ci,
        t=t,
        df=n - 1,
        p=p,
        wilcoxon=wilcoxon(differences) if n >= MIN_FOR_P else None,
        effects=paired_effects(
            n=n,
            mean_change=mean_change,
            sd_change=sd_change,
            sd_before=sd_before,
            sd_after=sd_after,
            r=r,
        ),
        reasons=reasons,
    )


def _none(n: int, pre: list[float], post: list[float], reason: str) -> Change:
    is_one = n == 1 and isfinite(post[0] - pre[0])
    return Change(
        n=n,
        mean_before=pre[0] if is_one else None,
        sd_before=None,
        mean_after=post[0] if is_one else None,
        sd_after=None,
        mean_change=post[0] - pre[0] if is_one else None,
        sd_change=None,
        se=None,
        r=None,
        ci=None,
        t=None,
        df=None,
        p=None,
        wilcoxon=None,
        effects=None,
        reasons={"ci": reason, "p": reason},
    )


def _correlation(
    pre: list[float], post: list[float], sd_before: float, sd_after: float, reasons: dict[str, str]
) -> float | None:
    if len(pre) < 3 or not sd_before or not sd_after:
        reasons["r"] = "needs three pairs that vary at both times"
        return None
    return float(np.corrcoef(pre, post)[0, 1])


def wilcoxon(differences: Sequence[float | None], *, method: str = "auto") -> WilcoxonTest | None:
    """Test the changes by the signed ranks; None if all are zero. A missing one is left out.

    Changes that differ by the rounding of a subtraction alone are tied, and such a zero is a zero.

    Args:
        method: "auto", "exact" or "approx" of scipy. "auto" and R differ with ties, so the method
            that was used is kept beside p.
    """
    given = np.array([value for value in differences if value is not None], dtype=float)
    given = given[np.isfinite(given)]
    largest = float(np.abs(given).max()) if len(given) else 0.0
    if not largest:
        return None
    given = np.round(given / largest, RANK_DIGITS)
    used = given[given != 0].tolist()
    ranks = stats.rankdata(np.abs(used))
    plus = float(sum(rank for rank, value in zip(ranks, used, strict=True) if value > 0))
    minus = float(sum(ranks)) - plus
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scipy warns of small samples; the method is told
        found = stats.wilcoxon(given, zero_method="wilcox", method=method)
    return WilcoxonTest(
        statistic=float(found.statistic),
        p=float(found.pvalue),
        method=f"Wilcoxon signed rank, scipy {method}, zeros dropped",
        n_used=len(used),
        rank_biserial=rank_biserial(w_plus=plus, w_minus=minus),
    )


def d_z_interval(*, d_z: float, n: int, confidence: float = 0.95) -> Interval | None:
    """Return the interval of d_z by inverting the noncentral t (Cumming and Finch 2001).

    `scipy.stats.nct.cdf` gives NaN far out on the wrong side, so |t| is inverted and mirrored.
    """
    if n < 2 or not isfinite(d_z):
        return None
    t, tail = abs(d_z) * sqrt(n), (1 - confidence) / 2
    upper = _noncentrality(t, n - 1, tail)
    lower = _noncentrality(t, n - 1, 1 - tail)
    if upper is None or lower is None:
        return None
    low, high = lower / sqrt(n), upper / sqrt(n)
    if d_z < 0:
        low, high = -high, -low
    return Interval(low, high, "noncentral t")


def _noncentrality(t: float, df: int, probability: float) -> float | None:
    """Return the noncentrality at which P(T <= t) is `probability`; it falls as that rises."""

    def miss(noncentrality: float) -> float:
        return float(stats.nct.cdf(t, df, noncentrality)) - probability

    low = high = t
    for _widen in range(60):
        if miss(low) > 0:
            break
        low -= 1
    for _widen in range(60):
        if miss(high) < 0:
            break
        high += 1
    if not (isfinite(miss(low)) and isfinite(miss(high)) and miss(low) > 0 > miss(high)):
        return None
    return float(optimize.brentq(miss, low, high, xtol=1e-10))


def d_av_interval(
    before: Sequence[float],
    after: Sequence[float],
    *,
    seed: int = BOOTSTRAP_SEED,
    resamples: int = RESAMPLES,
) -> Interval | None:
    """Return the 95 % interval of d_av by resampling persons (BCa), or None if it degenerates.

    The seed is stored with the figure, so that it is found again.
    """
    pre, post = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if len(pre) < MIN_FOR_P:
        return None
    largest = float(np.abs((pre, post)).max())
    if not largest < TOO_LARGE or not sample_sd((post - pre).tolist(), largest=largest):
        return None
    least = (WHISKER * largest) ** 2  # a resampling of one person alone has no spread

    def d_av(x: np.ndarray, y: np.ndarray, axis: int = -1) -> np.ndarray:
        variance = (x.var(axis=axis, ddof=1) + y.var(axis=axis, ddof=1)) / 2
        change = y.mean(axis=axis) - x.mean(axis=axis)
        nothing = np.full_like(change, np.nan)
        return np.divide(change, np.sqrt(variance), out=nothing, where=variance > least)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a degenerate resampling is told by NaN
        found = stats.bootstrap(
            (pre, post),
            d_av,
            paired=True,
            vectorized=True,
            method="BCa",
            n_resamples=resamples,
            rng=np.random.default_rng(seed),
        ).confidence_interval
    if not (isfinite(found.low) and isfinite(found.high)):
        return None
    return Interval(float(found.low), float(found.high), f"BCa bootstrap, seed {seed}")
