"""What may be said of a released figure: templates chosen by design and by how much is known.

No sentence is stronger than its data: none speaks of a cause without randomization, none of a
change whose interval holds zero, none at all below the smallest group. A change that does not
outlast Holm's correction for several outcomes says that it may be chance. (Handbook, 5.2, 6, 9.3.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from outcomes.engine.disclosure import FEW, NOTHING

UNCONTROLLED, WAITLIST, NOT_RANDOMIZED = "uncontrolled", "randomized_waitlist", "not_randomized"

ALPHA = 0.05

# Sentence codes; the report layer puts them into words of the reader's language.
TOO_FEW, HIGHER, LOWER, UNCLEAR, LITTLE = "too_few", "higher", "lower", "unclear", "little"


@dataclass(frozen=True)
class Claim:
    """What a figure shows, and what it does not.

    `direction` is about the scale as it is; `is_better` about people. `tells_cause` only with
    random allocation.
    """

    code: str
    is_better: bool | None
    is_clear: bool  # the interval leaves out zero
    tells_cause: bool
    needs_caution: bool  # fewer than fifteen pairs: "too few to judge"
    is_one_of_several: bool = False  # clear alone, not after correction for several outcomes


def claim_of(outcome: Mapping[str, Any], *, design: str = UNCONTROLLED) -> Claim:
    """Return what an outcome of a payload may be said to show."""
    if outcome["tier"] == NOTHING or outcome.get("change") is None:
        return Claim(TOO_FEW, None, is_clear=False, tells_cause=False, needs_caution=True)
    change, low, high = outcome["change"], outcome.get("low"), outcome.get("high")
    is_few = outcome["tier"] == FEW
    is_clear = low is not None and high is not None and (low > 0 or high < 0) and change != 0
    is_one_of_several = is_clear and not is_few and not _outlasts_correction(outcome.get("test"))
    if is_few:
        code = LITTLE
    elif not is_clear:
        code = UNCLEAR
    else:
        code = HIGHER if change > 0 else LOWER
    return Claim(
        code=code,
        is_better=outcome.get("better") if is_clear and not is_few else None,
        is_clear=is_clear and not is_few,
        tells_cause=design == WAITLIST and is_clear and not is_few and not is_one_of_several,
        needs_caution=is_few,
        is_one_of_several=is_one_of_several,
    )


def _outlasts_correction(test: Mapping[str, Any] | None) -> bool:
    """Whether p after Holm's correction, as released (".079", "< .001"), is below 0.05."""
    corrected = (test or {}).get("p_holm")
    return not corrected or float(corrected.strip("< ")) < ALPHA


def highest_level(outcomes: Sequence[Mapping[str, Any]]) -> int | None:
    """Return the highest Kirkpatrick level that shown figures evidence; self-report stays at 2."""
    levels = [min(2, outcome["level"]) for outcome in outcomes if outcome["tier"] != NOTHING]
    return max(levels, default=None)


def main_outcome(outcomes: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the declared outcome if it is shown; else the first that is."""
    shown = [outcome for outcome in outcomes if outcome["tier"] != NOTHING]
    primary = [outcome for outcome in shown if outcome["is_primary"]]
    return next(iter(primary or shown), None)
