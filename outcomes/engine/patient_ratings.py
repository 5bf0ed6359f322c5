"""Forms of patients, added up. Below a number of forms there is no figure, only words."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

LEAST_FORMS = 30  # before an organization sees a figure
LEAST_OWN_FORMS = 10  # before a clinician sees one of a link of their own
STEP_PERCENT = 5


@dataclass(frozen=True)
class RatingSummary:
    """`left_out`: forms with too few answers for a value. `at_top`: percent, to the nearest 5."""

    n: int
    left_out: int
    mean: float
    sd: float
    low: float
    high: float
    at_top: int


def is_for_patients(key: str) -> bool:
    """Whether an instrument is answered by patients, never by staff."""
    return key == "care" or key.startswith("patient-")


def summarize(
    values: Sequence[float | None], *, least: int, scale: tuple[float, float]
) -> RatingSummary | None:
    """Return mean, spread and 95 % interval, or None: too few, or all alike.

    Args:
        values: one for each form; None where it had too few answers.
        least: forms with a value that are needed.
        scale: lowest and highest possible value; the interval stays within.
    """
    given = [value for value in values if value is not None]
    if len(given) < max(2, least) or len(set(given)) == 1:
        return None
    from scipy.stats import t  # noqa: PLC0415  # a second and much memory: only where it is used

    mean, sd = statistics.fmean(given), statistics.stdev(given)
    reach = float(t.ppf(0.975, len(given) - 1)) * sd / math.sqrt(len(given))
    share = 100 * sum(1 for value in given if value >= scale[1]) / len(given)
    return RatingSummary(
        n=len(given),
        left_out=len(values) - len(given),
        mean=mean,
        sd=sd,
        low=max(scale[0], mean - reach),
        high=min(scale[1], mean + reach),
        at_top=STEP_PERCENT * round(share / STEP_PERCENT),
    )
