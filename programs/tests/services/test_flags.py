"""Flags rise once, go by themselves, come back; notes go once a person and day, and never blindly."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.tests.factories import UserFactory
from notifications.models import Message
from notifications.services.opt_outs import stop_mail, want_mail
from programs.models import (
    Cohort,
    CohortGroup,
    CohortStaff,
    Contact,
    Enrollment,
    Flag,
    ProgressEvent,
    ScheduleRow,
    Share,
)
from programs.notices.nudges import letter
from programs.reports.people_to_reach import people_to_reach
from programs.reports.shared_practice import shared_practice
from programs.services.flags import close_flags, refresh_flags, snooze_flags, take_flags
from programs.services.nudges import nudge
from programs.tests.factories import (
    CohortFactory,
    CohortStaffFactory,
    EnrollmentFactory,
    ItemFactory,
    ModuleFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def cohort():
    return CohortFactory(starts_on=date(2026, 3, 2), ends_on=date(2026, 5, 1))


@pytest.fixture
def clinician(cohort):
    """In since 18 days, and nothing done."""
    joined = NOW - 18 * DAY
    return EnrollmentFactory(cohort=cohort, accepted_at=joined, invited_at=joined)


def practiced(enrollment, at):
    ProgressEvent.objects.create(
        enrollment=enrollment, kind="practiced", occurred_at=at, recorded_at=at, key=uuid4()
    )


def open_flags():
    return Flag.objects.open()


def test_it_rises_once_and_goes_when_its_reason_is_gone(cohort, clinician):
    assert refresh_flags(cohort=cohort, now=NOW) == 1
    assert refresh_flags(cohort=cohort, now=NOW) == 0
    assert [flag.reason for flag in open_flags()] == ["not_started"]

    practiced(clinician, NOW + DAY)
    assert refresh_flags(cohort=cohort, now=NOW + DAY) == 0
    flag = Flag.objects.get(reason="not_started")
    assert (flag.outcome, flag.closed_at, flag.gone_at) == ("by_itself", NOW + DAY, NOW + DAY)


def test_one_that_was_closed_comes_back_after_two_weeks_if_the_reason_stays(cohort, clinician):
    refresh_flags(cohort=cohort, now=NOW)
    close_flags(flags=open_flags(), outcome="spoke", by=UserFactory(), now=NOW)

    assert refresh_flags(cohort=cohort, now=NOW + 14 * DAY - timedelta(seconds=1)) == 0
    assert refresh_flags(cohort=cohort, now=NOW + 14 * DAY) == 1
    assert Flag.objects.count() == 2


def test_two_people_cannot_close_the_same_flag(cohort, clinician):
    refresh_flags(cohort=cohort, now=NOW)
    seen = Flag.objects.filter(pk=Flag.objects.get().pk)
    close_flags(flags=seen, outcome="spoke", by=UserFactory(), now=NOW)

    for late in (
        lambda: close_flags(flags=seen, outcome="leaves", by=UserFactory(), now=NOW),
        lambda: snooze_flags(flags=seen, days=7, now=NOW),
        lambda: take_flags(flags=seen, by=UserFactory()),
    ):
        with pytest.raises(ValidationError) as refusal:
            late()
        assert refusal.value.code == "flag_closed"
    assert Flag.objects.get().outcome == "spoke"


def test_only_staff_of_the_person_see_it_and_of_a_group_only_its_own(cohort, clinician):
    groups = [CohortGroup.objects.create(cohort=cohort, name=name) for name in ("East", "West")]
    Enrollment.objects.filter(pk=clinician.pk).update(group=groups[0])
    refresh_flags(cohort=cohort, now=NOW)
    near, far, whole = [
        CohortStaffFactory(cohort=cohort, role=CohortStaff.Role.FACILITATOR, group=group).person
        for group in (*groups, None)
    ]
    admin = UserFactory()

    seen = [
        len(people_to_reach(cohort=cohort, viewer=viewer, now=NOW))
        for viewer in (near, far, whole, admin, clinician.clinician)
    ]
    assert seen == [1, 0, 1, 0, 0]


def test_queries_do_not_grow_with_people(cohort, clinician, django_assert_num_queries):
    staff = CohortStaffFactory(cohort=cohort, role=CohortStaff.Role.FACILITATOR).person
    EnrollmentFactory.create_batch(
        6, cohort=cohort, accepted_at=NOW - 18 * DAY, invited_at=NOW - 18 * DAY
    )
    refresh_flags(cohort=cohort, now=NOW)
    Cohort.objects.get(pk=cohort.pk)
    with django_assert_num_queries(2):
        people = people_to_reach(cohort=cohort, viewer=staff, now=NOW)
        assert [str(person.enrollment.clinician) for person in people]
    assert len(people) == 7


def test_a_note_goes_once_a_day_and_not_to_who_stopped_them_or_left(cohort, clinician):
    sender = UserFactory()
    gone = EnrollmentFactory(cohort=cohort, accepted_at=NOW, withdrawn_at=NOW, invited_at=NOW)
    stopped = EnrollmentFactory(cohort=cohort, accepted_at=NOW, invited_at=NOW)
    stop_mail(person=stopped.clinician, topic="learning", now=NOW)
    people = [clinician, gone, stopped]

    first = nudge(enrollments=people, by=sender, now=NOW)
    second = nudge(enrollments=people, by=UserFactory(), now=NOW + timedelta(hours=1))
    want_mail(person=stopped.clinician, topic="learning")
    third = nudge(enrollments=people, by=sender, now=NOW + DAY)

    assert (first.sent, first.opted_out, first.not_active) == (1, 1, 1)
    assert (second.sent, second.today_already) == (0, 1)
    assert third.sent == 2
    assert Message.objects.filter(kind="programs.nudge").count() == 3
    assert Contact.objects.count() == 3


def test_the_note_tells_nobody_anything(cohort, clinician):
    rendered = letter(recipient=clinician.clinician, sender=UserFactory(name="Maya Lind"))

    assert rendered.subject == "Ready when you are: 5 minutes"
    assert rendered.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for text in (rendered.text, rendered.html):
        for private in (
            cohort.name,
            cohort.version.program.title,
            cohort.engagement.organization.name,
            "behind",
            "overdue",
        ):
            assert private not in text
        assert rendered.headers["List-Unsubscribe"].strip("<>") in text


def test_little_practice_is_told_to_the_one_it_is_shown_to_and_ends_with_the_share(
    cohort, clinician
):
    coach, other = [
        CohortStaffFactory(cohort=cohort, role=CohortStaff.Role.COACH).person for _ in range(2)
    ]
    for days_ago in (11, 4):  # two weeks, each with half an hour to practice
        module = ModuleFactory(version=cohort.version, items=0)
        body = {"done_minutes": 30}
        ItemFactory(module=module, kind="practice", minutes=30, required=True, body=body)
        ScheduleRow.objects.create(
            cohort=cohort, module=module, kind="release", at=NOW - days_ago * DAY
        )
    practiced(clinician, NOW - DAY)
    later = NOW + 7 * DAY
    refresh_flags(cohort=cohort, now=later)
    assert not Flag.objects.filter(reason="practice").exists()  # nobody was shown anything

    share = Share.objects.create(
        enrollment=clinician, kind="practice", person=coach, started_at=NOW
    )
    planned = shared_practice(cohort=cohort, at=later)[clinician.pk]
    assert planned.reader == coach.pk
    assert planned.weeks == (0, 0)
    refresh_flags(cohort=cohort, now=later)

    assert [
        len(Flag.objects.visible_to(who).filter(reason="practice")) for who in (coach, other)
    ] == [1, 0]
    share.ended_at = later
    share.save()
    refresh_flags(cohort=cohort, now=later)
    assert Flag.objects.get(reason="practice").gone_at == later


def test_the_preview_of_a_note_holds_no_link_that_acts_for_its_reader(client):
    """With it, whoever previews could stop somebody else's mail."""
    cohort = CohortFactory()
    person = EnrollmentFactory(cohort=cohort)
    client.force_login(CohortStaffFactory(cohort=cohort).person)
    page = client.get(
        reverse("programs:nudge_create", args=[cohort.public_id]), {"person": person.public_id}
    )
    sent = letter(recipient=person.clinician, sender=UserFactory())

    assert "Your next step is open" in page.content.decode()
    assert "/mail/stop/" not in page.content.decode()
    assert "/mail/stop/" in sent.text
    assert sent.headers
