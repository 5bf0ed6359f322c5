"""An offer as its owner sees it: who claimed how much, and answers counted without names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.who_reads_what import THRESHOLD_FLOORS
from programs.models import CreditClaim, CreditEvaluation

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from programs.models import CreditOffer


@dataclass(frozen=True)
class AnswerCount:
    answer: str
    count: int


@dataclass(frozen=True)
class Evaluations:
    """Counted in whole groups of `least`, in the order of answering: one more person's answer
    changes nothing by itself, though their claim stands on the same page with their name."""

    least: int
    counts: tuple[AnswerCount, ...]


def claims_of(offer: CreditOffer) -> QuerySet[CreditClaim]:
    return (
        CreditClaim.objects.filter(offer=offer)
        .select_related("enrollment__clinician")
        .order_by("-claimed_at")
    )


def evaluations_of(offer: CreditOffer) -> Evaluations:
    """What those who claimed under `offer` answered: one query."""
    least = THRESHOLD_FLOORS["distributions"]
    given = list(
        CreditEvaluation.objects.filter(
            enrollment__credit_claims__offer=offer, enrollment__credit_claims__withdrawn_at=None
        )
        .order_by("answered_at", "pk")
        .values_list("intends_change", "outcome", "bias")
    )
    given = given[: len(given) // least * least]
    if not given:
        return Evaluations(least, ())
    questions = (CreditEvaluation.Change, CreditEvaluation.Outcome, CreditEvaluation.Bias)
    counts = []
    for place, question in enumerate(questions):
        chosen = Counter(answers[place] for answers in given)
        counts += [AnswerCount(str(label), chosen[key]) for key, label in question.choices]
    return Evaluations(least, tuple(counts))
