"""An organization with its admin, and cohorts of given sizes."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from accounts.tests.factories import MembershipFactory, OrganizationFactory, UserFactory
from programs.models import ProgressEvent
from programs.tests.factories import CohortFactory, EngagementFactory, EnrollmentFactory


@pytest.fixture
def organization(db):
    return OrganizationFactory(name="Northfield")


@pytest.fixture
def admin(client, organization):
    """A browser in which the organization's admin is signed in."""
    person = UserFactory(name="Ada Admin")
    MembershipFactory(user=person, organization=organization, role="admin")
    client.force_login(person)
    return client


@pytest.fixture
def make_cohort(organization):
    """A cohort of `people`, of whom the first `active` did something two days ago."""

    def make(people: int = 6, active: int = 0, visibility: str = "completion", **fields):
        engagement = EngagementFactory(organization=organization, visibility=visibility)
        cohort = CohortFactory(engagement=engagement, **fields)
        for number, enrollment in enumerate(EnrollmentFactory.create_batch(people, cohort=cohort)):
            if number < active:
                do_something(enrollment)
        return cohort

    return make


def do_something(enrollment) -> None:
    """One qualifying event, two days ago."""
    at = datetime.now(UTC) - timedelta(days=2)
    ProgressEvent.objects.create(
        enrollment=enrollment,
        item=enrollment.cohort.version.modules.first().items.first(),
        kind=ProgressEvent.Kind.ITEM_COMPLETED,
        occurred_at=at,
        recorded_at=at,
        key=uuid4(),
    )
