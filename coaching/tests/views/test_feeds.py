"""The secret calendar address: what it holds, how it ends, and that it costs the same for any number."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from icalendar import Calendar

from accounts.tests.factories import UserFactory
from coaching.models import CalendarFeed, SessionType
from coaching.notices.calendars import calendar_for
from coaching.services.feeds import make_feed
from coaching.tests.factories import BookingFactory, CoachingSessionFactory, SessionTypeFactory
from coaching.tests.views.conftest import NOW, TEN
from coaching.views.feeds import MOST_AN_HOUR, MOST_GUESSES_AN_HOUR

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


def address(token):
    return reverse("coaching:feed", args=[token])


def feed_of(client, person):
    answer = client.get(address(make_feed(person=person, now=NOW)))
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content)


def test_it_holds_the_same_entries_as_the_mails(client, booking):
    booking.refresh_from_db()
    session = booking.coaching_session
    for person, summary in ((booking.clinician, "Appointment"), (session.coach, None)):
        (event,) = feed_of(client, person).events
        mailed = calendar_for(booking=booking, recipient=person, method="REQUEST", stamp=NOW)
        (same,) = Calendar.from_ical(mailed).events
        for name in ("uid", "sequence", "dtstart", "dtend", "summary", "location"):
            assert event[name] == same[name]
        assert summary in (None, event["summary"])
        assert "attendee" not in event
        assert "organizer" not in event
        assert event["dtstart"].dt == TEN


def test_it_names_no_topic_employer_or_address(client, enrollment, booking):
    session = booking.coaching_session
    for person in (booking.clinician, session.coach):
        text = feed_of(client, person).to_ical().decode().replace("\r\n ", "")
        for private in (
            enrollment.clinician.name,
            enrollment.clinician.email,
            session.coach.name,
            session.coach.email,
            session.session_type.name,
            enrollment.cohort.name,
            enrollment.cohort.engagement.organization.name,
        ):
            assert private not in text


def test_a_cancellation_leaves_it_and_others_sessions_are_not_in_it(client, booking):
    BookingFactory()
    assert len(feed_of(client, booking.clinician).events) == 1
    booking.state = "cancelled"
    booking.save()
    assert not feed_of(client, booking.clinician).events
    assert not feed_of(client, booking.coaching_session.coach).events


def test_a_group_is_once_in_the_coachs_and_names_nobody(client):
    group = SessionTypeFactory(kind=SessionType.Kind.GROUP, capacity=6)
    session = CoachingSessionFactory(session_type=group, capacity=6, taken=2, starts_at=TEN)
    for _ in range(2):
        BookingFactory(coaching_session=session)
    (event,) = feed_of(client, session.coach).events
    assert (event["summary"], event["uid"]) == ("Session", str(session.ics_uid))


def test_only_a_hash_is_kept_and_a_new_address_ends_the_old(client, booking):
    old = make_feed(person=booking.clinician, now=NOW)
    assert len(old) == 43
    assert old not in str(CalendarFeed.objects.values().get())
    new = make_feed(person=booking.clinician, now=NOW)
    assert client.get(address(old)).status_code == 404
    assert client.get(address(new)).status_code == 200


def test_unknown_ended_or_of_somebody_who_left_is_not_there(client, booking):
    person = booking.clinician
    token = make_feed(person=person, now=NOW)
    assert client.get(address("x" * 43)).status_code == 404
    person.is_active = False
    person.save()
    assert client.get(address(token)).status_code == 404
    person.is_active = True
    person.save()
    client.force_login(person)
    assert client.post(reverse("coaching:calendar_end")).status_code == 302
    assert client.get(address(token)).status_code == 404


def test_headers_for_calendar_programs(client, booking):
    token = make_feed(person=booking.clinician, now=NOW)
    answer = client.get(address(token))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer["Cache-Control"]
    assert not answer.cookies
    again = client.get(address(token), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head(address(token))
    assert (head.status_code, head["ETag"]) == (200, answer["ETag"])
    assert client.post(address(token)).status_code == 405
    booking.ics_seq += 1
    booking.save()
    changed = client.get(address(token), headers={"If-None-Match": answer["ETag"]})
    assert changed.status_code == 200
    lines = answer.content.decode().split("\r\n")
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    assert all(len(line.encode()) <= 75 for line in lines)


def test_it_may_not_be_read_all_the_time(client, booking):
    token = make_feed(person=booking.clinician, now=NOW)
    for _ in range(MOST_AN_HOUR):
        assert client.get(address(token)).status_code == 200
    answer = client.get(address(token))
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")


def test_guessing_addresses_is_slowed_for_the_caller_and_nobody_else(client, booking):
    token = make_feed(person=booking.clinician, now=NOW)
    for number in range(MOST_GUESSES_AN_HOUR):
        assert client.get(address(f"{number:043}")).status_code == 404
    assert client.get(address("y" * 43)).status_code == 429
    assert client.get(address(token)).status_code == 200


def test_any_number_of_sessions_costs_the_same(client, booking, django_assert_num_queries):
    coach = booking.coaching_session.coach
    token = make_feed(person=coach, now=NOW)
    for day in range(5):
        session = CoachingSessionFactory(coach=coach, starts_at=TEN + timedelta(days=day + 1))
        BookingFactory(coaching_session=session)
    with django_assert_num_queries(5):  # two of them begin and end the request's transaction
        answer = client.get(address(token))
    assert len(Calendar.from_ical(answer.content).events) == 6


def test_the_page_shows_the_address_once(client, settings):
    person = UserFactory()
    client.force_login(person)
    page = reverse("coaching:calendar")
    assert "Make my address" in client.get(page).content.decode()
    made = client.post(reverse("coaching:calendar_make"))
    shown = made.context["address"]
    assert shown.startswith(settings.SITE_URL)
    assert shown in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    assert client.get(shown.removeprefix(settings.SITE_URL)).status_code == 200
    assert "/feeds/" not in client.get(page).content.decode()


def test_ones_own_name_for_entries(client, booking):
    client.force_login(booking.clinician)
    page = reverse("coaching:calendar")
    assert client.post(page, {"label": "Dentist\r\nX:1"}).status_code == 302
    (event,) = feed_of(client, booking.clinician).events
    assert event["summary"] == "Dentist X:1"
    assert client.post(page, {"label": "x" * 41}).status_code == 422
