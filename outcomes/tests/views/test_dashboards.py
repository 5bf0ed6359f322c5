"""First pages: a clinician's Today in each state, a consultant's, one's own progress."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import MembershipFactory, UserFactory
from coaching.models import Booking
from coaching.tests.factories import BookingFactory, CoachedEnrollmentFactory, SessionTypeFactory
from notifications.tests.factories import MessageFactory
from outcomes.tests.conftest import do_something
from programs.models import CohortSnapshot, ItemState, PracticeLog
from programs.services.snapshots import latest_snapshot
from programs.tests.factories import CohortFactory, CohortStaffFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db

TODAY, PRACTICE = reverse("outcomes:today"), reverse("outcomes:consultant_today")
PROGRESS = reverse("outcomes:progress")


@pytest.fixture
def enrollment(db):
    """Everything is open; her coach has free hours."""
    SessionTypeFactory()
    return CoachedEnrollmentFactory(cohort__everything_open_at=timezone.now() - timedelta(days=1))


@pytest.fixture
def clinician(client, enrollment):
    client.force_login(enrollment.clinician)
    return client


def finish(enrollment, **fields):
    """Every step of her program done."""
    for module in enrollment.cohort.version.modules.all():
        for item in module.items.all():
            ItemState.objects.create(enrollment=enrollment, item=item, done_at=timezone.now())
    for name, value in fields.items():
        setattr(enrollment, name, value)
    enrollment.save()


def today(client):
    return client.get(TODAY).context["today"]


def test_the_first_day_offers_the_first_step_and_free_times(clinician, enrollment):
    page = today(clinician)

    assert page.is_first_day
    assert page.next_step.title == "Read first"
    assert (page.done, page.required, page.booking) == (0, 4, None)
    assert len(page.slots) == 3
    text = clinician.get(TODAY).content.decode()
    assert (
        text.count(f'action="{reverse("coaching:hold_create", args=[enrollment.public_id])}"') == 3
    )


def test_a_begun_step_is_gone_on_with(clinician, enrollment):
    item = enrollment.cohort.version.modules.first().items.first()
    ItemState.objects.create(enrollment=enrollment, item=item, started_at=timezone.now())

    assert today(clinician).next_step.resume
    assert not today(clinician).is_first_day


def test_with_a_booking_there_is_the_session_and_no_free_times(clinician, enrollment):
    booking = BookingFactory(enrollment=enrollment)
    page = today(clinician)

    assert (page.booking, page.slots) == (booking, [])
    text = clinician.get(TODAY).content.decode()
    for name in ("booking_move", "booking_cancel"):
        assert reverse(f"coaching:{name}", args=[booking.public_id]) in text


def test_a_canceled_booking_is_not_the_next_session(clinician, enrollment):
    BookingFactory(enrollment=enrollment, state="cancelled")

    assert today(clinician).booking is None


def test_when_nothing_is_due_it_says_so(clinician, enrollment):
    finish(enrollment)
    page = today(clinician)

    assert (page.next_step, page.done) == (None, page.required)
    assert clinician.get(TODAY).status_code == 200


def test_who_has_completed_keeps_everything(clinician, enrollment):
    finish(enrollment, completed_at=timezone.now())
    answer = clinician.get(TODAY)

    assert answer.context["today"].next_step is None
    assert reverse("programs:learn") in answer.content.decode()
    assert len(answer.context["today"].slots) == 3  # and her coach


def test_before_anything_is_open_nothing_is_to_do(client):
    enrollment = CoachedEnrollmentFactory()  # its dates are not set yet
    client.force_login(enrollment.clinician)
    page = today(client)

    assert page.next_step is None
    assert page.opens_next.module.title == "Module 1"


def test_who_is_only_invited_reads_that_a_place_waits(client):
    enrollment = EnrollmentFactory(accepted_at=None)
    client.force_login(enrollment.clinician)
    answer = client.get(TODAY)

    assert (answer.status_code, answer.context["today"]) == (200, None)
    assert answer.context["waiting"] == enrollment
    assert enrollment.cohort.version.program.title in answer.content.decode()


@pytest.mark.parametrize("gone", ["withdrawn_at", "voided_at", "transferred_out_at"])
def test_a_place_that_is_gone_does_not_wait(client, gone):
    enrollment = EnrollmentFactory(accepted_at=None, **{gone: timezone.now()})
    client.force_login(enrollment.clinician)

    assert client.get(TODAY).context["waiting"] is None


def test_staff_and_admins_go_on_to_their_own_first_page(client):
    client.force_login(UserFactory(practice_role="consultant"))
    assert client.get(TODAY).url == PRACTICE

    client.force_login(MembershipFactory(role="admin").user)
    assert client.get(TODAY).url == reverse("outcomes:overview")


def test_today_asks_as_often_with_many_modules_and_coaches(clinician, enrollment, count_queries):
    clinician.get(TODAY)
    with count_queries() as few:
        clinician.get(TODAY)
    finish(enrollment)
    CohortStaffFactory.create_batch(4, cohort=enrollment.cohort)
    EnrollmentFactory.create_batch(5, cohort=enrollment.cohort)
    with count_queries() as many:
        clinician.get(TODAY)
    assert len(many) <= len(few)


# --- A consultant's Today ---


@pytest.fixture
def coach(client, enrollment):
    client.force_login(enrollment.coach)
    return client


def practice(client):
    return client.get(PRACTICE).context["today"]


def at(**ago):
    return datetime.now(UTC).replace(microsecond=0) - timedelta(**ago)


def book(enrollment, starts_at, **fields):
    return BookingFactory(
        enrollment=enrollment,
        coaching_session__coach=enrollment.coach,
        coaching_session__starts_at=starts_at,
        **fields,
    )


def test_the_next_session_is_one_that_is_not_over(coach, enrollment):
    book(enrollment, at(minutes=50))  # 45 minutes long
    running = book(
        EnrollmentFactory(cohort=enrollment.cohort, coach=enrollment.coach), at(hours=-2)
    )
    book(enrollment, at(days=-8))
    BookingFactory(enrollment=enrollment)  # a colleague's

    assert practice(coach).sessions == [running.coaching_session]


def test_a_running_session_is_still_there(coach, enrollment):
    booking = book(enrollment, at(minutes=20))

    assert practice(coach).sessions == [booking.coaching_session]


def test_who_canceled_is_not_named_with_the_session(coach, enrollment):
    booking = book(enrollment, at(hours=-2), state="cancelled")
    answer = coach.get(PRACTICE)

    assert answer.context["today"].sessions == [booking.coaching_session]
    assert enrollment.clinician.name not in answer.content.decode()


def test_a_session_without_an_outcome_asks_for_it(coach, enrollment):
    unmarked = book(enrollment, at(days=1))
    book(enrollment, at(days=2), state=Booking.State.ATTENDED)

    assert practice(coach).unmarked == [unmarked]


def test_cohorts_that_fall_quiet_are_counted_from_the_last_snapshot(coach, enrollment):
    EnrollmentFactory.create_batch(3, cohort=enrollment.cohort)
    assert practice(coach).attention == []  # no snapshot yet: nothing is computed on this page
    latest_snapshot(cohort=enrollment.cohort, now=timezone.now())

    (line,) = practice(coach).attention
    assert (line.cohort, line.text_key, line.count) == (enrollment.cohort, "no_show", 4)


def test_only_cohorts_one_looks_after_are_listed(coach, enrollment):
    CohortFactory()
    closed = CohortFactory(closed_at=timezone.now())
    CohortStaffFactory(cohort=closed, person=enrollment.coach)

    assert practice(coach).cohorts == [enrollment.cohort]


def test_it_is_for_the_practice(clinician):
    assert clinician.get(PRACTICE).status_code == 404


def test_it_asks_as_often_for_many_as_for_one(coach, enrollment, count_queries):
    book(enrollment, at(hours=-2))
    book(enrollment, at(days=1))
    coach.get(PRACTICE)
    with count_queries() as few:
        coach.get(PRACTICE)
    for day in range(3, 6):
        other = EnrollmentFactory(coach=enrollment.coach)
        CohortStaffFactory(cohort=other.cohort, person=enrollment.coach)
        book(other, at(days=-day))
        book(other, at(days=day))
        CohortSnapshot.objects.create(
            cohort=other.cohort,
            at=at(hours=3),
            taken_at=at(hours=3),
            aggregates={"states": {"behind": 2}},
        )
    with count_queries() as many:
        assert len(practice(coach).attention) == 3
    assert len(many) == len(few)


# --- Progress ---


def test_progress_is_her_own(clinician, enrollment):
    do_something(EnrollmentFactory(cohort=enrollment.cohort))
    finish(enrollment)
    book(enrollment, at(days=2), state=Booking.State.ATTENDED)
    book(enrollment, at(days=3), state=Booking.State.NO_SHOW)
    (part,) = clinician.get(PROGRESS).context["parts"]

    assert (part.enrollment, part.done, part.required) == (enrollment, 4, 4)
    assert part.sessions_attended == 1
    assert part.weeks in (2, 3)  # two weeks in; by the cohort's date it may be a day less
    assert [step["state"] for step in part.steps] == ["done", "done"]


def test_practice_counts_weeks_that_cannot_be_lost(clinician, enrollment):
    for days in (0, 7, 7):
        PracticeLog.objects.create(
            enrollment=enrollment,
            started_at=at(days=days, minutes=20),
            minutes=10,
            source="timer",
            key=uuid4(),
        )
    (part,) = clinician.get(PROGRESS).context["parts"]

    assert (part.weeks_practiced, part.minutes_practiced) == (2, 30)


def test_progress_stays_after_leaving(clinician, enrollment):
    enrollment.withdrawn_at = timezone.now()
    enrollment.save()

    assert [part.enrollment for part in clinician.get(PROGRESS).context["parts"]] == [enrollment]


def test_without_a_program_the_page_says_what_comes(client):
    client.force_login(UserFactory())

    assert client.get(PROGRESS).context["parts"] == []


def test_the_consultant_hears_of_people_whom_no_message_reaches(coach, enrollment):
    """Counted by person; the person's own page says so too."""
    organization = enrollment.cohort.engagement.organization
    organization.consultants.add(enrollment.coach)
    MembershipFactory(user=enrollment.clinician, organization=organization)
    for rule in ("24h", "1h"):
        MessageFactory(
            recipient=enrollment.clinician,
            rule=rule,
            state="failed",
            last_error_code="recipient_refused_550",
        )

    assert practice(coach).undeliverable == 1
    assert "1 person cannot be reached" in coach.get("/practice/").content.decode()
    page = coach.get(reverse("programs:enrollment_detail", args=[enrollment.public_id]))
    assert "Messages do not arrive" in page.content.decode()
