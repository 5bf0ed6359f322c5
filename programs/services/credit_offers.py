"""Offers of accredited providers, and rules that changed: entered by the practice's owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Practice
from programs.engine.credits import DEGREES, INTERPROFESSIONAL, NURSING, is_quarter
from programs.models import CreditOffer, CreditRuleChange
from programs.reports.claimable_offers import rule_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import User


@transaction.atomic
def make_offer(**fields: Any) -> CreditOffer:
    """Enter what a provider designated. It offers nothing until it is enabled.

    Raises:
        ValidationError: by field; "not_a_quarter"; "ends_before_start".
    """
    offer = CreditOffer(**fields)
    _check_fields(offer)
    offer.save()
    return offer


@transaction.atomic
def change_offer(*, offer: CreditOffer, now: datetime, **fields: Any) -> CreditOffer:
    """Change an offer under which nobody has claimed.

    Raises:
        ValidationError: "used": somebody claimed; "ended"; "has_begun": it is enabled, and an
            activity that has begun is not designated otherwise; as `make_offer`, `enable_offer`.
    """
    locked = _lock(offer)
    if locked.ended_at:
        raise ValidationError(_("This offer has ended."), code="ended")
    if locked.claims.exists():
        raise ValidationError(
            _("Somebody has claimed under this offer. End it, and make another."), code="used"
        )
    if locked.is_open and locked.starts_on <= _today(now) and rule_of(locked).designated_before:
        raise ValidationError(
            _("The activity has begun: its designation stays as it was. You can end the offer."),
            code="has_begun",
        )
    for name, value in fields.items():
        setattr(locked, name, value)
    _check_fields(locked)
    if locked.is_open:
        _check_may_open(locked, now)
    locked.save()
    return locked


@transaction.atomic
def enable_offer(*, offer: CreditOffer, by: User, now: datetime) -> CreditOffer:
    """Offer it from now on to those who begin on its first day or later; enabled twice is once.

    Raises:
        ValidationError: "ended"; "retroactive": the activity has begun, and the type's rule says
            designated in advance; "expired"; "counts_nothing"; "address_missing" and
            "statement_missing": nursing; "not_joint": interprofessional; "activity_id_missing":
            reported to a registry; "offered_already": another one of this type is open.
    """
    # All of the edition's, in one order: of two at once the second sees the first.
    offers = list(
        CreditOffer.objects.select_for_update(of=("self",))
        .filter(version=offer.version_id)
        .order_by("pk")
    )
    locked = next(one for one in offers if one.pk == offer.pk)
    if locked.ended_at:
        raise ValidationError(_("This offer has ended."), code="ended")
    if locked.is_open:
        return locked
    if any(one.is_open and one.credit_type == locked.credit_type for one in offers):
        raise ValidationError(
            _("This edition has an open offer of this type. End that one first."),
            code="offered_already",
        )
    _check_may_open(locked, now)
    locked.enabled_at, locked.enabled_by = now, by
    locked.save()
    return locked


@transaction.atomic
def end_offer(*, offer: CreditOffer, now: datetime) -> CreditOffer:
    """Nobody claims under it any more; what was awarded stays."""
    locked = _lock(offer)
    if locked.ended_at is None:
        locked.ended_at = now
        locked.save()
    return locked


@transaction.atomic
def enter_rule(*, by: User, now: datetime, **fields: Any) -> CreditRuleChange:
    """Enter what a manual says from a day on; offers that begin earlier keep theirs.

    Raises:
        ValidationError: "rule_in_the_past"; "unknown_degree"; by field.
    """
    if fields["in_force_from"] < _today(now):
        raise ValidationError(_("A rule does not reach back."), code="rule_in_the_past")
    if set(fields.get("degrees") or []) - set(DEGREES):
        raise ValidationError(_("Unknown profession."), code="unknown_degree")
    rule = CreditRuleChange(entered_by=by, entered_at=now, **fields)
    rule.full_clean()
    rule.save()
    return rule


def _lock(offer: CreditOffer) -> CreditOffer:
    return CreditOffer.objects.select_for_update(of=("self",)).get(pk=offer.pk)


def _check_fields(offer: CreditOffer) -> None:
    if offer.maximum is not None and not is_quarter(offer.maximum):
        raise ValidationError(
            {"maximum": ValidationError(_("Credit comes in quarters."), code="not_a_quarter")}
        )
    if offer.starts_on and offer.expires_on and offer.expires_on < offer.starts_on:
        message = _("The last day must not lie before the first.")
        raise ValidationError({"expires_on": ValidationError(message, code="ends_before_start")})
    offer.full_clean()


def _check_may_open(offer: CreditOffer, now: datetime) -> None:
    today = _today(now)
    if rule_of(offer).designated_before and offer.starts_on <= today:
        raise ValidationError(
            _("Its first day has come. Credit is designated before an activity begins."),
            code="retroactive",
        )
    if offer.expires_on < today:
        raise ValidationError(_("It has expired."), code="expired")
    if not (offer.counts_online or offer.counts_live or offer.counts_home):
        raise ValidationError(_("Say which minutes count."), code="counts_nothing")
    if offer.credit_type == NURSING and not offer.provider_address:
        raise ValidationError(
            _("A nursing certificate names the provider's address; a web address will do."),
            code="address_missing",
        )
    if offer.credit_type == NURSING and not offer.statement:
        raise ValidationError(
            _("A nursing certificate carries the provider's statement of accreditation."),
            code="statement_missing",
        )
    if offer.credit_type == INTERPROFESSIONAL and not offer.is_joint:
        raise ValidationError(
            _("Interprofessional credit is for activities that a team planned together."),
            code="not_joint",
        )
    if offer.registry and not offer.activity_id:
        raise ValidationError(
            _("A registry asks for the provider's number of the activity."),
            code="activity_id_missing",
        )


def _today(now: datetime) -> date:
    return now.astimezone(ZoneInfo(Practice.current().time_zone)).date()
