"""Those who began beside those who waited, as an organization may see it.

A difference of arms is worked out of the means of both before and after. The ledger takes it as if
these had been published, for each group of an arm that answered the same two rounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from outcomes.engine.claims import NOT_RANDOMIZED, WAITLIST
from outcomes.engine.disclosure import FEW, NOTHING, rounded, tier
from outcomes.engine.ledger import is_safe
from outcomes.engine.p_values import printed_p

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from outcomes.engine.comparison import Comparison
    from outcomes.reports.arms_compared import ArmsCompared

Rows = dict[str, list[frozenset[Any]]]  # family -> the people behind each figure


def comparison(
    *,
    arms: ArmsCompared,
    token: Callable[[int], Any],
    published: Mapping[str, Sequence[Collection[Any]]],
    k: int,
) -> tuple[dict[str, Any], Rows] | None:
    """Return what a payload says of the two arms, and its rows for the ledger; None to say nothing.

    Args:
        token: person -> how the ledger names them.
        published: family -> the people behind each figure released before, or with this release.
        k: the smallest group.
    """
    main = arms.adjusted
    smaller = min(main.n_program, main.n_comparison)
    how = tier(smaller, k=k)
    parts = [people for behind in arms.behind.values() for people in behind.values()]
    if how == NOTHING or main.difference.value is None or arms.is_alike:
        return None
    if any(len(people) < k for people in parts):
        return None
    rows: Rows = {}
    for behind in arms.behind.values():
        for (before, after), people in behind.items():
            named = frozenset(map(token, people))
            for variable in (f"level:{before}", f"level:{after}", f"change:{before}-{after}"):
                rows.setdefault(f"{arms.key}:{variable}", []).append(named)
    for family, sets in rows.items():
        if not is_safe(published=published.get(family, ()), candidate=sets, k=k):
            return None
    sign = 1 if arms.direction == "up" else -1
    return {
        "design": WAITLIST if arms.is_randomized else NOT_RANDOMIZED,
        "tier": how,
        "program": {"drawn": arms.program.invited, "both": main.n_program},
        "waiting": {"drawn": arms.waiting.invited, "both": main.n_comparison},
        **_words(main, sign),
        "g": None if how == FEW or main.g is None else round(sign * main.g, 2),
        "sd": None if how == FEW else rounded(main.spread),
        "correction": main.correction,
        "test": None if how == FEW else _test(arms),
        "secondary": _words(arms.difference, sign) if arms.is_randomized else None,
        "start": None if how == FEW or arms.is_randomized else _start(arms),
    }, rows


def _words(found: Comparison, sign: int) -> dict[str, Any]:
    one = found.difference
    mean = rounded(one.value)
    return {
        "change": mean,
        "low": rounded(one.low),
        "high": rounded(one.high),
        "better": None if not mean else (mean > 0) == (sign > 0),
        "method": one.method,
    }


def _start(arms: ArmsCompared) -> dict[str, Any] | None:
    """How unlike the two began, where no lot made them alike."""
    if arms.start is None:
        return None
    return {"smd": round(arms.start, 1), "is_unlike": arms.is_unlike}


def _test(arms: ArmsCompared) -> dict[str, Any] | None:
    p = arms.adjusted.difference.p
    if p is None:
        return None
    return {
        "p": printed_p(p),
        "p_holm": None if arms.p_holm is None else printed_p(arms.p_holm),
    }
