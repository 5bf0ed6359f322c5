"""An offer is entered, enabled in advance, never changed once used; rules are dated."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from accounts.tests.factories import UserFactory
from programs.models import CreditClaim, CreditOffer, CreditRuleChange
from programs.reports.claimable_offers import rule_of
from programs.services.credit_offers import (
    change_offer,
    enable_offer,
    end_offer,
    enter_rule,
    make_offer,
)
from programs.tests.credit import enabled_offer, offer_fields
from programs.tests.factories import EnrollmentFactory, ProgramVersionFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 8, 31, 15, tzinfo=UTC)
FIRST = date(2026, 9, 1)


@pytest.fixture
def owner():
    return UserFactory(practice_role="owner")


@pytest.fixture
def version():
    return ProgramVersionFactory(modules=0)


def made(version, **fields) -> CreditOffer:
    return make_offer(**offer_fields(version, FIRST, **fields))


def code_of(refusal) -> str:
    error = refusal.value
    if hasattr(error, "error_dict"):
        return next(iter(error.error_dict.values()))[0].code
    return error.code


def test_an_offer_offers_nothing_until_it_is_enabled(version, owner):
    offer = made(version)
    assert not CreditOffer.objects.enabled().exists()

    enable_offer(offer=offer, by=owner, now=NOW)
    assert CreditOffer.objects.enabled().get().enabled_by == owner
    end_offer(offer=offer, now=NOW)
    assert not CreditOffer.objects.enabled().exists()
    with pytest.raises(ValidationError) as refusal:
        enable_offer(offer=offer, by=owner, now=NOW)
    assert code_of(refusal) == "ended"


@pytest.mark.parametrize(
    "name", ["provider_name", "provider_id", "designation", "reviewer", "credit_type", "maximum"]
)
def test_what_a_provider_must_say_is_not_left_out(version, name):
    with pytest.raises(ValidationError) as refusal:
        made(version, **{name: None if name == "maximum" else ""})
    assert name in refusal.value.error_dict


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"maximum": "1.1"}, "not_a_quarter"),
        ({"maximum": "0"}, "min_value"),
        ({"expires_on": FIRST - timedelta(days=1)}, "ends_before_start"),
    ],
)
def test_a_maximum_comes_in_quarters_and_days_in_order(version, fields, code):
    if "maximum" in fields:
        fields = {"maximum": Decimal(fields["maximum"])}
    with pytest.raises(ValidationError) as refusal:
        made(version, **fields)
    assert code_of(refusal) == code


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"credit_type": "nursing"}, "address_missing"),
        ({"credit_type": "nursing", "provider_address": "acorn.example"}, "statement_missing"),
        ({"credit_type": "interprofessional"}, "not_joint"),
        ({"activity_id": ""}, "activity_id_missing"),
        ({"counts_online": False, "counts_live": False}, "counts_nothing"),
    ],
)
def test_each_type_asks_for_what_its_certificate_says(version, owner, fields, code):
    with pytest.raises(ValidationError) as refusal:
        enable_offer(offer=made(version, **fields), by=owner, now=NOW)
    assert code_of(refusal) == code


def test_credit_is_never_designated_for_what_has_begun(version, owner):
    offer = made(version)
    begun = datetime(2026, 9, 1, 12, tzinfo=UTC)
    with pytest.raises(ValidationError) as refusal:
        enable_offer(offer=offer, by=owner, now=begun)
    assert code_of(refusal) == "retroactive"

    enable_offer(offer=offer, by=owner, now=NOW)
    with pytest.raises(ValidationError) as refusal:
        change_offer(offer=offer, now=begun, reviewer="Another")
    assert code_of(refusal) == "has_begun"


def test_one_offer_of_a_type_is_open_for_an_edition(version, owner):
    enable_offer(offer=made(version), by=owner, now=NOW)
    with pytest.raises(ValidationError) as refusal:
        enable_offer(offer=made(version), by=owner, now=NOW)
    assert code_of(refusal) == "offered_already"


def test_an_offer_is_changed_until_somebody_claims(version):
    offer = enabled_offer(version, FIRST)
    change_offer(offer=offer, now=NOW, reviewer="Another")
    offer.refresh_from_db()
    assert offer.reviewer == "Another"

    CreditClaim.objects.create(
        enrollment=EnrollmentFactory(), offer=offer, degree="md", amount=1, claimable=1,
        minutes=60, claimed_at=NOW,
    )  # fmt: skip
    with pytest.raises(ValidationError) as refusal:
        change_offer(offer=offer, now=NOW, reviewer="A third")
    assert code_of(refusal) == "used"


def test_a_rule_holds_from_its_day_and_does_not_reach_back(version, owner):
    earlier = enabled_offer(version, FIRST)
    fields = {
        "credit_type": "ama",
        "unit": "credits of the year 2026",
        "minutes_per_credit": 50,
        "degrees": ["md", "do"],
        "source": "a manual",
    }
    enter_rule(by=owner, now=NOW, in_force_from=date(2026, 9, 2), **fields)
    later = enabled_offer(ProgramVersionFactory(modules=0), date(2026, 9, 2))

    assert rule_of(earlier).minutes_per_credit == 60
    assert rule_of(later).minutes_per_credit == 50
    with pytest.raises(ValidationError) as refusal:
        enter_rule(by=owner, now=NOW, in_force_from=date(2026, 8, 30), **fields)
    assert code_of(refusal) == "rule_in_the_past"
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        CreditRuleChange.objects.update(unit="more")
