"""A coach's own calendar holds our sessions too, by our invitations: they must not block themselves."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from coaching.models import Booking
from coaching.services.bookings import book, move
from coaching.services.calendar_fetches import read_one
from coaching.services.calendar_sources import add_upload
from coaching.services.slots import find_open_slots
from coaching.tests.factories import CoachedEnrollmentFactory, SessionTypeFactory

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2027, 5, 10, 6, tzinfo=UTC)  # a Monday
TEN = datetime(2027, 5, 12, 10, tzinfo=UTC)


def read(coach, *spans: tuple[datetime, int]) -> None:
    """Read a busy calendar of these starts and minutes."""
    lines = ["BEGIN:VCALENDAR"]
    for at, (start, minutes) in enumerate(spans):
        lines += ["BEGIN:VEVENT", f"UID:{at}", f"DTSTART:{start:%Y%m%dT%H%M%SZ}"]
        lines += [f"DURATION:PT{minutes}M", "END:VEVENT"]
    data = "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()
    source = add_upload(person=coach, kind="busy", data=data, now=NOW)
    assert read_one(source_id=source.pk, now=NOW)


@pytest.fixture
def booking() -> Booking:
    enrollment = CoachedEnrollmentFactory(cohort__engagement__coaching_hours=10)
    return book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session_type=SessionTypeFactory(length_min=60, step_min=30, buffer_after_min=0),
        start=TEN,
        idem_key=uuid4(),
        now=NOW,
    )


def move_by_half_an_hour(booking: Booking) -> Booking:
    return move(
        actor=booking.clinician,
        booking=booking,
        start=TEN + timedelta(minutes=30),
        expected_rev=booking.rev,
        idem_key=uuid4(),
        now=NOW,
    )


def test_a_session_in_the_coach_s_calendar_can_be_moved_by_half_an_hour(booking):
    read(booking.coaching_session.coach, (TEN, 60))

    moved = move_by_half_an_hour(booking)

    assert moved.coaching_session.span.lower == TEN + timedelta(minutes=30)


def test_what_follows_it_in_the_calendar_still_blocks(booking):
    read(booking.coaching_session.coach, (TEN, 90))  # ours, and half an hour of something else

    with pytest.raises(ValidationError) as refusal:
        move_by_half_an_hour(booking)
    assert refusal.value.error_list[0].code == "slot_taken"


def test_it_blocks_everything_but_its_own_move(booking):
    read(booking.coaching_session.coach, (TEN, 60), (TEN + timedelta(hours=3), 60))
    session = booking.coaching_session
    days = find_open_slots(
        enrollment=booking.enrollment,
        session_type=session.session_type,
        now=NOW,
        first_day=TEN.date(),
        days=1,
    )
    starts = {slot.starts_at for day in days for slot in day.slots}
    assert TEN + timedelta(hours=1) in starts
    assert not {TEN, TEN + timedelta(minutes=30), TEN + timedelta(hours=3)} & starts
