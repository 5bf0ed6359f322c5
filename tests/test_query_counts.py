"""Lists and dashboards ask the database as often for many rows as for few."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coaching.models import Leave
from coaching.tests.factories import BookingFactory, CoachingSessionFactory, SessionTypeFactory
from programs.services.enrollments import invite_person
from programs.tests.factories import CohortFactory, CohortStaffFactory
from tests.policies import POLICIES
from tests.test_access_matrix import arguments_of, path_of
from tests.world import Tenant, World, enroll_person, untouched

pytestmark = pytest.mark.usefixtures("db")
MOST = 15
# Pages that need more, at any size, with what they need today.
MORE: dict[str, int] = {
    "": 16,  # the places of all programs that are kept for one
    "progress/": 16,  # minutes in all, and by weeks of the calendar
    "organizations/<uuid:organization_id>/": 19,  # panels of three apps
    "cohorts/<uuid:cohort_id>/": 19,
    "cohorts/<uuid:cohort_id>/progress/": 23,  # the cohort as of now and week by week
    "enrollments/<uuid:enrollment_id>/": 25,
}
LISTS = [
    ("", "clinician"),
    ("practice/", "consultant"),
    ("sessions/", "consultant"),
    ("organizations/", "owner"),
    ("organizations/<uuid:organization_id>/", "consultant"),
    ("engagements/<uuid:engagement_id>/", "consultant"),
    ("cohorts/", "consultant"),
    ("cohorts/<uuid:cohort_id>/", "consultant"),
    ("cohorts/<uuid:cohort_id>/progress.csv", "consultant"),
    ("cohorts/<uuid:cohort_id>/progress/", "consultant"),
    ("cohorts/<uuid:cohort_id>/sessions/", "consultant"),
    ("cohorts/<uuid:cohort_id>/staff/", "consultant"),
    ("live-sessions/<uuid:slot_id>/attendance/", "consultant"),
    ("enrollments/<uuid:enrollment_id>/", "consultant"),
    ("organization/", "admin"),
    ("organization/people/", "admin"),
    ("organizations/<uuid:organization_id>/indicators/", "admin"),
    ("organizations/<uuid:organization_id>/indicators/<slug:indicator>/", "admin"),
    ("reports/cohorts/<uuid:cohort_id>/", "admin"),
    ("learn/", "clinician"),
    ("progress/", "clinician"),
    ("what-my-organization-sees/", "clinician"),
    ("mail/sent/", "consultant"),
    ("settings/staff/", "owner"),
    ("session-types/", "consultant"),
    ("calendar/", "consultant"),
    ("availability/", "consultant"),
    ("availability/exceptions/", "consultant"),
    ("availability/leave/", "consultant"),
    ("availability/leave/<uuid:leave_id>/", "consultant"),
    ("availability/travel/", "consultant"),
    ("availability/holidays/", "consultant"),
]


@pytest.fixture
def db() -> None:
    """See tests/conftest.py."""


def grow_hours(tenant: Tenant, number: int) -> None:
    """Add one more of everything that makes up a coach's hours."""
    schedule = tenant.consultant.availability
    day = datetime.now(UTC).date() + timedelta(days=100 + 10 * number)
    schedule.rules.create(weekday=number % 7, start_min=1100, end_min=1110 + number)
    schedule.overrides.create(date=day, kind="replace")
    schedule.holiday_proposals.create(date=day, name="Grown day", region="US")
    schedule.travel_zones.create(first=day, last=day, zone="Asia/Tokyo")
    Leave.objects.create(coach=tenant.consultant, first=day, last=day + timedelta(days=3))
    SessionTypeFactory()


def grow(world: World, rounds: range) -> None:
    """Add one of everything that lists show for each number."""
    tenant = world.a
    session = tenant.booking.coaching_session
    leave = Leave.objects.filter(coach=tenant.consultant).order_by("first").first()
    in_leave = datetime.combine(leave.first, time(9), UTC)
    for number in rounds:
        person = enroll_person(
            tenant.cohort, f"Grown {number}", unit=tenant.unit, coach=tenant.consultant
        )
        starts_at = session.starts_at + timedelta(hours=2 * (number + 1))
        BookingFactory(
            enrollment=person,
            coaching_session=CoachingSessionFactory(
                cohort=tenant.cohort,
                coach=tenant.consultant,
                session_type=session.session_type,
                starts_at=starts_at,
                taken=1,
            ),
        )
        cohort = CohortFactory(engagement=tenant.engagement, version=world.version)
        CohortStaffFactory(cohort=cohort, person=tenant.consultant)
        CohortStaffFactory(cohort=tenant.cohort)
        CoachingSessionFactory(
            cohort=tenant.cohort,
            coach=tenant.consultant,
            session_type=session.session_type,
            starts_at=in_leave + timedelta(hours=number),
        )
        grow_hours(tenant, number)
        tenant.organization.units.create(name=f"Grown unit {number}")
        invite_person(
            cohort=tenant.cohort,
            email=f"grown{number}@ward.example",
            by=tenant.consultant,
            now=session.starts_at - timedelta(days=3),
        )


def asked_of(world: World, route: str, persona: str) -> list[str]:
    """The statements of one page that was looked at before, or what it answered instead."""
    client = world.client(persona)
    path = path_of(route, arguments_of(world, POLICIES[route]))
    with untouched():
        client.get(path)  # the first look may note that the session is used, or take a snapshot
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            status = client.get(path).status_code
    if status != 200:
        return [f"status {status}"]
    return [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]


@pytest.fixture(scope="module")
def asked(world) -> Iterator[dict[tuple[str, str], tuple[list[str], list[str]]]]:
    """What each list asks in a small practice, and in the same one grown."""
    cache.clear()
    with untouched():
        grow(world, range(2))
        few = {one: asked_of(world, *one) for one in LISTS}
        grow(world, range(2, 9))
        yield {one: (few[one], asked_of(world, *one)) for one in LISTS}


@pytest.mark.parametrize(("route", "persona"), LISTS)
def test_a_list_asks_as_often_for_many_rows_as_for_few(asked, route, persona):
    few, many = asked[route, persona]

    assert not many[0].startswith("status")
    assert len(many) == len(few), [one for one in many if one not in few]
    assert len(many) <= MORE.get(route, MOST)
    # A whole program as one document: for import and export alone, never for a page.
    assert not [sql for sql in many if '"programs_programversion"."content"' in sql]
