"""A coach's week: sessions as links, open hours behind, other things neutral."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse

from accounts.tests.factories import UserFactory
from coaching.models import TimeClaim
from coaching.services.bookings import book
from coaching.services.sessions import close
from coaching.tests.factories import BookingFactory, CoachingSessionFactory
from coaching.tests.views.conftest import NOW, TEN

pytestmark = pytest.mark.django_db
PAGE = "/calendar/"


@pytest.fixture
def staff(client, coach):
    coach.time_zone = "UTC"
    coach.save()
    client.force_login(coach)
    return client


def events(answer):
    return [
        (day.date.day, placed.label, placed.event.title, placed.event.status, placed.event.tone)
        for day in answer.context["calendar"].days
        for placed in day.events
    ]


def test_the_week_shows_the_session_by_initials_and_links_to_it(staff, booking):
    answer = staff.get(PAGE)
    text = answer.content.decode()

    # Tuesday 1 June 2027: the week of Monday 31 May. Her hours are in UTC, as the coach is.
    assert events(answer) == [(3, "10:00", "AS", "Booked", "")]
    assert (
        f'href="{reverse("coaching:session_workspace", args=[booking.coaching_session.public_id])}"'
        in text
    )
    assert "Ana" not in text
    assert "Silva" not in text
    assert "Northfield" not in text


def test_open_hours_stand_behind(staff):
    days = staff.get(PAGE).context["calendar"].days

    assert [(span.starts_at.hour, span.ends_at.hour) for span in days[2].open] == [(8, 18)]
    assert (days[2].open[0].place.at, days[2].open[0].place.length) == (5, 40)
    assert "Open 08:00–18:00" in staff.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("", 31),
        ("?week=2027-06-09", 7),
        ("?week=2027-06-13", 7),
        ("?week=nonsense", 31),
        ("?week=0001-01-01", 31),
        ("?week=9999-12-31", 31),
    ],
)
def test_a_week_begins_on_monday_and_nonsense_is_this_week(staff, query, first):
    answer = staff.get(PAGE + query)

    assert answer.status_code == 200
    assert answer.context["calendar"].monday.day == first


def test_there_is_a_way_to_the_weeks_around_and_back(staff):
    text = staff.get(PAGE + "?week=2027-06-09&view=list").content.decode()

    assert "week=2027-05-31" in text
    assert "week=2027-06-14" in text
    assert 'href="/calendar/?view=list"' in text  # this week
    assert "This week" not in staff.get(PAGE).content.decode()


@pytest.mark.parametrize(("query", "is_list"), [("", False), ("?view=list", True)])
def test_it_is_a_list_when_asked(staff, query, is_list):
    assert ("week--list" in staff.get(PAGE + query).content.decode()) is is_list


@pytest.mark.parametrize(
    ("moment", "status", "tone"),
    [
        (TEN - timedelta(minutes=1), "Booked", ""),
        (TEN, "Now", "now"),
        (TEN + timedelta(hours=1), "How did it go?", "quiet"),
    ],
)
def test_a_session_says_how_it_stands(staff, booking, later, moment, status, tone):
    later(moment)

    assert events(staff.get(PAGE)) == [(3, "10:00", "AS", status, tone)]


def test_what_is_asked_for_looks_otherwise(staff, enrollment, kind):
    kind.needs_approval = True
    kind.save()
    book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session_type=kind,
        start=TEN,
        idem_key=uuid4(),
        now=NOW,
    )

    assert events(staff.get(PAGE)) == [(3, "10:00", "AS", "Asked for", "asked")]


def test_a_canceled_session_is_gone(staff, booking):
    close(coaching_session=booking.coaching_session, status="cancelled")

    assert events(staff.get(PAGE)) == []


def test_a_group_shows_its_places_and_nobody(staff, coach, kind, enrollment):
    kind.kind, kind.capacity, kind.name = "group", 8, "Debrief"
    kind.save()
    session = CoachingSessionFactory(
        session_type=kind, coach=coach, cohort=enrollment.cohort, starts_at=TEN, capacity=8, taken=1
    )
    BookingFactory(coaching_session=session, enrollment=enrollment)

    assert events(staff.get(PAGE)) == [(3, "10:00", "Debrief 1/8", "Planned", "")]


def hold(coach, start, minutes=60, **fields):
    span = DateTimeTZRange(start, start + timedelta(minutes=minutes))
    return TimeClaim.objects.create(person=coach, span=span, **fields)


def test_a_hold_is_shown_without_a_name_until_it_lapses(staff, coach, later):
    hold(coach, TEN, kind="hold", expires_at=NOW + timedelta(minutes=10))
    assert events(staff.get(PAGE)) == [(3, "10:00", "On hold", "Somebody is choosing", "taken")]

    later(NOW + timedelta(minutes=10))
    assert events(staff.get(PAGE)) == []


def test_sessions_of_others_are_not_shown(staff, enrollment, kind):
    CoachingSessionFactory(cohort=enrollment.cohort, session_type=kind, starts_at=TEN)

    assert events(staff.get(PAGE)) == []


def test_times_are_the_viewers(client, coach, booking):
    coach.time_zone = "Asia/Tokyo"
    coach.save()
    client.force_login(coach)
    calendar = client.get(PAGE).context["calendar"]

    # 08:00 to 18:00 UTC is 17:00 to 03:00 in Tokyo: two pieces of each day but the first ones.
    assert [(placed.label, day.date.day) for day in calendar.days for placed in day.events] == [
        ("19:00", 3)
    ]
    assert [(one.starts_at, one.ends_at) for one in calendar.days[3].open] == [
        (datetime(2027, 6, 2, 15, tzinfo=UTC), datetime(2027, 6, 2, 18, tzinfo=UTC)),
        (datetime(2027, 6, 3, 8, tzinfo=UTC), datetime(2027, 6, 3, 15, tzinfo=UTC)),
    ]


def test_a_session_past_midnight_is_on_both_days(client, coach, kind, enrollment):
    coach.time_zone = "Asia/Tokyo"
    coach.save()
    session = CoachingSessionFactory(
        session_type=kind,
        coach=coach,
        cohort=enrollment.cohort,
        starts_at=datetime(2027, 6, 3, 14, 30, tzinfo=UTC),
    )
    BookingFactory(coaching_session=session, enrollment=enrollment)
    client.force_login(coach)
    answer = client.get(PAGE)

    begins = [
        (day.date.day, placed.begins_here)
        for day in answer.context["calendar"].days
        for placed in day.events
    ]
    assert begins == [(3, True), (4, False)]
    assert "until 00:30" in answer.content.decode()


def test_a_coach_without_hours_is_led_to_them(client, clock):
    client.force_login(UserFactory(practice_role="consultant"))
    text = client.get(PAGE).content.decode()

    assert "No hours and no sessions in this week." in text


def test_clinicians_have_no_such_page(clinician):
    assert clinician.get(PAGE).status_code == 404
