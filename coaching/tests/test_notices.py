"""What the mails say: true times in the recipient's zone, nothing that others should not read."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from icalendar import Calendar

from accounts.tests.factories import UserFactory
from coaching.notices.wording import distance, one_line
from coaching.services.bookings import book, cancel, move
from coaching.tests.factories import CoachedEnrollmentFactory, SessionTypeFactory
from notifications.engine.sms_text import segments
from notifications.kinds import get_kind
from notifications.models import Message

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 11, 5, 6, tzinfo=UTC)
START = datetime(
    2027, 11, 7, 12, tzinfo=UTC
)  # Sunday 07:00 in New York, clocks went back that night
HOUR = timedelta(hours=1)


@pytest.fixture
def booking():
    enrollment = CoachedEnrollmentFactory(
        clinician__name="Ana Ruiz",
        clinician__time_zone="America/New_York",
        cohort__name="Secret spring cohort",
        cohort__engagement__organization__name="Northfield Hospital",
        cohort__version__program__title="Clinical empathy",
        cohort__engagement__starts_on=date(2027, 1, 1),
        cohort__engagement__ends_on=date(2027, 12, 31),
    )
    coach = enrollment.coach
    coach.name, coach.time_zone = "Maya Lind", "Europe/Berlin"
    coach.save()
    kind = SessionTypeFactory(
        name="Burnout talk", length_min=45, location="https://meet.example/{key}"
    )
    return book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session_type=kind,
        start=START,
        idem_key=uuid4(),
        now=NOW,
    )


def rendered(kind, recipient, at=NOW, **fields):
    message = Message.objects.filter(kind=f"coaching.{kind}", recipient=recipient, **fields).latest(
        "pk"
    )
    with time_machine.travel(at, tick=False):
        return get_kind(message.kind).render(message)


def event_of(mail):
    calendar = Calendar.from_ical(mail.calendar)
    (event,) = calendar.events
    assert calendar["method"] == mail.calendar_method
    return event


def test_the_confirmation_speaks_the_recipient_s_time(booking):
    mail = rendered("booking_confirmed", booking.clinician)
    assert mail.subject == "Confirmed: Sun 7 Nov, 07:00"
    when = "Sunday 7 November 2027, 07:00 to 07:45 EST (UTC-05:00)"
    assert f"When: {when}\n" in mail.text
    assert when in mail.html
    coach = rendered("booking_confirmed", booking.coaching_session.coach)
    assert coach.subject == "Confirmed: Sun 7 Nov, 13:00"
    assert "13:00 to 13:45 CET (UTC+01:00)" in coach.text


def test_each_side_has_its_own_calendar_entry(booking):
    session = booking.coaching_session
    own = event_of(rendered("booking_confirmed", booking.clinician))
    coach = event_of(rendered("booking_confirmed", session.coach))
    assert (own["uid"], own["summary"]) == (str(booking.ics_uid), "Appointment")
    assert (coach["uid"], coach["summary"]) == (str(session.ics_uid), "Session AR")
    assert str(own["attendee"]) == f"mailto:{booking.clinician.email}"
    assert str(coach["attendee"]) == f"mailto:{session.coach.email}"
    assert own["dtstart"].dt == START
    assert own["location"] == session.location


def test_a_move_and_a_cancellation_keep_the_uid_and_raise_the_sequence(booking):
    moved = move(
        actor=booking.clinician,
        booking=booking,
        start=START + 2 * HOUR,
        expected_rev=1,
        idem_key=uuid4(),
        now=NOW,
    )
    mail = rendered("booking_moved", booking.clinician)
    assert mail.subject == "Moved to Sun 7 Nov, 09:00"
    event = event_of(mail)
    assert (event["uid"], event["sequence"], mail.calendar_method) == (
        str(booking.ics_uid),
        1,
        "REQUEST",
    )
    cancel(actor=booking.clinician, booking=moved, expected_rev=2, now=NOW)
    for person, uid in (
        (booking.clinician, booking.ics_uid),
        (booking.coaching_session.coach, booking.coaching_session.ics_uid),
    ):
        mail = rendered("booking_canceled", person)
        event = event_of(mail)
        assert mail.subject == "Canceled: Sun 7 Nov"
        assert (event["uid"], event["sequence"], event["status"]) == (str(uid), 2, "CANCELLED")


@pytest.mark.parametrize(
    ("before", "subject"),
    [
        (24 * HOUR, "Tomorrow, 07:00 with Maya Lind"),
        (HOUR, "In 1 hour: 07:00"),
        (HOUR / 2, "In 30 minutes: 07:00"),
        (7 * HOUR, "Today, 07:00 with Maya Lind"),
    ],
)
def test_a_reminder_is_true_when_it_leaves(booking, before, subject):
    mail = rendered("session_reminder", booking.clinician, at=START - before, rule="1h")
    assert mail.subject == subject
    assert mail.calendar is None


def test_no_part_says_what_it_is_about_or_for_whom_the_clinician_works(booking):
    cancel(actor=booking.clinician, booking=booking, expected_rev=1, now=NOW)
    for message in Message.objects.all():
        mail = get_kind(message.kind).render(message)
        everything = f"{mail.subject} {mail.text} {mail.html} {(mail.calendar or b'').decode()}"
        for secret in ("Northfield", "empathy", "Secret", "Burnout", "canceled late"):
            assert secret not in everything
        other = (
            booking.coaching_session.coach
            if message.recipient == booking.clinician
            else booking.clinician
        )
        assert other.email not in everything
        assert len(mail.subject) <= 60
        assert "\n" not in mail.subject


def test_text_and_html_say_the_same_time_and_link(booking):
    for message in Message.objects.all():
        mail = get_kind(message.kind).render(message)
        for pattern in (r"https?://[^\s\"<]+", r"\d\d:\d\d", r"UTC[+-]\d\d:\d\d"):
            assert set(re.findall(pattern, mail.text)) == set(re.findall(pattern, mail.html))


def test_the_clinician_s_link_carries_a_token_whose_hash_alone_is_stored(booking):
    mail = rendered("booking_confirmed", booking.clinician)
    for path in ("move", "cancel"):
        token = booking.action_token(f"booking_{path}")
        assert f"http://testserver/b/{path}/{token}/" in mail.text
        assert token not in str(vars(booking))
    coach = rendered("booking_confirmed", booking.coaching_session.coach)
    assert f"/sessions/{booking.coaching_session.public_id}/workspace/" in coach.text
    assert "/b/" not in coach.text


def test_who_arranged_it_is_named_if_it_was_neither_of_the_two(booking):
    people = (booking.clinician, booking.coaching_session.coach)
    for person in people:
        assert "Arranged by" not in rendered("booking_confirmed", person).text
    booking.actor = UserFactory(name="Jo Park")
    booking.save()
    for person in people:
        mail = rendered("booking_confirmed", person)
        assert "Arranged by Jo Park." in mail.text
        assert "Arranged by Jo Park." in mail.html


def test_subjects_are_one_short_line():
    assert one_line("Tomorrow\r\nBcc: x@y.example") == "Tomorrow Bcc: x@y.example"
    assert len(one_line("word " * 40)) <= 60


def test_a_distance_across_a_fold_counts_real_hours(booking):
    zone = booking.clinician.zone
    fold = datetime(2027, 11, 7, 7, 30, tzinfo=UTC)
    assert distance(fold, fold - 4 * HOUR, zone) == "In 4 hours"


@pytest.mark.parametrize(
    ("kind", "rule", "before", "words"),
    [
        ("session_reminder", "24h", 24 * HOUR, "Appointment tomorrow 07:00 EST."),
        ("session_reminder", "1h", HOUR, "Appointment today 07:00 EST."),
        ("booking_moved", "moved", 40 * HOUR, "Appointment moved to Sun 7 Nov 09:00 EST."),
        ("booking_canceled", "canceled", 20 * HOUR, "Appointment tomorrow 07:00 is canceled."),
    ],
)
def test_an_sms_is_a_time_and_a_link_in_one_message(booking, kind, rule, before, words):
    if kind == "booking_moved":
        move(
            actor=booking.coaching_session.coach,
            booking=booking,
            start=START + 2 * HOUR,
            expected_rev=1,
            idem_key=uuid4(),
            now=NOW,
        )
    elif kind == "booking_canceled":
        cancel(actor=booking.clinician, booking=booking, expected_rev=1, now=NOW)
    text = rendered(kind, booking.clinician, at=START - before, rule=rule).short
    assert text == f"{words} Details: http://testserver/b/{booking.link_token}/"
    assert segments(text) == 1
