"""Mails with calendar entries, byte for byte: golden files, and a reader of its own.

`RAPPORT_WRITE_GOLDEN=1` writes the files anew; read the difference before committing it.
"""

import os
import re
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import time_machine

from accounts.tests.factories import UserFactory
from coaching.models import Booking, CoachingSession
from coaching.notices.groups import GROUP_PLANNED, SESSION_HANDED_OVER
from coaching.services.bookings import book, cancel, move
from coaching.tests.factories import (
    BookingFactory,
    CoachedEnrollmentFactory,
    CoachingSessionFactory,
    SessionTypeFactory,
)
from core.mail import POLICY
from notifications.kinds import get_kind
from notifications.models import Message
from notifications.services.letters import build

pytestmark = pytest.mark.django_db

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2027, 11, 5, 6, tzinfo=UTC)
START = datetime(2027, 11, 7, 12, tzinfo=UTC)  # 07:00 in New York, on the day its clocks go back
HOUR = timedelta(hours=1)
BOOKING, SESSION = (UUID(f"5b0c6f4e-0000-4000-8000-00000000000{n}") for n in (1, 2))


@pytest.fixture(autouse=True)
def still(settings):
    settings.SECRET_KEY = "golden"
    settings.DEFAULT_FROM_EMAIL = "hello@northlight.example"
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def booking():
    enrollment = CoachedEnrollmentFactory(
        clinician__name="Ana Ruiz",
        clinician__email="ana.ruiz@northfield.example",
        clinician__time_zone="America/New_York",
        cohort__engagement__starts_on=date(2027, 1, 1),
        cohort__engagement__ends_on=date(2027, 12, 31),
    )
    coach = enrollment.coach
    coach.name, coach.time_zone, coach.email = "Maya Lind", "Europe/Berlin", "maya@lind.example"
    coach.save()
    booked = book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session_type=SessionTypeFactory(
            name="Burnout talk", length_min=45, location="Room 4, Südflügel; 2nd floor, left"
        ),
        start=START,
        idem_key=uuid4(),
        now=NOW,
    )
    Booking.objects.filter(pk=booked.pk).update(ics_uid=BOOKING, public_id=BOOKING)
    CoachingSession.objects.update(ics_uid=SESSION, public_id=SESSION)
    return Booking.objects.select_related("clinician", "coaching_session__coach").get()


@pytest.fixture
def group():
    coach = UserFactory(name="Maya Lind", email="maya@lind.example", time_zone="Europe/Berlin")
    kind = SessionTypeFactory(kind="group", capacity=6, length_min=90)
    session = CoachingSessionFactory(
        session_type=kind, coach=coach, capacity=6, taken=2, starts_at=START, location="Room 4"
    )
    for name in ("Bea Stone", "Cy Young"):
        BookingFactory(coaching_session=session, enrollment__clinician__name=name)
    CoachingSession.objects.update(ics_uid=SESSION, public_id=SESSION)
    return CoachingSession.objects.select_related("coach", "session_type").get()


def mail_of(kind, recipient, subject=None):
    if subject is None:
        message = Message.objects.filter(kind=kind, recipient=recipient).latest("pk")
    else:
        message = Message(kind=kind, subject_id=subject.pk, recipient=recipient)
    message.message_id = "<golden@northlight.example>"
    return build(get_kind(kind), message).as_bytes(policy=POLICY)


def moved(booking):
    return move(
        actor=booking.coaching_session.coach,
        booking=booking,
        start=START + 2 * HOUR,
        expected_rev=1,
        idem_key=uuid4(),
        now=NOW,
    )


def confirmed_mail(booking):
    return mail_of("coaching.booking_confirmed", booking.clinician)


def moved_mail(booking):
    moved(booking)
    return mail_of("coaching.booking_moved", booking.clinician)


def canceled_mail(booking):
    moved(booking)
    cancel(actor=booking.clinician, booking=booking, expected_rev=2, now=NOW)
    return mail_of("coaching.booking_canceled", booking.clinician)


def coach_mail(booking):
    return mail_of("coaching.booking_confirmed", booking.coaching_session.coach)


def coach_canceled_mail(booking):
    cancel(actor=booking.clinician, booking=booking, expected_rev=1, now=NOW)
    return mail_of("coaching.booking_canceled", booking.coaching_session.coach)


def handed_over_mail(booking):
    session = booking.coaching_session
    former = session.coach
    CoachingSession.objects.filter(pk=session.pk).update(
        coach=UserFactory(name="Jo Park"), ics_seq=1, rev=2
    )
    return mail_of(SESSION_HANDED_OVER, former, session)


MAILS = {
    "confirmed": confirmed_mail,
    "moved": moved_mail,
    "canceled": canceled_mail,
    "coach": coach_mail,
    "coach_canceled": coach_canceled_mail,
    "handed_over": handed_over_mail,
}
SEQUENCES = {
    "confirmed": ("REQUEST", BOOKING, 0),
    "moved": ("REQUEST", BOOKING, 1),
    "canceled": ("CANCEL", BOOKING, 2),
    "coach": ("REQUEST", SESSION, 0),
    "coach_canceled": ("CANCEL", SESSION, 1),
    "handed_over": ("CANCEL", SESSION, 1),
}


def compare(name, content):
    """Hold a mail against its file; boundaries, which are random, are numbered."""
    found = dict.fromkeys(re.findall(rb"={15}\d+==", content))
    for number, boundary in enumerate(found):
        content = content.replace(boundary, b"BOUNDARY-%d" % number)
    assert content.count(b"\n") == content.count(b"\r\n")
    path = GOLDEN / name
    text = content.decode("ascii").replace("\r\n", "\n")
    if os.environ.get("RAPPORT_WRITE_GOLDEN"):
        path.write_text(text)
    assert text == path.read_text()


def parse(content):
    """Read an iCalendar stream with no library: (name, parameters, value) of each line."""
    assert content.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    unfolded = re.sub(rb"\r\n[ \t]", b"", content).decode()
    lines = []
    for line in unfolded.split("\r\n")[:-1]:
        match = re.fullmatch(r'([A-Z0-9-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', line)
        assert match, line
        lines.append((match[1], match[2], match[3]))
    return lines


def values(lines, name):
    return [value for found, _parameters, value in lines if found == name]


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_is_its_golden_file(booking, name):
    compare(f"{name}.eml", MAILS[name](booking))


def test_the_mail_to_the_coach_of_a_group_is_its_golden_file(group):
    content = mail_of(GROUP_PLANNED, group.coach, group)
    compare("group_coach.eml", content)
    for name in ("Bea", "Stone", "Cy Young"):
        assert name.encode() not in content


@pytest.mark.parametrize("name", MAILS)
def test_outlook_and_gmail_find_the_entry_where_they_look(booking, name):
    method, uid, sequence = SEQUENCES[name]
    mail = message_from_bytes(MAILS[name](booking), policy=default)
    assert mail.get_content_type() == "multipart/mixed"
    alternative, attached = mail.iter_parts()
    assert alternative.get_content_type() == "multipart/alternative"
    text, html, inline = alternative.iter_parts()
    types = [part.get_content_type() for part in (text, html, inline, attached)]
    assert types == ["text/plain", "text/html", "text/calendar", "application/ics"]
    assert inline["Content-Type"].params["method"] == method
    assert inline["Content-Type"].params["charset"] == "utf-8"
    assert attached.get_filename() == "invite.ics"
    entry = inline.get_payload(decode=True)
    assert entry == attached.get_payload(decode=True)
    lines = parse(entry)
    assert values(lines, "METHOD") == [method]
    assert values(lines, "UID") == [str(uid)]
    assert values(lines, "SEQUENCE") == [str(sequence)]
    assert values(lines, "STATUS") == ["CANCELLED" if method == "CANCEL" else "CONFIRMED"]
    assert values(lines, "ORGANIZER") == ["mailto:hello@northlight.example"]
    assert values(lines, "ATTENDEE") == [f"mailto:{mail['To'].addresses[0].addr_spec}"]
    assert values(lines, "LOCATION") == [r"Room 4\, Südflügel\; 2nd floor\, left"]
    assert "VALARM" not in values(lines, "BEGIN")
    hour = 14 if name in ("moved", "canceled") else 12
    assert values(lines, "DTSTART") == [f"20271107T{hour}0000Z"]
    assert values(lines, "DTEND") == [f"20271107T{hour}4500Z"]


@pytest.mark.parametrize("name", MAILS)
def test_no_address_of_another_and_nothing_private_is_in_it(booking, name):
    engagement = booking.enrollment.cohort.engagement
    private = [
        engagement.organization.name,
        booking.enrollment.cohort.name,
        booking.enrollment.cohort.version.program.title,
        "Burnout",
    ]
    content = MAILS[name](booking)
    mail = message_from_bytes(content, policy=default)
    to = mail["To"].addresses[0].addr_spec
    others = {"ana.ruiz@northfield.example", "maya@lind.example"} - {to}
    whole = content + b"".join(part.get_payload(decode=True) or b"" for part in mail.walk())
    for word in (*private, *others):
        assert word.encode() not in whole
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == "<golden@northlight.example>"
    assert len(mail["Subject"]) <= 60


@pytest.mark.parametrize("name", MAILS)
def test_text_and_html_say_the_same(booking, name):
    mail = message_from_bytes(MAILS[name](booking), policy=default)
    text, html = (mail.get_body([kind]).get_content() for kind in ("plain", "html"))
    html = html.partition("<body")[2]
    patterns = (
        r"https?://[^\s\"<]+",
        r"\b\d\d:\d\d\b",
        r"UTC[+-]\d\d:\d\d",
        r"\b\d{1,2} November 2027",
        r"\b(?:EST|EDT|CET|CEST)\b",
    )
    for pattern in patterns:
        assert set(re.findall(pattern, text)) == set(re.findall(pattern, html))
    assert re.search(r"\d\d:\d\d to \d\d:\d\d (EST|CET) \(UTC[+-]0[51]:00\)", text)
