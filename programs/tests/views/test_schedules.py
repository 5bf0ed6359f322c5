"""Pages of dates: every row in words, one date by hand, closed days, a pause, everything open."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from programs.models import CohortGroup, Enrollment, ScheduleChange
from programs.services.cohorts import add_group
from programs.services.live_slots import plan_slot
from programs.services.schedule_rows import refresh_schedule
from programs.tests.factories import (
    CohortFactory,
    EnrollmentFactory,
    ModuleFactory,
    ProgramVersionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(client):
    version = ProgramVersionFactory(modules=1)
    ModuleFactory(
        version=version,
        release={"anchor": "session:mid", "offset": "-P2D", "at": "20:00"},
        due={"anchor": "enrolled", "offset": "P14D"},
    )
    made = CohortFactory(version=version, time_zone="America/New_York")
    lead = UserFactory(practice_role="consultant", name="Lena Lead")
    made.engagement.organization.consultants.add(lead)
    client.force_login(lead)
    made.lead = lead
    EnrollmentFactory(cohort=made, clinician__name="Asha Nair")
    refresh_schedule(cohort=made)
    return made


def page(client, name, *args) -> str:
    response = client.get(reverse(f"programs:{name}", args=args))
    assert response.status_code == 200
    return unescape(response.content.decode())


def post(client, view, *args, **data):
    return client.post(reverse(f"programs:{view}", args=args), data)


def test_every_row_stands_there_with_what_it_hangs_on_and_whose_it_is(client, cohort):
    nights = add_group(cohort=cohort, name="Nights", by=cohort.lead)
    start = timezone.now() + timedelta(days=9)
    plan_slot(
        cohort=cohort, key="mid", title="Middle hour", group=nights, starts_at=start,
        ends_at=start + timedelta(hours=1), by=cohort.lead,
    )  # fmt: skip

    text = page(client, "schedule_list", cohort.public_id)

    assert "2 days before Middle hour, 20:00" in text
    assert "14 days after each person's first day" in text
    assert "1 person by first day" in text
    assert "not planned yet" in text
    assert "Nights" in text


def test_one_date_by_hand_says_whom_it_moves_is_marked_and_can_be_set_back(client, cohort):
    row = cohort.schedule.get(kind="due", module__position=1)
    assert "Asha Nair" in page(client, "schedule_edit", row.public_id)
    assert post(client, "schedule_edit", row.public_id, day="2031-01-02").status_code == 422

    post(
        client, "schedule_edit", row.public_id, day="2031-01-02", clock="20:00", reason="inspection"
    )
    text = page(client, "schedule_list", cohort.public_id)
    assert "by hand" in text
    assert "inspection" in text
    assert "Lena Lead" in text

    post(client, "schedule_reset", row.public_id)
    changed = page(client, "schedule_list", cohort.public_id)
    assert "by hand" not in changed
    assert "follows its rule again" in changed


def test_open_everything_and_back(client, cohort):
    post(client, "cohort_open", cohort.public_id)
    assert "Every module is open" in page(client, "schedule_list", cohort.public_id)
    post(client, "schedule_follow", cohort.public_id)
    assert "Open every module now" in page(client, "schedule_list", cohort.public_id)
    assert ScheduleChange.objects.filter(what="open").count() == 2


def test_closed_days_move_dates_and_open_again(client, cohort):
    row = cohort.schedule.get(kind="due", module__position=1)
    day = row.at.astimezone(cohort.zone).date()
    answer = post(client, "closed_days", cohort.public_id, first_day=day, last_day=date(2020, 1, 1))
    assert answer.status_code == 422
    post(client, "closed_days", cohort.public_id, first_day=day, label="Inspection")
    assert "Inspection" in page(client, "closed_days", cohort.public_id)
    row.refresh_from_db()
    assert row.at.astimezone(cohort.zone).date() == day + timedelta(days=1)

    post(client, "closed_days_remove", cohort.blackouts.get().public_id)
    row.refresh_from_db()
    assert row.at.astimezone(cohort.zone).date() == day
    post(client, "closed_weekends", cohort.public_id)
    cohort.refresh_from_db()
    assert cohort.skips_weekends


def test_a_pause_for_chosen_people_moves_all_they_have_not_done_and_is_logged(client, cohort):
    person = cohort.enrollments.get()
    other = EnrollmentFactory(cohort=cohort)
    assert post(client, "schedule_extend", cohort.public_id, by_days=5).status_code == 422

    post(client, "schedule_extend", cohort.public_id, by_days=5, people=[person.pk], reason="leave")

    assert person.extensions.count() == 4  # two modules of two steps
    assert not other.extensions.exists()
    logged = ScheduleChange.objects.filter(what="extension")
    assert {(line.enrollment, line.by) for line in logged} == {(person, cohort.lead)}
    assert all(line.new > line.old for line in logged)


def test_groups_are_made_renamed_and_changed(client, cohort):
    post(client, "cohort_groups", cohort.public_id, name="  Nights ")
    assert post(client, "cohort_groups", cohort.public_id, name="Nights").status_code == 422
    group = CohortGroup.objects.get()
    post(client, "cohort_group_edit", group.public_id, name="Days")
    person = cohort.enrollments.get()
    post(client, "enrollment_group", person.public_id, group=group.pk)
    person.refresh_from_db()
    assert person.group == group
    assert "1 person" in page(client, "cohort_groups", cohort.public_id)
    assert "Days" in page(client, "cohort_groups", cohort.public_id)


def test_somebody_is_moved_to_another_cohort_or_taken_back(client, cohort):
    person = cohort.enrollments.get()
    target = CohortFactory(engagement=cohort.engagement, version=cohort.version)
    stranger = CohortFactory()
    refused = post(client, "enrollment_transfer", person.public_id, to=stranger.pk)
    assert refused.status_code == 422

    post(client, "enrollment_transfer", person.public_id, to=target.pk)
    person.refresh_from_db()
    moved = Enrollment.objects.get(cohort=target)
    assert (person.state, moved.clinician) == ("transferred_out", person.clinician)

    assert post(client, "enrollment_void", moved.public_id).status_code == 422
    post(client, "enrollment_void", moved.public_id, reason="a duplicate")
    moved.refresh_from_db()
    assert moved.state == "void"
