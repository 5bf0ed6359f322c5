"""The pages of one's own calendars elsewhere."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from coaching.models import CalendarSource
from coaching.services.calendar_fetches import read_one
from coaching.services.calendar_sources import add_address

pytestmark = pytest.mark.django_db

ADDRESS = "https://calendar.example.com/private-9f3/basic.ics"


@pytest.fixture
def person(client):
    user = UserFactory(time_zone="America/Chicago")
    client.force_login(user)
    return user


@pytest.fixture
def coach(client):
    user = UserFactory(practice_role="consultant")
    client.force_login(user)
    return user


def test_an_address_is_added_and_never_shown_again(client, person):
    page = client.post(reverse("coaching:rota"), {"address": ADDRESS}, follow=True)
    text = page.content.decode()
    assert "calendar.example.com" in text
    assert "private-9f3" not in text
    assert "Waiting" in text
    source = CalendarSource.objects.get()
    assert (source.person, source.kind, source.address) == (person, "rota", ADDRESS)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Give an address or choose a file"),
        ({"address": "https://127.0.0.1/a.ics"}, "a name, not a number"),
        ({"address": "http://a.example.com/"}, "https://"),
    ],
)
def test_what_is_refused_says_why_in_place(client, person, data, words):
    page = client.post(reverse("coaching:rota"), data)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not CalendarSource.objects.exists()


def test_an_upload_tells_how_it_went(client, person):
    event = "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Ward 7:20270511T090000\r\nDURATION:PT1H\r\nEND:VEVENT"
    data = f"BEGIN:VCALENDAR\r\n{event}\r\nEND:VCALENDAR\r\n".encode()
    upload = SimpleUploadedFile("rota.ics", data)
    client.post(reverse("coaching:rota"), {"file": upload})
    read_one(source_id=CalendarSource.objects.get().pk, now=timezone.now())
    text = client.get(reverse("coaching:rota")).content.decode()
    assert "Last good copy" in text
    assert "1 entry uses a time zone we do not know; read as Chicago time." in text
    assert "Ward 7" not in text


def test_a_coach_reads_why_no_times_are_offered(client, coach):
    client.post(reverse("coaching:busy_calendars"), {"address": ADDRESS, "is_strict": "on"})
    source = CalendarSource.objects.get()
    assert source.is_strict
    old = timezone.now() - timedelta(hours=25)
    CalendarSource.objects.update(good_at=old, state="error", error="moved")
    text = client.get(reverse("coaching:busy_calendars")).content.decode()
    assert "You offer no times now" in text
    assert "The calendar has moved" in text
    client.post(reverse("coaching:calendar_source_strict", args=[source.public_id]))
    text = client.get(reverse("coaching:busy_calendars")).content.decode()
    assert "You offer no times now" not in text


def test_reading_again_and_removing(client, person):
    now = timezone.now()
    source = add_address(person=person, kind="rota", address=ADDRESS, now=now)
    CalendarSource.objects.update(due_at=now + timedelta(hours=1))
    client.post(reverse("coaching:calendar_source_read", args=[source.public_id]))
    source.refresh_from_db()
    assert source.due_at < now + timedelta(minutes=1)
    client.post(reverse("coaching:calendar_source_delete", args=[source.public_id]))
    assert not CalendarSource.objects.exists()


def test_a_rota_is_nobody_elses(client, person):
    source = add_address(person=UserFactory(), kind="rota", address=ADDRESS, now=timezone.now())
    for name in ("read", "strict", "delete"):
        url = reverse(f"coaching:calendar_source_{name}", args=[source.public_id])
        assert client.post(url).status_code == 404
    assert "calendar.example.com" not in client.get(reverse("coaching:rota")).content.decode()
    assert client.get(reverse("coaching:busy_calendars")).status_code == 404
