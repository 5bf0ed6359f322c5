"""One place of one person: booking, moving, canceling. PostgreSQL is real, the clock is given."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import UserFactory
from coaching.models import Booking, CoachingSession, HoursEntry, IdempotencyKey, TimeClaim
from coaching.services.bookings import book, cancel, move
from coaching.services.slots import find_open_slots
from coaching.tests.factories import (
    AvailabilityScheduleFactory,
    BookingPolicyFactory,
    CoachedEnrollmentFactory,
    SessionTypeFactory,
)
from programs.tests.factories import CohortStaffFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)
TEN = datetime(2027, 6, 3, 10, tzinfo=UTC)


@pytest.fixture
def enrollment():
    """A clinician with her coach, who works 08:00 to 18:00 UTC, under a contract of 10 hours."""
    return CoachedEnrollmentFactory(
        cohort__engagement__coaching_hours=10,
        cohort__engagement__starts_on=date(2027, 1, 1),
        cohort__engagement__ends_on=date(2027, 12, 31),
    )


@pytest.fixture
def kind():
    return SessionTypeFactory(length_min=60, step_min=30, buffer_before_min=10, buffer_after_min=20)


def book_at(enrollment, kind, start=TEN, **fields):
    defaults = {"actor": enrollment.clinician, "idem_key": uuid4(), "now": NOW}
    return book(enrollment=enrollment, session_type=kind, start=start, **(defaults | fields))


def refused(call, *args, **fields):
    with pytest.raises(ValidationError) as refusal:
        call(*args, **fields)
    return refusal.value.code


def ledger(booking):
    rows = HoursEntry.objects.filter(booking=booking).values_list("kind", "minutes")
    return list(rows)


def balance(enrollment):
    return HoursEntry.objects.filter(engagement=enrollment.cohort.engagement).balance()


def test_a_booking_is_session_claims_hours_and_event_at_once(enrollment, kind):
    booking = book_at(enrollment, kind)

    session = booking.coaching_session
    assert (booking.state, booking.rev, session.taken, session.capacity) == ("booked", 1, 1, 1)
    assert (session.starts_at, session.length_min, session.wall_start, session.wall_zone) == (
        TEN,
        60,
        "2027-06-03T10:00",
        "UTC",
    )
    assert session.location.startswith("https://meet.example/")
    assert "{" not in session.location
    spans = {claim.person_id: claim.span for claim in TimeClaim.objects.filter(active=True)}
    coach = spans[enrollment.coach_id]
    assert (coach.lower, coach.upper) == (
        TEN - timedelta(minutes=10),
        TEN + timedelta(minutes=80),
    )
    own = spans[enrollment.clinician_id]
    assert (own.lower, own.upper) == (TEN, TEN + timedelta(minutes=60))
    assert ledger(booking) == [("hold", -60)]
    assert balance(enrollment) == (600, 60, 0, 0)
    assert balance(enrollment).left == 540
    assert list(booking.events.values_list("rev", "from_state", "to_state")) == [(1, "", "booked")]


def test_a_booked_time_is_no_longer_offered(enrollment, kind):
    book_at(enrollment, kind)
    days = find_open_slots(
        enrollment=enrollment, session_type=kind, now=NOW, first_day=TEN.date(), days=1
    )
    # Its buffers and those of the next meeting stack: 09:50 to 11:20 is claimed.
    assert [slot.starts_at.hour * 100 + slot.starts_at.minute for slot in days[0].slots] == [
        800,
        830,
        1130,
        1200,
        1230,
        1300,
        1330,
        1400,
        1430,
        1500,
        1530,
        1600,
        1630,
        1700,
    ]


def test_the_same_key_returns_the_first_booking(enrollment, kind):
    key = uuid4()
    first = book_at(enrollment, kind, idem_key=key)
    assert book_at(enrollment, kind, idem_key=key) == first
    assert Booking.objects.count() == 1
    late = TEN + timedelta(hours=3)
    assert refused(book_at, enrollment, kind, late, idem_key=key) == "key_reused"


def test_a_refusal_leaves_nothing_behind_not_even_its_key(enrollment, kind):
    key = uuid4()
    assert refused(book_at, enrollment, kind, TEN.replace(hour=20), idem_key=key) == "slot_taken"
    assert (IdempotencyKey.objects.count(), CoachingSession.objects.count()) == (0, 0)
    assert book_at(enrollment, kind, idem_key=key).state == "booked"


def test_refusals_name_their_reason(enrollment, kind):
    assert refused(book_at, enrollment, kind, NOW + timedelta(minutes=59)) == "too_late"
    assert refused(book_at, enrollment, kind, TEN + timedelta(days=61)) == "beyond_horizon"
    assert (
        refused(book_at, enrollment, kind, TEN + timedelta(minutes=7)) == "slot_taken"
    )  # off grid
    assert refused(book_at, enrollment, kind, coach=UserFactory()) == "no_coach"
    kind.horizon_days = 900
    kind.save()
    assert refused(book_at, enrollment, kind, TEN.replace(year=2028)) == "outside_contract"


def test_notice_is_inclusive_to_the_millisecond(enrollment, kind):
    """Row 11."""
    kind.notice_min = 240
    kind.save()
    late = TEN - timedelta(hours=4) + timedelta(milliseconds=1)
    assert refused(book_at, enrollment, kind, now=late) == "too_late"
    assert book_at(enrollment, kind, now=TEN - timedelta(hours=4)).state == "booked"


def test_a_clinician_is_in_one_place_at_a_time(enrollment, kind):
    second = CohortStaffFactory(cohort=enrollment.cohort).person
    AvailabilityScheduleFactory(coach=second)
    book_at(enrollment, kind, coach=enrollment.coach)
    half_past = TEN + timedelta(minutes=30)
    assert refused(book_at, enrollment, kind, half_past, coach=second) == "clinician_busy"


def test_the_own_coach_comes_first_then_the_least_booked(enrollment, kind):
    people = [CohortStaffFactory(cohort=enrollment.cohort).person for _ in range(2)]
    for person in people:
        AvailabilityScheduleFactory(coach=person)
    others = [
        CoachedEnrollmentFactory._meta.model.objects.create(
            cohort=enrollment.cohort,
            clinician=UserFactory(),
            accepted_at=enrollment.accepted_at,
            consent=enrollment.consent,
        )
        for _ in range(2)
    ]
    assert book_at(enrollment, kind).coaching_session.coach == enrollment.coach
    busy = book_at(others[0], kind, coach=people[0])
    assert busy.coaching_session.coach == people[0]
    taken = book_at(others[1], kind, TEN + timedelta(hours=4))
    assert taken.coaching_session.coach == people[1]


def test_only_a_live_enrollment_books(enrollment, kind):
    enrollment.withdrawn_at = NOW
    enrollment.save()
    assert refused(book_at, enrollment, kind) == "not_enrolled"


def test_hours_are_never_overdrawn(enrollment, kind):
    engagement = enrollment.cohort.engagement
    engagement.coaching_hours = 1
    engagement.save()
    book_at(enrollment, kind)
    later = TEN + timedelta(hours=4)
    assert refused(book_at, enrollment, kind, later) == "no_hours"
    engagement.coaching_hours = 2
    engagement.save()
    book_at(enrollment, kind, later)
    assert balance(enrollment).left == 0


def test_a_first_talk_uses_no_hours(enrollment):
    engagement = enrollment.cohort.engagement
    engagement.coaching_hours = 0
    engagement.save()
    intro = SessionTypeFactory(kind="intro", uses_hours=False, length_min=20)
    assert ledger(book_at(enrollment, intro)) == []


def test_a_contract_limits_sessions_per_period(enrollment, kind):
    engagement = enrollment.cohort.engagement
    BookingPolicyFactory(engagement=engagement, max_sessions=1, period_days=7)
    book_at(enrollment, kind)
    assert refused(book_at, enrollment, kind, TEN + timedelta(days=6)) == "cap_reached"
    assert book_at(enrollment, kind, TEN + timedelta(days=7)).state == "booked"


def test_a_booking_keeps_the_rules_it_was_made_under(enrollment, kind):
    booking = book_at(enrollment, kind)
    BookingPolicyFactory(
        engagement=enrollment.cohort.engagement, debit_states=["clinical_duty"], max_moves=0
    )
    booking.refresh_from_db()
    assert booking.rules.max_moves == 3
    assert not booking.rules.debits("clinical_duty")


def test_a_type_with_approval_starts_as_a_request_that_owns_the_time(enrollment, kind):
    kind.needs_approval = True
    kind.save()
    booking = book_at(enrollment, kind)
    assert booking.state == "requested"
    assert TimeClaim.objects.filter(active=True).count() == 2
    assert ledger(booking) == [("hold", -60)]


# --- move -------------------------------------------------------------------------------------------


def move_to(booking, start, **fields):
    defaults = {
        "actor": booking.clinician,
        "expected_rev": booking.rev,
        "idem_key": uuid4(),
        "now": NOW,
    }
    return move(booking=booking, start=start, **(defaults | fields))


def test_a_move_keeps_the_booking_and_raises_its_revision(enrollment, kind):
    booking = book_at(enrollment, kind)
    session = booking.coaching_session
    half_past = TEN + timedelta(minutes=30)

    moved = move_to(booking, half_past)  # overlaps its own old time

    moved.refresh_from_db()
    assert moved.pk == booking.pk
    assert (moved.rev, moved.ics_seq, moved.move_count) == (2, 1, 1)
    assert moved.ics_uid == booking.ics_uid
    after = CoachingSession.objects.get()
    assert (after.starts_at, after.ics_seq, after.location) == (half_past, 1, session.location)
    assert after.ics_uid == session.ics_uid
    spans = {claim.kind: claim.span.lower for claim in TimeClaim.objects.filter(active=True)}
    assert spans == {"coach": half_past - timedelta(minutes=10), "participant": half_past}
    assert ledger(booking) == [("hold", -60)]


def test_a_move_follows_the_contract(enrollment, kind):
    booking = book_at(enrollment, kind)
    later = TEN + timedelta(days=2)
    inside = TEN - timedelta(hours=23)
    assert refused(move_to, booking, later, expected_rev=9) == "stale"
    assert refused(move_to, booking, later, now=inside) == "inside_notice"
    assert refused(move_to, booking, TEN.replace(hour=3)) == "slot_taken"
    assert move_to(booking, later, now=inside, reason="clinical_duty").rev == 2


def test_moves_are_counted_for_clinicians_and_free_for_coaches(enrollment, kind):
    booking = book_at(enrollment, kind)
    for day in (1, 2, 3):
        booking = move_to(booking, TEN + timedelta(days=day))
    assert refused(move_to, booking, TEN + timedelta(days=5)) == "too_many_moves"
    moved = move_to(
        booking, TEN + timedelta(days=5), actor=enrollment.coach, now=TEN + timedelta(days=2)
    )
    assert (moved.rev, moved.move_count) == (5, 3)


def test_a_repeated_move_is_one_move(enrollment, kind):
    booking = book_at(enrollment, kind)
    key = uuid4()
    move_to(booking, TEN + timedelta(days=1), expected_rev=1, idem_key=key)
    assert move_to(booking, TEN + timedelta(days=1), expected_rev=1, idem_key=key).rev == 2


# --- cancel -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours_before", "reason", "by_coach", "state", "entries"),
    [
        (24, "", False, "cancelled", [("hold", -60), ("release", 60)]),
        (23, "", False, "late_cancel", [("hold", -60), ("release", 60), ("use", -60)]),
        (23, "clinical_duty", False, "clinical_duty", [("hold", -60), ("release", 60)]),
        (-47, "clinical_duty", False, "clinical_duty", [("hold", -60), ("release", 60)]),
        (1, "", True, "coach_cancel", [("hold", -60), ("release", 60)]),
    ],
)
def test_when_and_why_decide_the_state(
    enrollment, kind, hours_before, reason, by_coach, state, entries
):
    booking = book_at(enrollment, kind)
    actor = enrollment.coach if by_coach else enrollment.clinician

    ended = cancel(
        actor=actor,
        booking=booking,
        reason=reason,
        expected_rev=1,
        now=TEN - timedelta(hours=hours_before),
    )

    assert (ended.state, ended.rev, ended.ics_seq) == (state, 2, 1)
    assert ledger(booking) == entries
    assert TimeClaim.objects.filter(active=True).count() == 0
    session = CoachingSession.objects.get()
    assert (session.status, session.taken, session.ics_seq) == ("cancelled", 0, 1)
    assert booking.events.last().reason == reason


def test_a_canceled_time_is_free_again(enrollment, kind):
    booking = book_at(enrollment, kind)
    cancel(actor=enrollment.clinician, booking=booking, expected_rev=1, now=NOW)
    assert book_at(enrollment, kind).pk != booking.pk


def test_an_ended_booking_cannot_be_canceled_or_moved(enrollment, kind):
    booking = book_at(enrollment, kind)
    fields = {"actor": enrollment.clinician, "booking": booking, "now": NOW}
    assert refused(cancel, **fields, expected_rev=7) == "stale"
    cancel(**fields, expected_rev=1)
    assert refused(cancel, **fields, expected_rev=2) == "not_live"
    assert refused(move_to, booking, TEN, expected_rev=2) == "not_live"
