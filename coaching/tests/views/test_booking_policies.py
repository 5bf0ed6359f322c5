"""The rules of a contract and of the practice, beside what they come to."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.tests.factories import UserFactory
from coaching.models import BookingPolicy
from coaching.services.booking_policies import set_policy
from coaching.services.bookings import book
from coaching.tests.views.conftest import NOW, TEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client, clock):
    person = UserFactory(practice_role="owner")
    client.force_login(person)
    return client


@pytest.fixture
def engagement(enrollment):
    return enrollment.cohort.engagement


@pytest.fixture
def page(engagement):
    return reverse("coaching:booking_policy_edit", args=[engagement.public_id])


def sources(client, page):
    [(_kind, lines)] = client.get(page).context["resolved"]
    return {line.name: (line.value, line.source) for line in lines}


def test_each_rule_says_where_it_comes_from(owner, page, engagement, kind):
    set_policy(engagement=None, max_moves=1, notice_min=30)
    set_policy(engagement=engagement, cancel_notice_min=2880)
    found = sources(owner, page)
    assert found["cancel_notice_min"] == (2880, "contract")
    assert found["notice_min"] == (kind.notice_min, "type")
    assert found["max_moves"] == (1, "practice")
    assert found["group_debit"] == ("per_session", "built_in")


def test_saving_reaches_the_next_bookings_only(owner, page, engagement, enrollment, kind):
    def take(start):
        return book(
            actor=enrollment.clinician,
            enrollment=enrollment,
            session_type=kind,
            start=start,
            idem_key=uuid4(),
            now=NOW,
        )

    before = take(TEN)
    data = {"max_moves": "0", "own_debits": "on", "debit_states": ["attended", "clinical_duty"]}
    assert owner.post(page, data).status_code == 302
    before.refresh_from_db()
    after = take(TEN.replace(hour=14))
    assert (before.rules.max_moves, after.rules.max_moves) == (3, 0)
    assert not before.rules.debits("clinical_duty")
    assert after.rules.debits("clinical_duty")
    assert not after.rules.debits("no_show")
    text = owner.get(page).content.decode()
    assert "attended, called to a patient" in " ".join(text.split())


def test_an_empty_field_leaves_it_to_the_next_layer(owner, page, engagement):
    set_policy(engagement=engagement, max_moves=7, debit_states=["attended"])
    owner.post(page, {"max_moves": "", "debit_states": ["no_show"]})
    policy = BookingPolicy.objects.get(engagement=engagement)
    assert (policy.max_moves, policy.debit_states) == (None, None)


def test_no_outcome_at_all_may_use_hours(owner, page, engagement):
    owner.post(page, {"own_debits": "on"})
    assert BookingPolicy.objects.get(engagement=engagement).debit_states == []
    assert sources(owner, page)["debit_states"] == ([], "contract")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"notice_min": "-1"}, "notice_min"),
        ({"notice_min": "99999999999"}, "notice_min"),
        ({"max_sessions": "3"}, "period_days"),
        ({"period_days": "3"}, "max_sessions"),
        ({"own_debits": "on", "debit_states": ["coach_cancel"]}, "debit_states"),
        ({"group_debit": "never"}, "group_debit"),
    ],
)
def test_what_no_contract_may_say_is_an_error_beside_its_field(owner, page, data, field):
    answer = owner.post(page, data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not BookingPolicy.objects.exists()


def test_a_coachs_cancellation_is_never_debited_whoever_writes_it(engagement):
    with pytest.raises(ValidationError):
        set_policy(engagement=engagement, debit_states=["coach_cancel"])
    with pytest.raises(IntegrityError), transaction.atomic():
        BookingPolicy.objects.create(engagement=engagement, debit_states=["coach_cancel"])


def test_the_practices_own_rules_are_the_owners(owner, kind):
    page = reverse("coaching:practice_policy_edit")
    assert owner.post(page, {"max_moves": "5"}).status_code == 302
    assert BookingPolicy.objects.get(engagement=None).max_moves == 5
    assert sources(owner, page)["max_moves"] == (5, "practice")
    owner.force_login(UserFactory(practice_role="consultant"))
    assert owner.get(page).status_code == 404
