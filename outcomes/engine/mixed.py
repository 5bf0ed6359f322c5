"""More than two rounds, and roll-outs in steps, on all rows there are (handbook, 5.4 and 5.5).

Valid if values are missing at random: nobody is dropped for a missed round, nothing carried on.
statsmodels fits; what did not converge is withheld.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, sqrt
from random import Random
from typing import Any

import numpy as np

from outcomes.engine.linear_models import SINGULAR, Estimate, estimate

T_BELOW = 40  # people; below it t with n - 1 degrees of freedom, not z
WITHHELD = "the model did not converge"
MIN_UNITS = 30


@dataclass(frozen=True)
class Reading:
    """One value of one person. `time` is the place of the round, 0 the first."""

    person: int
    time: int
    value: float


@dataclass(frozen=True)
class OverTime:
    """Differences between rounds: first to each later one, and each to the next."""

    n_people: int
    n_readings: int
    contrasts: dict[tuple[int, int], Estimate]  # (from, to)
    variance_between: float | None  # of people, in squared scale points
    variance_within: float | None
    reason: str = ""


def change_over_time(readings: Sequence[Reading]) -> OverTime:
    """Fit value ~ round with a random intercept per person, by restricted likelihood."""
    used = [reading for reading in readings if isfinite(reading.value)]
    people = {reading.person for reading in used}
    times = sorted({reading.time for reading in used})
    if len(times) < 2 or len(people) < 3 or len(used) < len(people) + len(times):
        return OverTime(len(people), len(used), {}, None, None, SINGULAR)
    y = np.array([reading.value for reading in used])
    x = np.array([[1.0, *(float(r.time == time) for time in times[1:])] for r in used])
    fit = _fit(y, x, np.array([reading.person for reading in used]))
    if fit is None:
        return OverTime(len(people), len(used), {}, None, None, WITHHELD)
    k = len(times)
    covariance = np.asarray(fit.cov_params())[:k, :k]
    df = len(people) - 1 if len(people) < T_BELOW else inf
    pairs = {(0, place) for place in range(1, k)} | {(p, p + 1) for p in range(k - 1)}
    contrasts = {}
    for start, end in sorted(pairs):
        weights = np.zeros(k)
        weights[end] = 1.0
        if start:
            weights[start] = -1.0
        contrasts[times[start], times[end]] = estimate(
            value=float(weights @ np.asarray(fit.fe_params)),
            se=sqrt(max(0.0, float(weights @ covariance @ weights))),
            df=df,
            method="mixed model, all rows, REML, " + (f"t({df})" if df < inf else "z"),
        )
    # `params["Group Var"]` is scaled by the residual variance; `cov_re` is not.
    return OverTime(
        len(people), len(used), contrasts, float(np.asarray(fit.cov_re)[0, 0]), float(fit.scale)
    )


def _fit(y: np.ndarray, x: np.ndarray, groups: np.ndarray, **kwargs: Any) -> Any:
    """The fitted model, or None if it did not converge or says nothing usable."""
    if np.linalg.matrix_rank(x) < x.shape[1] or np.ptp(y) == 0:
        return None
    from statsmodels.regression.mixed_linear_model import MixedLM  # noqa: PLC0415 - slow

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # asked below
        try:
            fit = MixedLM(y, x, groups=groups, **kwargs).fit(reml=True)
        except (np.linalg.LinAlgError, ValueError):
            return None
    if not fit.converged or not np.isfinite(np.asarray(fit.fe_params)).all():
        return None
    return fit if float(fit.scale) > 1e-9 * float(np.var(y)) else None


@dataclass(frozen=True)
class UnitReading:
    """One value of one person of a unit, in a period of a roll-out in steps."""

    unit: int
    person: int
    period: int
    value: float


@dataclass(frozen=True)
class SteppedWedge:
    effect: Estimate  # of having started, at equal periods
    p_permuted: float | None  # by reordering the roll-out: the one to show below 30 units
    permutations: int
    seed: int
    reason: str = ""


def stepped_wedge(
    readings: Sequence[UnitReading],
    *,
    starts: dict[int, int],
    seed: int,
    permutations: int = 999,
) -> SteppedWedge:
    """Fit value ~ period + treated with unit and person effects; permute who starts when.

    Args:
        starts: the first period with the program, by unit, as drawn.
        seed: of the permutations; kept beside p.

    Period effects are always in: without them time passes for the program.
    """
    method = "mixed model, periods, unit and person effects, REML"
    used = [one for one in readings if isfinite(one.value) and one.unit in starts]
    units = sorted({one.unit for one in used})
    periods = sorted({one.period for one in used})
    if len(units) < 2 or len(periods) < 2:
        return SteppedWedge(Estimate.none(method, SINGULAR), None, 0, seed, SINGULAR)
    y = np.array([one.value for one in used])
    base = np.array([[1.0, *(float(o.period == p) for p in periods[1:])] for o in used])
    effect = _wedge_effect(used, y, base, starts, method, len(units))
    p, drawn = _permuted(used, y, base, {unit: starts[unit] for unit in units}, seed, permutations)
    return SteppedWedge(effect, p, drawn, seed, effect.reason)


def _wedge_effect(
    used: list[UnitReading],
    y: np.ndarray,
    base: np.ndarray,
    starts: dict[int, int],
    method: str,
    n_units: int,
) -> Estimate:
    from statsmodels.regression.mixed_linear_model import VCSpec  # noqa: PLC0415 - slow

    x = np.column_stack([base, _treated(used, starts)])
    if np.linalg.matrix_rank(x) < x.shape[1]:
        return Estimate.none(method, SINGULAR)
    groups = np.array([one.unit for one in used])
    # Person effects within each unit, one indicator matrix per unit in the order statsmodels has.
    labels = sorted(set(groups.tolist()))
    names, matrices = [], []
    for unit in labels:
        people = [one.person for one in used if one.unit == unit]
        distinct = sorted(set(people))
        names.append([str(person) for person in distinct])
        matrices.append(np.array([[float(p == d) for d in distinct] for p in people]))
    spec = VCSpec(["person"], [names], [matrices])
    fit = _fit(y, x, groups, exog_re=np.ones((len(y), 1)), exog_vc=spec)
    if fit is None:
        return Estimate.none(method, WITHHELD)
    k = x.shape[1] - 1
    variance = float(np.asarray(fit.cov_params())[k, k])
    return estimate(
        value=float(np.asarray(fit.fe_params)[k]),
        se=sqrt(max(0.0, variance)),
        df=n_units - 1 if n_units < MIN_UNITS else inf,
        method=method,
    )


def _treated(used: list[UnitReading], starts: dict[int, int]) -> np.ndarray:
    return np.array([float(one.period >= starts[one.unit]) for one in used])


def _permuted(
    used: list[UnitReading],
    y: np.ndarray,
    base: np.ndarray,
    starts: dict[int, int],
    seed: int,
    permutations: int,
) -> tuple[float | None, int]:
    """Share of reordered roll-outs whose effect is at least as far from zero, with the drawn one.

    The statistic is the least-squares effect within units and periods, which is quick.
    """
    units = sorted(starts)
    dummies = np.array([[float(one.unit == unit) for unit in units[1:]] for one in used])
    fixed = np.column_stack([base, dummies])

    def effect(order: dict[int, int]) -> float | None:
        x = np.column_stack([fixed, _treated(used, order)])
        found, _rest, rank, _singular = np.linalg.lstsq(x, y, rcond=None)
        return float(found[-1]) if rank == x.shape[1] else None

    observed = effect(starts)
    if observed is None:
        return None, 0
    random, dates = Random(seed), [starts[unit] for unit in units]  # noqa: S311 - reproducible
    as_far = drawn = 1
    for _round in range(permutations):
        random.shuffle(dates)
        other = effect(dict(zip(units, dates, strict=True)))
        if other is not None:
            drawn += 1
            as_far += abs(other) >= abs(observed) - 1e-12
    return as_far / drawn, drawn - 1
