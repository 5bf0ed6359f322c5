"""Row 8 of scheduling.md, and the ways in which other waitlists got stuck or were jumped."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from coaching.models import Booking, CoachingSession, TimeClaim, WaitlistEntry
from coaching.services.booking_states import cancel_enrollment
from coaching.services.bookings import book, cancel
from coaching.services.conflicts import declare_conflict
from coaching.services.group_sessions import cancel_group, change_group, move_group, schedule_group
from coaching.services.waitlist import (
    answer_offer,
    join_waitlist,
    leave_waitlist,
    pass_on_due_offers,
)
from coaching.tests.factories import CoachedEnrollmentFactory, SessionTypeFactory
from notifications.models import DeliveryPreference, Message
from programs.tests.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 1, 9, tzinfo=UTC)
TEN = datetime(2027, 6, 3, 10, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def cohort():
    return CoachedEnrollmentFactory(
        cohort__engagement__starts_on=date(2027, 1, 1),
        cohort__engagement__ends_on=date(2027, 12, 31),
        clinician__time_zone="UTC",
    ).cohort


@pytest.fixture
def group(cohort):
    """Two places on Thursday at ten."""
    coach = cohort.coaches()[0]
    return schedule_group(
        actor=coach,
        cohort=cohort,
        session_type=SessionTypeFactory(kind="group", capacity=2, uses_hours=False),
        coach=coach,
        start=TEN,
        now=NOW,
    )


@pytest.fixture
def people(cohort):
    return [EnrollmentFactory(cohort=cohort, clinician__time_zone="UTC") for _ in range(6)]


def sit(enrollment, session, now=NOW):
    return book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session=session,
        idem_key=uuid4(),
        now=now,
    )


def wait(enrollment, session, now=NOW):
    return join_waitlist(
        actor=enrollment.clinician, enrollment=enrollment, session=session, now=now
    )


def leave(booking, now=NOW):
    cancel(actor=booking.clinician, booking=booking, expected_rev=None, now=now)


def take(entry, now=NOW):
    return answer_offer(actor=entry.clinician, entry=entry, accept=True, now=now)


def refused(call, *args, **kwargs):
    with pytest.raises(ValidationError) as refusal:
        call(*args, **kwargs)
    return refusal.value.code


def state(entry):
    entry.refresh_from_db()
    return entry.state


def check_places(session):
    """Taken places are live bookings plus live offers."""
    session.refresh_from_db()
    booked = Booking.objects.live().filter(coaching_session=session).count()
    offered = WaitlistEntry.objects.filter(coaching_session=session, state="offered").count()
    assert session.taken == booked + offered <= session.capacity


@pytest.fixture
def full(group, people):
    """Both places taken, two people wait."""
    bookings = [sit(person, group) for person in people[:2]]
    entries = [wait(person, group, NOW + MINUTE * n) for n, person in enumerate(people[2:4])]
    return bookings, entries


def test_a_place_that_comes_free_is_offered_to_the_first_and_no_walk_in_gets_it(
    group, people, full
):
    bookings, (first, second) = full
    leave(bookings[0], NOW + HOUR)

    assert (state(first), state(second)) == ("offered", "waiting")
    assert first.offer_expires_at == NOW + 5 * HOUR
    assert refused(sit, people[4], group, NOW + HOUR) == "full"
    check_places(group)
    mails = Message.objects.filter(kind="coaching.place_offered")
    assert [(mail.recipient_id, mail.not_after) for mail in mails] == [
        (first.clinician_id, NOW + 5 * HOUR)
    ]


def test_taking_the_place_books_it_once(group, full):
    bookings, (first, _second) = full
    leave(bookings[0])
    booking = take(first)
    assert booking.state == "booked"
    assert state(first) == "accepted"
    assert TimeClaim.objects.filter(booking=booking, active=True).count() == 1
    assert take(first) == booking  # a second tap
    check_places(group)
    assert Message.objects.filter(kind="coaching.booking_confirmed", subject_id=booking.pk).exists()


def test_an_offer_is_live_until_the_instant_it_ends(group, full):
    bookings, (first, second) = full
    leave(bookings[0])
    end = NOW + 4 * HOUR
    assert pass_on_due_offers(now=end - timedelta(microseconds=1)) == 0
    assert refused(take, first, end) == "offer_over"
    assert pass_on_due_offers(now=end) == 1
    assert (state(first), state(second)) == ("expired", "offered")
    assert second.offer_expires_at == end + 4 * HOUR
    assert pass_on_due_offers(now=end) == 0
    check_places(group)


def test_whoever_touches_the_session_passes_lapsed_offers_on(group, people, full):
    bookings, (first, second) = full
    leave(bookings[0])
    leave(bookings[1])
    later = NOW + 4 * HOUR
    assert sit(people[4], group, later).state == "booked"  # both offers lapsed, nobody else waits
    assert (state(first), state(second)) == ("expired", "expired")
    check_places(group)


def test_declining_passes_it_on_at_once(group, full):
    bookings, (first, second) = full
    leave(bookings[0])
    assert answer_offer(actor=first.clinician, entry=first, accept=False, now=NOW) is None
    assert (state(first), state(second)) == ("declined", "offered")
    assert refused(take, first) == "offer_over"
    check_places(group)


def test_leaving_the_list_while_a_place_is_offered_passes_it_on(group, full):
    """As moodle-mod_booking#1073: the place must not hang on somebody who is gone."""
    bookings, (first, second) = full
    leave(bookings[0])
    leave_waitlist(actor=first.clinician, entry=first, now=NOW)
    assert (state(first), state(second)) == ("left", "offered")
    check_places(group)


def test_two_places_free_at_once_go_to_two_people_in_order(group, people, full):
    """As moodle-mod_booking#693 and #986: nobody stays waiting beside a free place."""
    bookings, (first, second) = full
    third = wait(people[4], group, NOW + 5 * MINUTE)
    for booking in bookings:
        leave(booking, NOW + HOUR)
    assert [state(entry) for entry in (first, second, third)] == ["offered", "offered", "waiting"]
    check_places(group)


def test_more_places_go_to_those_who_wait(group, full):
    _bookings, (first, second) = full
    change_group(
        actor=group.coach,
        session=group,
        capacity=3,
        location="Room 4",
        shows_roster=False,
        allows_hierarchy=False,
        expected_rev=group.rev,
        now=NOW,
    )
    assert (state(first), state(second)) == ("offered", "waiting")
    check_places(group)
    group.refresh_from_db()
    assert (group.rev, group.ics_seq) == (2, 1)
    assert Message.objects.pending().filter(kind="coaching.booking_moved").count() == 2


def test_fewer_places_than_people_are_refused(group, full):
    code = refused(
        change_group,
        actor=group.coach,
        session=group,
        capacity=1,
        location="",
        shows_roster=False,
        allows_hierarchy=False,
        expected_rev=1,
        now=NOW,
    )
    assert code == "too_small"


def test_priority_goes_before_time(group, people, full):
    bookings, (first, _second) = full
    urgent = join_waitlist(
        actor=group.coach, enrollment=people[4], session=group, priority=1, now=NOW + HOUR
    )
    leave(bookings[0], NOW + HOUR)
    assert (state(urgent), state(first)) == ("offered", "waiting")


def test_half_an_hour_before_the_start_the_place_is_simply_free(group, people, full):
    bookings, (first, _second) = full
    late = TEN - 30 * MINUTE
    leave(bookings[0], late)
    assert state(first) == "waiting"
    group.refresh_from_db()
    assert group.taken == 1
    assert sit(people[4], group, late).state == "booked"


def test_the_deadline_waits_for_the_morning(group, people, full):
    bookings, (first, _second) = full
    DeliveryPreference.objects.create(
        person=first.clinician, is_quiet=True, quiet_from_min=21 * 60, quiet_until_min=8 * 60
    )
    leave(bookings[0], datetime(2027, 6, 1, 18, tzinfo=UTC))
    first.refresh_from_db()
    assert first.offer_expires_at == datetime(2027, 6, 2, 8, tzinfo=UTC)


def test_a_clash_with_the_own_diary_refuses_and_the_offer_stays(group, people, full, cohort):
    bookings, (first, _second) = full
    other = schedule_group(
        actor=group.coach,
        cohort=cohort,
        session_type=SessionTypeFactory(kind="group", capacity=5, uses_hours=False),
        coach=CoachedEnrollmentFactory().coach,
        start=TEN,
        now=NOW,
    )
    mine = sit(first.enrollment, other)
    leave(bookings[0])
    assert refused(take, first) == "clinician_busy"
    assert state(first) == "offered"
    leave(mine)
    assert take(first).state == "booked"


def test_who_has_an_offer_may_also_book_as_everybody_does(group, full):
    bookings, (first, _second) = full
    leave(bookings[0])
    assert sit(first.enrollment, group).state == "booked"
    assert state(first) == "accepted"
    check_places(group)


def test_waiting_needs_a_full_group_and_no_place_of_ones_own(group, people):
    assert refused(wait, people[0], group) == "not_full"
    sit(people[0], group)
    sit(people[1], group)
    assert refused(wait, people[0], group) == "already_booked"
    entry = wait(people[2], group)
    assert wait(people[2], group) == entry
    assert refused(wait, people[3], group, TEN) == "already_started"


def test_a_canceled_group_closes_its_waitlist(group, full):
    bookings, (first, second) = full
    leave(bookings[0])
    group.refresh_from_db()
    cancel_group(actor=group.coach, session=group, expected_rev=group.rev, now=NOW)
    assert (state(first), state(second)) == ("closed", "closed")
    group.refresh_from_db()
    assert (group.taken, group.status) == (0, "cancelled")
    assert Message.objects.pending().filter(kind="coaching.place_offered").count() == 0
    assert refused(take, first) == "offer_over"


def test_a_moved_group_moves_the_end_of_its_offers(group, full):
    bookings, (first, _second) = full
    leave(bookings[0], NOW + HOUR)
    group.refresh_from_db()
    start = NOW + 4 * HOUR
    move_group(actor=group.coach, session=group, start=start, expected_rev=1, now=NOW + HOUR)
    first.refresh_from_db()
    assert first.offer_expires_at == start - 30 * MINUTE
    live = Message.objects.pending().filter(kind="coaching.place_offered")
    assert [message.subject_rev for message in live] == [first.rev]
    check_places(group)


def test_who_leaves_the_program_leaves_the_list(group, full):
    bookings, (first, second) = full
    leave(bookings[0])
    cancel_enrollment(enrollment=first.enrollment, actor=None, now=NOW)
    assert (state(first), state(second)) == ("left", "offered")
    check_places(group)


def test_who_supervises_somebody_gets_no_place_beside_them(group, people):
    boss, nurse = people[0], people[1]
    declare_conflict(
        person=boss.clinician, other=nurse.clinician, kind="supervises", by=group.coach
    )
    sit(boss, group)
    with pytest.raises(ValidationError) as refusal:
        sit(nurse, group)
    assert refusal.value.code == "another_group"
    words = str(refusal.value.messages[0])
    assert boss.clinician.name not in words
    assert "supervis" not in words.lower()
    CoachingSession.objects.update(allows_hierarchy=True)
    assert sit(nurse, group).state == "booked"


def test_a_waiter_is_passed_over_while_the_guard_speaks_and_keeps_the_turn(group, people, full):
    bookings, (first, second) = full
    declare_conflict(
        person=bookings[1].clinician, other=first.clinician, kind="evaluates", by=group.coach
    )
    leave(bookings[0])
    assert (state(first), state(second)) == ("waiting", "offered")
    leave(bookings[1])
    assert state(first) == "offered"
    check_places(group)
