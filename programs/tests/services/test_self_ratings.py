"""Observer and learner rate the same conversation apart, and read both side by side."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from notifications.kinds import get_kind
from notifications.models import Message
from programs.models import BuddyPair, Item, SelfRating
from programs.services.rubrics import (
    observers_for,
    rate_self,
    request_observation,
    submit_observation,
)
from programs.tests.factories import CohortStaffFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
YESTERDAY = (NOW - timedelta(days=1)).date()


@pytest.fixture
def mentor(enrollment):
    return CohortStaffFactory(cohort=enrollment.cohort).person


@pytest.fixture
def asked(enrollment, item_of, mentor):
    item = item_of(Item.Kind.OBSERVATION)
    return request_observation(enrollment=enrollment, item=item, observer=mentor, now=NOW)


def test_a_request_sends_one_neutral_mail(asked, enrollment, mentor):
    request_observation(enrollment=enrollment, item=asked.item, observer=mentor, now=NOW)
    message = Message.objects.get()
    mail = get_kind(message.kind).render(message)
    assert message.recipient == mentor
    private = [enrollment.clinician.name, enrollment.cohort.name, asked.item.title]
    assert not [word for word in private if word in mail.subject + mail.text + mail.html]


def test_a_buddy_can_be_asked_and_rates_in_a_clinicians_page(client, enrollment, item_of):
    buddy = EnrollmentFactory(cohort=enrollment.cohort)
    assert buddy.clinician not in observers_for(enrollment)
    BuddyPair.objects.create(cohort=enrollment.cohort, one=enrollment, other=buddy, paired_at=NOW)
    observation = request_observation(
        enrollment=enrollment,
        item=item_of(Item.Kind.OBSERVATION),
        observer=buddy.clinician,
        now=NOW,
    )
    client.force_login(buddy.clinician)
    page = reverse("programs:observation_detail", args=[observation.public_id])
    assert client.get(page).status_code == 200
    filed = client.post(page, {"rating_named": "seen", "observed_on": YESTERDAY.isoformat()})
    assert filed.status_code == 302


def test_the_self_rating_is_kept_apart_and_shown_beside_the_observers(
    client, learner, asked, mentor, url_of
):
    learner.post(
        url_of("observation_rate_self", asked.item),
        {"observation": asked.public_id, "rating_named": "not_seen"},
    )
    assert asked.ratings == {}
    assert not SelfRating.objects.visible_to(mentor).exists()  # it must not color what they see

    submit_observation(
        observation=asked, observed_on=YESTERDAY, ratings={"named": "seen"}, note="", now=NOW
    )
    hers = learner.get(url_of("item_detail", asked.item)).content.decode()
    assert "Not seen</td>" in hers
    assert "Seen</td>" in hers
    client.force_login(mentor)
    theirs = client.get(reverse("programs:observation_detail", args=[asked.public_id]))
    assert theirs.context["rows"] == [
        {"title": "Names the feeling", "rating": "Seen", "own": "Not seen"}
    ]


def test_a_self_rating_needs_every_behavior_and_is_made_once(asked):
    with pytest.raises(ValidationError):
        rate_self(observation=asked, ratings={}, now=NOW)
    rate_self(observation=asked, ratings={"named": "seen"}, now=NOW)
    rate_self(observation=asked, ratings={"named": "not_seen"}, now=NOW)
    assert SelfRating.objects.get().ratings == {"named": "seen"}
