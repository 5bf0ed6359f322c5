import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory
from programs.models import AttendanceRecord, Cohort
from programs.tests.factories import (
    CohortFactory,
    EngagementFactory,
    EnrollmentFactory,
    LiveSlotFactory,
    ProgramVersionFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.fixture
def cohort():
    return CohortFactory(starts_on=NOW.date() - timedelta(days=20))


@pytest.fixture
def browser(client, cohort):
    lead = UserFactory(practice_role="consultant")
    cohort.engagement.organization.consultants.add(lead)
    client.force_login(lead)
    return client


def url(name, *things, query=""):
    return reverse(f"programs:{name}", args=[thing.public_id for thing in things]) + query


def test_the_page_and_the_csv_say_the_same(browser, cohort):
    EnrollmentFactory(cohort=cohort, clinician__name="=HYPERLINK(1)")
    EnrollmentFactory(cohort=cohort, accepted_at=None)
    page = browser.get(url("cohort_detail", cohort))
    answer = browser.get(url("cohort_progress_csv", cohort))

    progress = page.context["progress"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert (progress.enrolled, progress.invited) == (1, 1)
    assert sorted(row["State"] for row in rows) == ["Invited", "Not started"]
    assert {row["Name"] for row in rows} >= {"'=HYPERLINK(1)"}
    assert answer["Content-Disposition"].startswith("attachment")


def test_the_roster_is_filtered_and_paged(browser, cohort):
    EnrollmentFactory.create_batch(52, cohort=cohort)
    EnrollmentFactory.create_batch(3, cohort=cohort, accepted_at=None)

    first = browser.get(url("cohort_detail", cohort))
    second = browser.get(url("cohort_detail", cohort, query="?page=2"))
    invited = browser.get(url("cohort_detail", cohort, query="?state=invited"))

    assert len(first.context["page"]) == 50
    assert len(second.context["page"]) == 5
    assert {row.state for row in invited.context["page"]} == {None}
    assert len(first.content) < 60_000


@pytest.mark.parametrize("query", ["?page=-1", "?page=1000000000", "?state=password", "?page=x"])
def test_odd_addresses_do_no_harm(browser, cohort, query):
    EnrollmentFactory(cohort=cohort)

    assert browser.get(url("cohort_detail", cohort, query=query)).status_code == 200


@pytest.mark.parametrize("name", ["cohort_detail", "cohort_progress_csv", "live_slot_list"])
def test_queries_do_not_grow_with_the_people(browser, cohort, count_queries, name):
    def queries() -> int:
        with count_queries() as captured:
            browser.get(url(name, cohort))
        return len(captured)

    EnrollmentFactory(cohort=cohort)
    few = queries()
    EnrollmentFactory.create_batch(20, cohort=cohort)

    assert queries() == few


def test_queries_of_the_list_do_not_grow_with_the_cohorts(browser, cohort, count_queries):
    def queries() -> int:
        with count_queries() as captured:
            browser.get(reverse("programs:cohort_list"))
        return len(captured)

    few = queries()
    for _ in range(5):
        EnrollmentFactory(cohort=CohortFactory(engagement=cohort.engagement))

    assert queries() == few


def test_a_cohort_is_added_with_its_dates(browser, cohort):
    engagement = EngagementFactory(organization=cohort.engagement.organization)
    coach = UserFactory(practice_role="consultant")
    answers = {
        "name": "Autumn nurses",
        "version": ProgramVersionFactory().pk,
        "starts_on": "2026-09-07",
        "ends_on": "2026-10-19",
        "time_zone": "America/Chicago",
        "coaches": [coach.pk],
        "grace_days": "3",
        "lapse_days": "14",
    }
    response = browser.post(url("cohort_create", engagement), answers)

    made = Cohort.objects.get(name="Autumn nurses")
    assert response.url == made.get_absolute_url()
    assert list(made.coaches()) == [coach]
    assert made.schedule.exclude(at=None).count() == 4
    again = browser.post(url("cohort_create", engagement), answers)
    assert again.status_code == 422
    wrong = answers | {"name": "Other", "ends_on": "2026-01-01", "time_zone": "Mars/Olympus"}
    assert browser.post(url("cohort_create", engagement), wrong).status_code == 422


def test_attendance_is_marked_on_one_screen_and_corrected(browser, cohort):
    slot = LiveSlotFactory(cohort=cohort, starts_at=NOW - timedelta(hours=2))
    there, away = EnrollmentFactory.create_batch(2, cohort=cohort)
    address = url("live_slot_attendance", slot)

    browser.post(address, {f"status_{away.public_id.hex}": "absent", "rest_present": "on"})
    browser.post(address, {f"status_{away.public_id.hex}": "excused", "reason": "theatre"})

    standing = AttendanceRecord.objects.filter(superseded_at=None)
    assert dict(standing.values_list("enrollment", "status")) == {
        there.pk: "present",
        away.pk: "excused",
    }
    assert AttendanceRecord.objects.count() == 3
    slot.refresh_from_db()
    assert slot.state == "held"


def test_attendance_waits_for_the_session(browser, cohort):
    slot = LiveSlotFactory(cohort=cohort)
    EnrollmentFactory(cohort=cohort)

    response = browser.post(url("live_slot_attendance", slot), {"rest_present": "on"})

    assert response.status_code == 422
    assert AttendanceRecord.objects.count() == 0


def test_a_session_is_moved_in_the_cohorts_zone(browser, cohort):
    slot = LiveSlotFactory(cohort=cohort)
    answers = {"title": "Middle", "day": "2026-12-01", "clock": "13:00", "minutes": "90"}

    assert browser.post(url("live_slot_edit", slot), answers).status_code == 302
    slot.refresh_from_db()
    assert slot.starts_at == datetime(2026, 12, 1, 18, tzinfo=UTC)
    assert slot.ends_at - slot.starts_at == timedelta(minutes=90)
    odd = answers | {"day": "2026-02-30"}
    assert browser.post(url("live_slot_edit", slot), odd).status_code == 422


def test_withdrawing_asks_first(browser, cohort):
    place = EnrollmentFactory(cohort=cohort)
    address = url("enrollment_withdraw", place)
    browser.get(address)
    place.refresh_from_db()
    assert place.state == "active"

    browser.post(address, {"reason": "moved away"})

    place.refresh_from_db()
    assert (place.state, place.ended_reason) == ("withdrawn", "moved away")
