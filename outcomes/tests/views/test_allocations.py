"""The page of lots: look, draw once, read the log."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from outcomes.models import Lot
from programs.tests.factories import CohortFactory, EngagementFactory, EnrollmentFactory


@pytest.fixture
def contract(db, client):
    client.force_login(UserFactory(practice_role="owner"))
    engagement = EngagementFactory(seats=20)
    arms = [
        CohortFactory(
            engagement=engagement,
            name=name,
            starts_on=timezone.localdate() + timedelta(days=days),
            ends_on=timezone.localdate() + timedelta(days=days + 40),
        )
        for name, days in (("Spring", 5), ("Summer", 60))
    ]
    EnrollmentFactory.create_batch(6, cohort=arms[0], profession="nurse")
    return engagement, arms


def address(engagement):
    return reverse("outcomes:lot_list", args=[engagement.public_id])


def chosen(arms, **fields):
    return {
        "arms": [str(arm.public_id) for arm in arms],
        "by": "person",
        "strata": ["role"],
    } | fields


def test_a_look_draws_nothing_and_says_that_the_lot_is_final(client, contract):
    engagement, arms = contract
    page = client.post(address(engagement), chosen(arms))
    assert page.status_code == 200
    text = page.content.decode()
    assert "6 people take part" in text
    assert "cannot be undone" in text
    assert "nurse" in text
    assert not Lot.objects.exists()


def test_the_confirmation_draws_and_the_log_is_read_with_few_queries(
    client, contract, django_assert_max_num_queries
):
    engagement, arms = contract
    answer = client.post(address(engagement), chosen(arms, draw="1"))
    assert answer.status_code == 302
    lot = Lot.objects.get()
    assert lot.strata == ["role"]
    with django_assert_max_num_queries(20):
        text = client.get(address(engagement)).content.decode()
    assert str(lot.seed) in text
    assert "the log is the same" in text
    assert lot.sha256 in text
    again = client.post(address(engagement), chosen(arms, draw="1"))
    assert again.status_code == 422
    assert Lot.objects.count() == 1


def test_without_two_cohorts_ahead_the_page_says_what_is_missing(client, contract):
    engagement = EngagementFactory()
    assert "Nothing to draw yet" in client.get(address(engagement)).content.decode()
    other = client.post(address(engagement), chosen(contract[1], draw="1"))
    assert other.status_code == 422
    assert not Lot.objects.exists()
