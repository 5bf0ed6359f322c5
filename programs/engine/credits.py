"""Continuing-education credit: what may be claimed, in quarter hours, rounded down.

60 minutes are one AMA PRA Category 1 credit or one nursing contact hour, in quarter steps (Boston
University CME, 2006; Colorado Nurses Association). The source permits rounding to the nearest
quarter; we round down. Such rules change: each is dated, and the practice enters later ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

QUARTER = Decimal("0.25")
AMA, NURSING, INTERPROFESSIONAL, OTHER = "ama", "nursing", "interprofessional", "other"
# What a learner says of themselves: no more than a rule asks about.
PHYSICIANS = ("md", "do")
DEGREES = (*PHYSICIANS, "nurse", "pharmacist", "psychologist", "social_worker", "other")


@dataclass(frozen=True)
class CreditRule:
    """What holds for one type of credit from a day on."""

    credit_type: str
    in_force_from: date
    unit: str  # as printed after the amount
    minutes_per_credit: int
    degrees: tuple[str, ...]  # who is awarded it; empty: everybody. Others: participation
    designated_before: bool  # never for an activity that has begun
    years_kept: int
    source: str
    checked_on: date | None  # None: nobody has compared it with the present manual


# As of the handbook; none has been compared with a manual in force, and the pages say so. "Never for
# an activity that has begun" is the rule of the AMA; for the others it is our own caution.
SHIPPED = (
    CreditRule(
        AMA,
        date(2006, 1, 1),
        "AMA PRA Category 1 Credit(s)™",
        60,
        PHYSICIANS,
        True,
        6,
        "Boston University CME (2006); ama-assn.org",
        None,
    ),
    CreditRule(
        NURSING,
        date(2006, 1, 1),
        "nursing contact hour(s)",
        60,
        (),
        True,
        6,
        "Colorado Nurses Association; Vanderbilt University Medical Center",
        None,
    ),
    CreditRule(
        INTERPROFESSIONAL,
        date(2006, 1, 1),
        "interprofessional continuing education (IPCE) credit(s)",
        60,
        (),
        True,
        6,
        "jointaccreditation.org",
        None,
    ),
    CreditRule(OTHER, date(2006, 1, 1), "credit(s)", 60, (), True, 6, "as its provider says", None),
)


def rule_in_force(rules: Iterable[CreditRule], *, credit_type: str, on: date) -> CreditRule:
    """Return the latest rule of its type that is in force on a day; of two of one day, the last.

    Raises:
        LookupError: there is none.
    """
    found = [rule for rule in rules if rule.credit_type == credit_type and rule.in_force_from <= on]
    if not found:
        raise LookupError(f"{credit_type} on {on}")
    latest = max(rule.in_force_from for rule in found)
    return [rule for rule in found if rule.in_force_from == latest][-1]


def claimable(*, minutes: int, maximum: Decimal, minutes_per_credit: int = 60) -> Decimal:
    """Return min(maximum, ⌊4 · minutes ÷ 60⌋ ÷ 4): never more than the time taken.

    Args:
        minutes: eligible ones, not negative.
        maximum: of the offer, in credits.
        minutes_per_credit: of the rule in force.

    Raises:
        ValueError: negative minutes.
    """
    if minutes < 0:
        raise ValueError(f"{minutes} minutes")
    quarters = (Decimal(4) * minutes / minutes_per_credit).to_integral_value(rounding=ROUND_FLOOR)
    return min(maximum, quarters / 4)


def is_quarter(amount: Decimal) -> bool:
    return amount % QUARTER == 0


def amount_words(amount: Decimal) -> str:
    """1.5 and 1.25, and 1 without its noughts."""
    text = f"{amount:.2f}".rstrip("0")
    return text.rstrip(".") or "0"
