from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from coaching.models import Booking, CoachingSession, HoursEntry, TimeClaim
from coaching.services.attendance import mark, mark_group
from coaching.services.booking_states import cancel_enrollment
from coaching.services.bookings import book, cancel
from coaching.services.group_sessions import cancel_group, move_group, schedule_group
from coaching.tests.factories import (
    BookingPolicyFactory,
    CoachedEnrollmentFactory,
    SessionTypeFactory,
)
from notifications.models import Message
from programs.models import AttendanceRecord
from programs.tests.factories import EnrollmentFactory, LiveSlotFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)
TEN = datetime(2027, 6, 3, 10, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def enrollment():
    return CoachedEnrollmentFactory(
        cohort__engagement__coaching_hours=10,
        cohort__engagement__starts_on=date(2027, 1, 1),
        cohort__engagement__ends_on=date(2027, 12, 31),
    )


@pytest.fixture
def booking(enrollment):
    return book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session_type=SessionTypeFactory(length_min=60, step_min=30),
        start=TEN,
        idem_key=uuid4(),
        now=NOW,
    )


@pytest.fixture
def group(enrollment):
    """A live session of the program with three people in it; the contract pays it by session."""
    slot = LiveSlotFactory(
        cohort=enrollment.cohort, starts_at=TEN, ends_at=TEN + timedelta(minutes=90)
    )
    session = schedule_group(
        actor=enrollment.coach,
        cohort=enrollment.cohort,
        session_type=SessionTypeFactory(kind="group", capacity=12),
        coach=enrollment.coach,
        live_slot=slot,
        now=NOW,
    )
    people = [enrollment, *(EnrollmentFactory(cohort=enrollment.cohort) for _ in range(2))]
    for person in people:
        book(actor=person.clinician, enrollment=person, session=session, idem_key=uuid4(), now=NOW)
    session.refresh_from_db()
    return session


def refused(call, *args, **fields):
    with pytest.raises(ValidationError) as refusal:
        call(*args, **fields)
    return refusal.value.code


def entries(**where):
    return list(
        HoursEntry.objects.exclude(kind="purchase").filter(**where).values_list("kind", "minutes")
    )


@pytest.mark.parametrize(
    ("state", "used"),
    [("attended", True), ("no_show", True), ("late_cancel", True), ("clinical_duty", False)],
)
def test_a_mark_settles_the_hours(booking, state, used):
    actor = booking.coaching_session.coach
    marked = mark(actor=actor, booking=booking, state=state, expected_rev=1, now=TEN)
    assert (marked.state, marked.rev) == (state, 2)
    assert entries() == [("hold", -60), ("release", 60), *([("use", -60)] if used else [])]
    status = "held" if state in {"attended", "no_show"} else "cancelled"
    assert CoachingSession.objects.get().status == status


def test_marks_wait_for_the_start_and_end_after_a_week(booking):
    coach = booking.coaching_session.coach
    fields = {"actor": coach, "booking": booking, "state": "attended", "expected_rev": 1}
    assert refused(mark, **fields, now=TEN - timedelta(seconds=1)) == "not_started"
    assert refused(mark, **fields, now=TEN + 7 * DAY + timedelta(seconds=1)) == "too_late"
    assert refused(mark, **fields | {"expected_rev": 2}, now=TEN) == "stale"
    assert refused(
        mark, **fields | {"actor": booking.clinician, "state": "coach_cancel"}, now=TEN
    ) == ("invalid_state")


def test_a_correction_returns_hours_and_a_contradiction_is_noted(booking):
    coach = booking.coaching_session.coach
    mark(actor=coach, booking=booking, state="no_show", expected_rev=1, now=TEN + DAY)
    corrected = mark(
        actor=booking.clinician,
        booking=booking,
        state="clinical_duty",
        expected_rev=2,
        now=TEN + DAY,
    )
    assert corrected.disputed_at == TEN + DAY
    assert entries() == [("hold", -60), ("release", 60), ("use", -60), ("return", 60)]
    balance = HoursEntry.objects.balance()
    assert (balance.held, balance.used, balance.returned, balance.left) == (0, 60, 60, 600)


def test_a_session_that_took_place_after_all_is_held_and_used(booking):
    coach = booking.coaching_session.coach
    cancel(
        actor=booking.clinician, booking=booking, reason="clinical_duty", expected_rev=1, now=TEN
    )
    mark(actor=coach, booking=booking, state="attended", expected_rev=2, now=TEN + DAY)
    session = CoachingSession.objects.get()
    assert (session.status, session.taken) == ("held", 1)
    assert entries() == [("hold", -60), ("release", 60), ("use", -60)]


def test_correcting_oneself_is_no_dispute(booking):
    coach = booking.coaching_session.coach
    mark(actor=coach, booking=booking, state="no_show", expected_rev=1, now=TEN)
    corrected = mark(actor=coach, booking=booking, state="attended", expected_rev=2, now=TEN)
    assert corrected.disputed_at is None
    assert entries()[-1] == ("use", -60)


def test_a_contract_may_name_clinical_duty(enrollment):
    BookingPolicyFactory(
        engagement=enrollment.cohort.engagement, debit_states=["attended", "clinical_duty"]
    )
    booking = book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session_type=SessionTypeFactory(length_min=60, step_min=30),
        start=TEN,
        idem_key=uuid4(),
        now=NOW,
    )
    cancel(
        actor=enrollment.clinician, booking=booking, reason="clinical_duty", expected_rev=1, now=TEN
    )
    assert entries()[-1] == ("use", -60)


# --- groups -----------------------------------------------------------------------------------------


def test_a_group_is_held_once_for_the_contract(group):
    assert entries() == [("hold", -90)]
    assert (group.taken, group.location) == (3, "Room 4")
    claims = TimeClaim.objects.filter(active=True).values_list("kind", flat=True)
    assert sorted(claims) == ["coach", "participant", "participant", "participant"]


def test_nobody_takes_two_places(group, enrollment):
    again = {"actor": enrollment.clinician, "enrollment": enrollment, "session": group}
    code = refused(book, **again, idem_key=uuid4(), now=NOW)
    assert code in {"already_booked", "slot_taken"}


def test_a_place_is_for_the_cohort_only(group):
    stranger = EnrollmentFactory()
    code = refused(
        book,
        actor=stranger.clinician,
        enrollment=stranger,
        session=group,
        idem_key=uuid4(),
        now=NOW,
    )
    assert code == "not_open"


def test_the_last_to_leave_a_group_releases_its_hours(group):
    for booking in Booking.objects.order_by("pk"):
        assert entries() == [("hold", -90)]
        cancel(actor=booking.clinician, booking=booking, expected_rev=1, now=NOW)
    assert entries() == [("hold", -90), ("release", 90)]
    group.refresh_from_db()
    assert (group.taken, group.status) == (0, "scheduled")


def test_a_late_cancellation_that_was_clinical_duty_holds_the_hours_again(group):
    """The others still have their places ahead of them."""
    booking = Booking.objects.order_by("pk").first()
    for state, expected in (
        ("late_cancel", [("hold", -90), ("release", 90), ("use", -90)]),
        ("clinical_duty", [("return", 90), ("hold", -90)]),
    ):
        before = len(entries())
        mark(actor=booking.clinician, booking=booking, state=state, expected_rev=None, now=NOW)
        assert entries()[before if before > 1 else 0 :] == expected


def test_attendance_on_one_screen_reaches_the_program(group, enrollment):
    first, second, third = Booking.objects.order_by("pk")
    states = {
        first.pk: "attended",
        second.pk: "no_show",
        third.pk: "clinical_duty",
        10**9: "attended",
    }
    after = TEN + timedelta(hours=2)
    assert mark_group(actor=enrollment.coach, session=group, states=states, now=after) == 3
    assert mark_group(actor=enrollment.coach, session=group, states=states, now=after) == 0
    assert list(Booking.objects.order_by("pk").values_list("state", flat=True)) == [
        "attended",
        "no_show",
        "clinical_duty",
    ]
    records = AttendanceRecord.objects.filter(superseded_at=None).order_by("enrollment")
    assert [record.status for record in records] == ["present", "absent", "excused"]
    assert entries() == [("hold", -90), ("release", 90), ("use", -90)]
    group.refresh_from_db()
    assert group.status == "held"


def test_one_bad_mark_marks_nobody(group, enrollment):
    first, second, _ = Booking.objects.order_by("pk")
    states = {first.pk: "attended", second.pk: "cancelled"}
    assert refused(mark_group, actor=enrollment.coach, session=group, states=states, now=TEN) == (
        "invalid_state"
    )
    assert set(Booking.objects.values_list("state", flat=True)) == {"booked"}


def test_moving_a_group_moves_everyone_and_the_program_s_session(group, enrollment):
    later = TEN + DAY
    moved = move_group(actor=enrollment.coach, session=group, start=later, expected_rev=1, now=NOW)
    assert (moved.starts_at, moved.rev, moved.ics_seq) == (later, 2, 1)
    group.live_slot.refresh_from_db()
    assert group.live_slot.starts_at == later
    assert set(Booking.objects.values_list("rev", "ics_seq")) == {(2, 1)}
    assert Message.objects.filter(kind="coaching.booking_moved", state="pending").count() == 3
    assert set(
        TimeClaim.objects.filter(kind="participant").values_list("span__startswith", flat=True)
    ) == {later}


def test_canceling_a_group_frees_everyone_without_debit(group, enrollment):
    cancel_group(actor=enrollment.coach, session=group, expected_rev=1, now=NOW)
    assert set(Booking.objects.values_list("state", flat=True)) == {"coach_cancel"}
    assert TimeClaim.objects.filter(active=True).count() == 0
    assert entries() == [("hold", -90), ("release", 90)]
    group.live_slot.refresh_from_db()
    assert group.live_slot.state == "cancelled"
    assert Message.objects.filter(kind="coaching.booking_canceled", state="pending").count() == 3


def test_a_coach_leads_one_group_at_a_time(group, enrollment):
    code = refused(
        schedule_group,
        actor=enrollment.coach,
        cohort=enrollment.cohort,
        session_type=SessionTypeFactory(kind="group", capacity=3),
        coach=enrollment.coach,
        start=TEN + timedelta(minutes=30),
        now=NOW,
    )
    assert code == "slot_taken"


def test_leaving_the_program_frees_the_future_and_costs_nothing(booking, enrollment):
    assert cancel_enrollment(enrollment=enrollment, actor=None, now=NOW) == 1
    booking.refresh_from_db()
    assert booking.state == "cancelled"
    assert entries() == [("hold", -60), ("release", 60)]
    assert cancel_enrollment(enrollment=enrollment, actor=None, now=NOW) == 0
