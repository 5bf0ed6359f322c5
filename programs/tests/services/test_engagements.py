from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import OrganizationFactory, UserFactory
from programs.models import Engagement
from programs.services.engagements import create_engagement, edit_engagement, seats_taken
from programs.signals import engagement_saved
from programs.tests.factories import CohortFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 1, tzinfo=UTC)


def make(**changes):
    arguments = {
        "organization": OrganizationFactory(),
        "by": UserFactory(practice_role="consultant"),
        "now": NOW,
        "title": "Spring",
        "starts_on": date(2026, 3, 1),
        "ends_on": date(2027, 2, 28),
        "seats": 60,
        "coaching_hours": 120,
        "visibility": "completion",
    }
    return create_engagement(**(arguments | changes))


@pytest.fixture
def told():
    heard = []

    def hear(sender, engagement, **kwargs):
        heard.append(engagement.coaching_hours)

    engagement_saved.connect(hear)
    yield heard
    engagement_saved.disconnect(hear)


def test_a_contract_publishes_its_disclosure_and_tells_of_its_hours(told):
    engagement = make(threshold_progress=10)

    assert engagement.disclosure.visibility == "completion"
    assert engagement.disclosure.thresholds["progress"] == 10
    assert told == [120]


def test_changing_visibility_publishes_a_new_version(told):
    engagement = make()
    edited = edit_engagement(
        engagement=engagement,
        by=UserFactory(),
        now=NOW,
        visibility="aggregate_only",
        coaching_hours=150,
    )

    assert (engagement.disclosure.version, edited.disclosure.version) == (1, 2)
    assert told == [120, 150]


def test_a_change_of_the_po_number_publishes_nothing():
    engagement = make()
    edited = edit_engagement(engagement=engagement, by=UserFactory(), now=NOW, po_number="4712")

    assert edited.disclosure == engagement.disclosure


@pytest.mark.parametrize(
    "changes",
    [
        {"ends_on": date(2026, 2, 1)},
        {"threshold_progress": 4},
        {"visibility": "everything"},
        {"title": ""},
    ],
)
def test_a_wrong_contract_is_refused_and_nothing_stays(changes, told):
    with pytest.raises(ValidationError):
        make(**changes)

    assert Engagement.objects.count() == 0
    assert told == []


def test_a_promised_threshold_is_never_lowered():
    engagement = make(threshold_progress=10)

    with pytest.raises(ValidationError) as refusal:
        edit_engagement(engagement=engagement, by=UserFactory(), now=NOW, threshold_progress=5)

    assert refusal.value.code == "threshold_lowered"


def test_seats_cannot_fall_below_the_people():
    engagement = make()
    cohort = CohortFactory(engagement=engagement)
    EnrollmentFactory.create_batch(3, cohort=cohort)
    EnrollmentFactory(cohort=cohort, withdrawn_at=NOW)

    assert seats_taken(engagement) == 3
    with pytest.raises(ValidationError) as refusal:
        edit_engagement(engagement=engagement, by=UserFactory(), now=NOW, seats=2)
    assert refusal.value.error_dict["seats"][0].code == "seats_taken"


def test_only_fields_of_a_contract_can_be_given():
    with pytest.raises(TypeError):
        make(organization_id=1)
