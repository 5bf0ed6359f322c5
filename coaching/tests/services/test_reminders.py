"""Which rows a booking owes. Sending them is tested where the outbox lives."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from coaching.services.bookings import book, cancel, move
from coaching.tests.factories import CoachedEnrollmentFactory, SessionTypeFactory
from notifications.kinds import get_kind
from notifications.models import Message

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)
TEN = datetime(2027, 6, 3, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def enrollment():
    return CoachedEnrollmentFactory(
        cohort__engagement__starts_on=date(2027, 1, 1),
        cohort__engagement__ends_on=date(2027, 12, 31),
    )


@pytest.fixture
def kind():
    return SessionTypeFactory(length_min=60, step_min=30)


def book_at(enrollment, kind, start, now=NOW):
    return book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session_type=kind,
        start=start,
        idem_key=uuid4(),
        now=now,
    )


def rows(*states):
    found = Message.objects.filter(state__in=states or ["pending"]).order_by("due_at", "pk")
    return [(row.kind.partition(".")[2], row.rule, row.subject_rev) for row in found]


def test_a_booking_owes_two_confirmations_and_two_reminders(enrollment, kind):
    booking = book_at(enrollment, kind, TEN)
    news = Message.objects.filter(kind="coaching.booking_confirmed")
    assert {row.recipient for row in news} == {enrollment.clinician, enrollment.coach}
    assert {row.due_at for row in news} == {NOW}
    reminders = Message.objects.filter(kind="coaching.session_reminder").order_by("due_at")
    assert [(row.rule, row.recipient, row.due_at, row.not_after) for row in reminders] == [
        ("24h", enrollment.clinician, TEN - 24 * HOUR, TEN - 6 * HOUR),
        ("1h", enrollment.clinician, TEN - HOUR, TEN - HOUR / 4),
    ]
    assert {row.subject_id for row in Message.objects.all()} == {booking.pk}
    assert {row.subject_kind for row in Message.objects.all()} == {"coaching.booking"}


def test_leads_come_from_the_settings(enrollment, kind, settings):
    settings.REMINDER_LEAD_TIMES_HOURS = [2]
    book_at(enrollment, kind, TEN)
    reminder = Message.objects.get(kind="coaching.session_reminder")
    assert (reminder.rule, reminder.due_at) == ("2h", TEN - 2 * HOUR)


def test_a_repeated_request_owes_nothing_more(enrollment, kind):
    key = uuid4()
    for _ in range(2):
        book(
            actor=enrollment.clinician,
            enrollment=enrollment,
            session_type=kind,
            start=TEN,
            idem_key=key,
            now=NOW,
        )
    assert Message.objects.count() == 4


def test_booked_inside_the_lead_skips_that_reminder(enrollment, kind):
    book_at(enrollment, kind, TEN, now=TEN - 23 * HOUR)
    assert rows("skipped_late") == [("session_reminder", "24h", 1)]
    assert ("session_reminder", "1h", 1) in rows()


def test_row_15_b_a_move_to_sooner(enrollment, kind):
    """Booked at T for T + 30 h, moved at T + 5 h to T + 10 h: 24 h skipped, 1 h due at T + 9 h."""
    booking = book_at(enrollment, kind, NOW + 30 * HOUR)
    move(
        actor=enrollment.coach,
        booking=booking,
        start=NOW + 10 * HOUR,
        expected_rev=1,
        idem_key=uuid4(),
        now=NOW + 5 * HOUR,
    )
    assert rows("skipped_late") == [("session_reminder", "24h", 2)]
    assert rows() == [
        ("booking_moved", "moved", 2),
        ("booking_moved", "moved", 2),
        ("session_reminder", "1h", 2),
    ]
    assert Message.objects.get(rule="1h", subject_rev=2).due_at == NOW + 9 * HOUR
    assert len(rows("superseded")) == 4


def test_row_15_c_a_move_after_the_reminder_was_sent_reminds_again(enrollment, kind):
    booking = book_at(enrollment, kind, TEN)
    Message.objects.filter(rule="24h").update(state="sent")
    moved = move(
        actor=enrollment.coach,
        booking=booking,
        start=TEN + 48 * HOUR,
        expected_rev=1,
        idem_key=uuid4(),
        now=TEN - 20 * HOUR,
    )
    assert ("session_reminder", "24h", moved.rev) in rows()


def test_row_15_a_a_cancellation_takes_everything_back(enrollment, kind):
    booking = book_at(enrollment, kind, TEN)
    claimed = Message.objects.get(rule="24h")
    cancel(actor=enrollment.clinician, booking=booking, expected_rev=1, now=NOW)
    assert rows() == [("booking_canceled", "canceled", 2)] * 2
    assert len(rows("superseded")) == 4
    # Had a dispatcher claimed it a moment before: it asks again before sending.
    assert get_kind(claimed.kind).current(claimed) is False


def test_current_asks_for_the_same_revision(enrollment, kind):
    booking = book_at(enrollment, kind, TEN)
    reminder = Message.objects.get(rule="1h")
    current = get_kind(reminder.kind).current
    assert current(reminder) is True
    booking.rev += 1
    booking.save()
    assert current(reminder) is False


def test_the_reconciler_expects_exactly_the_reminders_of_near_live_bookings(enrollment, kind):
    booking = book_at(enrollment, kind, TEN)
    book_at(enrollment, kind, TEN + 480 * HOUR)
    gone = book_at(enrollment, kind, TEN + 3 * HOUR)
    cancel(actor=enrollment.clinician, booking=gone, expected_rev=1, now=NOW)
    expected = list(get_kind("coaching.session_reminder").expected(TEN - 30 * HOUR))
    assert [(owed.subject, owed.rule, owed.due_at) for owed in expected] == [
        (booking, "24h", TEN - 24 * HOUR),
        (booking, "1h", TEN - HOUR),
    ]
    assert list(get_kind("coaching.booking_moved").expected(NOW)) == []
