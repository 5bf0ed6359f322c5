"""Calendars kept elsewhere: added, read, replaced, removed; what they do to slots and to quiet."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import override_settings
from psycopg.types.range import TimestamptzRange

from accounts.tests.factories import UserFactory
from coaching.models import CalendarSource, ExternalBusy, RotaShift
from coaching.services import calendar_fetches
from coaching.services.calendar_fetches import due_ids, read_one, take
from coaching.services.calendar_sources import (
    MOST_UPLOAD,
    add_address,
    add_upload,
    read_again,
    remove_source,
    set_strict,
)
from coaching.services.rotas import rota_of, shifts_for, sleep_spans
from coaching.services.slots import find_open_slots
from coaching.tests.factories import CoachedEnrollmentFactory, SessionTypeFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 5, 10, 6, 0, tzinfo=UTC)  # a Monday


def calendar(*events: str) -> bytes:
    lines = [
        f"BEGIN:VEVENT\r\nUID:{at}\r\n{event}\r\nEND:VEVENT" for at, event in enumerate(events)
    ]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""]).encode()


NINE_TO_FIVE = "SUMMARY:Dentist\r\nDTSTART:20270511T090000Z\r\nDTEND:20270511T170000Z"
NIGHT = "DTSTART:20270511T210000Z\r\nDTEND:20270512T050000Z"


def coach():
    return UserFactory(practice_role="consultant", time_zone="UTC")


def upload(person, kind="busy", data=None, now=NOW):
    source = add_upload(person=person, kind=kind, data=data or calendar(NINE_TO_FIVE), now=now)
    read_one(source_id=source.pk, now=now)
    source.refresh_from_db()
    return source


def spans(source):
    rows = RotaShift if source.kind == "rota" else ExternalBusy
    return [
        (row.span.lower, row.span.upper)
        for row in rows.objects.filter(source=source).order_by("span")
    ]


def test_an_upload_becomes_spans_and_the_file_is_gone():
    source = upload(coach())
    assert (source.state, source.error, source.due_at) == ("ok", "", None)
    assert bytes(source.sealed_upload) == b""
    day = NOW.replace(day=11)
    assert spans(source) == [(day.replace(hour=9), day.replace(hour=17))]


def test_an_upload_that_is_no_calendar_says_so_and_keeps_nothing():
    source = upload(coach(), data=b"<html>Please sign in</html>")
    assert (source.state, source.error) == ("error", "not_a_calendar")
    assert spans(source) == []
    assert bytes(source.sealed_upload) == b""


def test_the_address_is_nowhere_in_the_clear(caplog):
    secret = "https://calendar.example.com/private-9f3/basic.ics"
    source = add_address(person=coach(), kind="busy", address=secret, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(s)::text FROM coaching_calendarsource s")
        row = cursor.fetchone()[0]
    assert "private-9f3" not in row
    assert b"private-9f3" not in bytes(source.sealed_address)
    source.refresh_from_db()
    assert (source.address, source.host) == (secret, "calendar.example.com")
    assert "private-9f3" not in str(source)


def test_an_address_opens_after_the_key_was_changed_and_not_without_it():
    source = add_address(person=coach(), kind="busy", address="https://a.example.com/b", now=NOW)
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert source.address == "https://a.example.com/b"
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[]):
        read_one(source_id=source.pk, now=NOW)
    source.refresh_from_db()
    assert (source.state, source.error) == ("error", "key_gone")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://calendar.example.com/a.ics", "not_https"),
        ("ftp://calendar.example.com/a.ics", "not_https"),
        ("https://calendar.example.com:8443/a.ics", "not_https"),
        ("https://me:secret@calendar.example.com/a.ics", "has_password"),
        ("https://127.0.0.1/a.ics", "not_a_name"),
        ("https://2130706433/", "not_a_name"),
        ("https://localhost/", "not_a_name"),
    ],
)
def test_a_refused_address_is_not_kept(address, code):
    with pytest.raises(ValidationError) as refusal:
        add_address(person=coach(), kind="busy", address=address, now=NOW)
    assert refusal.value.code == code
    assert not CalendarSource.objects.exists()


def test_limits_of_what_is_taken():
    person = coach()
    with pytest.raises(ValidationError, match="2 MB"):
        add_upload(person=person, kind="busy", data=b"x" * (MOST_UPLOAD + 1), now=NOW)
    with pytest.raises(ValidationError, match="empty"):
        add_upload(person=person, kind="busy", data=b" \n", now=NOW)
    with pytest.raises(ValidationError, match="coaches"):
        add_upload(person=UserFactory(), kind="busy", data=b"x", now=NOW)
    for _number in range(5):
        add_upload(person=person, kind="busy", data=b"x", now=NOW)
    with pytest.raises(ValidationError, match="five"):
        add_upload(person=person, kind="busy", data=b"x", now=NOW)


def test_one_holder_at_a_time_and_a_dead_one_is_followed():
    source = add_address(person=coach(), kind="busy", address="https://a.example.com/", now=NOW)
    assert due_ids(now=NOW) == [source.pk]
    assert take(source_id=source.pk, now=NOW) is not None
    assert take(source_id=source.pk, now=NOW) is None
    assert due_ids(now=NOW) == []
    later = NOW + calendar_fetches.LEASE
    assert due_ids(now=later) == [source.pk]


def test_asking_while_it_is_read_reads_it_once_more():
    source = add_upload(person=coach(), kind="busy", data=calendar(NINE_TO_FIVE), now=NOW)
    read_again(source=source, now=NOW + timedelta(seconds=5))
    source.refresh_from_db()
    assert source.due_at == NOW  # an upload cannot be read again


def test_removing_takes_the_spans_along():
    source = upload(coach())
    remove_source(source=source)
    assert not ExternalBusy.objects.exists()
    assert not CalendarSource.objects.exists()


def offered(enrollment, session_type, now=NOW):
    days = find_open_slots(enrollment=enrollment, session_type=session_type, now=now, days=3)
    return {slot.starts_at for day in days for slot in day.slots}


def test_busy_times_remove_slots_and_a_rota_removes_none():
    enrollment, session_type = CoachedEnrollmentFactory(), SessionTypeFactory()
    before = offered(enrollment, session_type)
    rota = upload(enrollment.clinician, "rota", calendar(NINE_TO_FIVE))
    assert spans(rota)
    assert offered(enrollment, session_type) == before
    source = upload(enrollment.coach)
    busy = spans(source)[0]
    left = offered(enrollment, session_type)
    assert left < before
    assert not [at for at in left if busy[0] <= at < busy[1]]
    remove_source(source=source)
    assert offered(enrollment, session_type) == before


@pytest.mark.parametrize(
    ("hours", "is_strict", "is_open"), [(25, True, False), (24, True, True), (25, False, True)]
)
def test_a_strict_calendar_unread_for_a_day_closes_its_coach(hours, is_strict, is_open):
    enrollment, session_type = CoachedEnrollmentFactory(), SessionTypeFactory()
    source = add_address(
        person=enrollment.coach, kind="busy", address="https://a.example.com/", now=NOW
    )
    set_strict(source=source, is_strict=is_strict)
    CalendarSource.objects.update(good_at=NOW - timedelta(hours=hours))
    assert bool(offered(enrollment, session_type)) is is_open
    source.refresh_from_db()
    assert source.is_closing(NOW) is not is_open
    assert CalendarSource.objects.closing(NOW).exists() is not is_open


def test_a_night_shift_is_followed_by_quiet_and_seats_slots():
    enrollment, session_type = CoachedEnrollmentFactory(), SessionTypeFactory()
    person = enrollment.clinician
    person.time_zone = "UTC"
    person.save()
    upload(person, "rota", calendar(NIGHT))
    lo, hi = int(NOW.timestamp()), int((NOW + timedelta(days=3)).timestamp())
    start, end = (
        int(NOW.replace(day=day, hour=hour).timestamp()) for day, hour in ((11, 21), (12, 5))
    )
    assert shifts_for(person_id=person.pk, lo=lo, hi=hi) == [(start, end)]
    assert shifts_for(person_id=enrollment.coach_id, lo=lo, hi=hi) == []
    assert sleep_spans(person.pk, NOW, NOW + timedelta(days=3)) == [(end, end + 8 * 3600)]
    assert sleep_spans(person.pk, NOW, NOW + timedelta(days=1)) == []
    days = find_open_slots(enrollment=enrollment, session_type=session_type, now=NOW, days=3)
    slots = [slot for day in days for slot in day.slots]
    rota = rota_of(person, slots[0].starts_at, slots[-1].starts_at)
    seats = {slot.start: rota.seat(slot.start, slot.start + 2700).fit for slot in slots}
    assert seats[end + 4 * 3600] == "sleep"
    assert len(seats) == len(slots)


def test_a_rota_is_read_by_nobody_else():
    clinician, other = UserFactory(), coach()
    source = upload(clinician, "rota")
    for rows in (CalendarSource.objects, RotaShift.objects):
        assert rows.owned_by(clinician).exists()
        assert not rows.owned_by(other).exists()
    assert not ExternalBusy.objects.filter(span__overlap=TimestamptzRange(None, None)).exists()
    assert source.kind == "rota"
