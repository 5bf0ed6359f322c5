"""Which credit a learner may claim, and how much: from what was done, under the rule in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import F, Sum

from programs.engine.credits import SHIPPED, CreditRule, amount_words, claimable, rule_in_force
from programs.models import (
    AttendanceRecord,
    CreditOffer,
    CreditRuleChange,
    Enrollment,
    Item,
    ItemState,
    LiveSlot,
    ProgressEvent,
)

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True)
class Minutes:
    """What somebody did, each kind apart: an offer says which of them count."""

    online: int
    live: int
    home: int

    def counted_by(self, offer: CreditOffer) -> int:
        return (
            self.online * offer.counts_online
            + self.live * offer.counts_live
            + self.home * offer.counts_home
        )


@dataclass(frozen=True)
class Chance:
    """One offer as one learner may take it."""

    offer: CreditOffer
    rule: CreditRule
    minutes: int
    claimable: Decimal

    @property
    def words(self) -> str:
        return amount_words(self.claimable)

    def is_awarded_to(self, degree: str) -> bool:
        return not self.rule.degrees or degree in self.rule.degrees


def chances_of(enrollment: Enrollment) -> list[Chance]:
    """Return the offers under which `enrollment` may claim, whether or not it claimed already."""
    offers = list(CreditOffer.objects.enabled().filter(version=enrollment.cohort.version_id))
    offers = [offer for offer in offers if is_covered(enrollment, offer)]
    if not offers:
        return []
    minutes, rules = minutes_of(enrollment), all_rules()
    return [_chance(offer, minutes, rules) for offer in sorted(offers, key=_by_type)]


def chance_of(enrollment: Enrollment, offer: CreditOffer) -> Chance:
    return _chance(offer, minutes_of(enrollment), all_rules())


def is_covered(enrollment: Enrollment, offer: CreditOffer) -> bool:
    """Whether a completed course was the activity that was designated: its edition, begun on or
    after the offer's first day and completed by its last."""
    cohort = enrollment.cohort
    return (
        enrollment.completed_at is not None
        and enrollment.voided_at is None
        and offer.is_open
        and offer.version_id == cohort.version_id
        and cohort.starts_on >= offer.starts_on
        and enrollment.completed_at.astimezone(cohort.zone).date() <= offer.expires_on
    )


def all_rules() -> list[CreditRule]:
    """The shipped rules, and after them what the practice entered."""
    entered = [
        CreditRule(
            credit_type=row.credit_type,
            in_force_from=row.in_force_from,
            unit=row.unit,
            minutes_per_credit=row.minutes_per_credit,
            degrees=tuple(row.degrees),
            designated_before=row.designated_before,
            years_kept=row.years_kept,
            source=row.source,
            checked_on=row.checked_on,
        )
        for row in CreditRuleChange.objects.order_by("pk")
    ]
    return [*SHIPPED, *entered]


def rule_of(offer: CreditOffer) -> CreditRule:
    """The rule in force on the offer's first day: a later one does not reach back."""
    return rule_in_force(all_rules(), credit_type=offer.credit_type, on=offer.starts_on)


def rules_on(day: date) -> list[CreditRule]:
    """The rule of each type in force on a day."""
    rules = all_rules()
    kinds = dict.fromkeys(rule.credit_type for rule in rules)
    return [rule_in_force(rules, credit_type=kind, on=day) for kind in kinds]


def minutes_of(enrollment: Enrollment) -> Minutes:
    """Three queries. Planned minutes of steps done, time present at sessions, practice logged."""
    done = ItemState.objects.filter(enrollment=enrollment).exclude(done_at=None)
    online = done.exclude(item__kind=Item.Kind.LIVE).filter(item__home__isnull=True)
    planned = online.aggregate(all=Sum(F("item__minutes") * F("item__sittings")))["all"]
    events = ProgressEvent.objects.standing().filter(
        enrollment=enrollment, kind=ProgressEvent.Kind.PRACTICED, item__home__isnull=False
    )
    logged = sum(int(payload.get("minutes", 0)) for (payload,) in events.values_list("payload"))
    return Minutes(online=planned or 0, live=_live_minutes(enrollment), home=logged)


def _live_minutes(enrollment: Enrollment) -> int:
    """Of each session marked present: from joining to leaving within it, if that was recorded."""
    marks = AttendanceRecord.objects.filter(
        enrollment=enrollment, status=AttendanceRecord.Status.PRESENT, superseded_at=None
    ).exclude(slot__state=LiveSlot.State.CANCELLED)
    total = timedelta()
    for mark in marks.select_related("slot"):
        begin = max(mark.joined_at or mark.slot.starts_at, mark.slot.starts_at)
        end = min(mark.left_at or mark.slot.ends_at, mark.slot.ends_at)
        total += max(end - begin, timedelta())
    return int(total.total_seconds() // 60)


def _chance(offer: CreditOffer, minutes: Minutes, rules: list[CreditRule]) -> Chance:
    rule = rule_in_force(rules, credit_type=offer.credit_type, on=offer.starts_on)
    counted = minutes.counted_by(offer)
    return Chance(
        offer=offer,
        rule=rule,
        minutes=counted,
        claimable=claimable(
            minutes=counted, maximum=offer.maximum, minutes_per_credit=rule.minutes_per_credit
        ),
    )


def _by_type(offer: CreditOffer) -> tuple[str, int]:
    return offer.credit_type, offer.pk
