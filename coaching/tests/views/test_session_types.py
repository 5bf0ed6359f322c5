"""Consultants describe what can be booked; what is booked stays as it is."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory
from coaching.models import SessionType, TimeClaim
from coaching.tests.factories import SessionTypeFactory

pytestmark = pytest.mark.django_db

LIST = "/session-types/"
NEW = "/session-types/new/"
WORDS = {
    "name": "Ward round debrief",
    "kind": "one",
    "channel": "phone",
    "location": "",
    "length_min": "30",
    "step_min": "15",
    "buffer_before_min": "5",
    "buffer_after_min": "10",
    "notice_min": "120",
    "cancel_notice_min": "",
    "horizon_days": "42",
    "max_per_day": "4",
    "max_per_week": "",
    "max_minutes_per_day": "",
    "max_minutes_per_week": "600",
    "capacity": "1",
    "uses_hours": "on",
}


@pytest.fixture
def staff(client, clock):
    client.force_login(UserFactory(practice_role="consultant"))
    return client


def address(name, session_type):
    return reverse(f"coaching:session_type_{name}", args=[session_type.public_id])


def test_a_type_is_made_with_all_its_rules(staff):
    answer = staff.post(NEW, WORDS)
    made = SessionType.objects.get()

    assert (answer.status_code, answer.url) == (302, LIST)
    assert (made.name, made.kind, made.channel, made.length_min) == (
        *("Ward round debrief", "one", "phone", 30),
    )
    assert (made.buffer_before_min, made.buffer_after_min, made.step_min) == (5, 10, 15)
    assert (made.notice_min, made.cancel_notice_min, made.horizon_days) == (120, None, 42)
    assert (made.max_per_day, made.max_per_week, made.max_minutes_per_week) == (4, None, 600)
    assert (made.needs_approval, made.uses_hours, made.capacity) == (False, True, 1)
    assert "Ward round debrief" in staff.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({"name": ""}, "name", "required"),
        ({"kind": "party"}, "kind", "invalid_choice"),
        ({"length_min": "4"}, "length_min", "min_value"),
        ({"length_min": "soon"}, "length_min", "invalid"),
        ({"step_min": "0"}, "step_min", "min_value"),
        ({"buffer_before_min": "-5"}, "buffer_before_min", "min_value"),
        ({"horizon_days": "900"}, "horizon_days", "max_value"),
        ({"notice_min": "7"}, "notice_min", "invalid_choice"),
        ({"max_minutes_per_week": "20"}, "max_minutes_per_week", "below_length"),
        ({"location": "javascript://%0aalert(1)"}, "location", "invalid_link"),
        ({"location": "http://meet.example/x"}, "location", "invalid_link"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_typed_is_lost(staff, typed, field, code):
    answer = staff.post(NEW, WORDS | typed)

    assert answer.status_code == 422
    assert answer.context["form"].has_error(field, code=code)
    assert answer.context["form"]["horizon_days"].value() == (WORDS | typed)["horizon_days"]
    assert not SessionType.objects.exists()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ({"kind": "one", "capacity": "8"}, ("one", 1, True)),
        ({"kind": "group", "capacity": "8"}, ("group", 8, True)),
        ({"kind": "group", "capacity": ""}, ("group", 1, True)),
        ({"kind": "intro"}, ("intro", 1, False)),
    ],
)
def test_places_are_for_groups_and_a_first_talk_uses_no_hours(staff, typed, stored):
    staff.post(NEW, WORDS | typed)
    made = SessionType.objects.get()

    assert (made.kind, made.capacity, made.uses_hours) == stored


def test_a_name_is_used_once(staff):
    SessionTypeFactory(name=WORDS["name"])
    answer = staff.post(NEW, WORDS)

    assert answer.status_code == 422
    assert answer.context["form"].has_error("name", code="name_taken")


def test_editing_leaves_what_is_booked_as_it_is(staff, booking, kind):
    session = booking.coaching_session
    before = (session.span, session.location, booking.policy)
    claims = list(TimeClaim.objects.order_by("pk").values_list("span", "active"))
    typed = {"location": "https://elsewhere.example/", "channel": "video", "length_min": "20"}
    answer = staff.post(address("edit", kind), WORDS | typed)

    kind.refresh_from_db()
    session.refresh_from_db()
    booking.refresh_from_db()
    assert answer.status_code == 302
    assert (kind.length_min, kind.buffer_after_min) == (20, 10)
    assert (session.span, session.location, booking.policy) == before
    assert list(TimeClaim.objects.order_by("pk").values_list("span", "active")) == claims


def test_what_sessions_rely_on_cannot_be_changed_once_there_are_some(staff, booking, kind):
    typed = {"kind": "group", "channel": "phone", "uses_hours": ""}
    staff.post(address("edit", kind), WORDS | typed)

    kind.refresh_from_db()
    assert (kind.kind, kind.channel, kind.uses_hours) == ("one", "video", True)
    text = staff.get(address("edit", kind)).content.decode()
    assert "make another type" in text


def test_without_sessions_everything_can_be_changed(staff):
    kind = SessionTypeFactory(channel="video")
    staff.post(address("edit", kind), WORDS | {"kind": "group", "capacity": "6"})

    kind.refresh_from_db()
    assert (kind.kind, kind.channel, kind.capacity) == ("group", "phone", 6)


def test_an_unusual_notice_stays_choosable(staff):
    kind = SessionTypeFactory(notice_min=37)
    assert 'value="37" selected' in staff.get(address("edit", kind)).content.decode()
    staff.post(address("edit", kind), WORDS | {"notice_min": "37"})

    kind.refresh_from_db()
    assert (kind.name, kind.notice_min) == (WORDS["name"], 37)


def test_a_type_is_put_away_and_offered_again(staff, kind, enrollment):
    staff.post(address("archive", kind))
    assert not SessionType.objects.bookable().exists()
    page = staff.get(LIST)
    assert (page.context["offered"], page.context["archived"]) == ([], [kind])

    staff.post(address("restore", kind))
    assert list(SessionType.objects.bookable()) == [kind]


def test_its_name_may_be_gone_when_it_is_to_come_back(staff):
    old = SessionTypeFactory(name="Debrief", archived_at=datetime(2027, 5, 1, tzinfo=UTC))
    SessionTypeFactory(name="Debrief")
    answer = staff.post(address("restore", old), follow=True)

    old.refresh_from_db()
    assert old.archived_at is not None
    assert "Another session type has this name." in answer.content.decode()


@pytest.mark.parametrize("name", ["edit", "archive", "restore"])
def test_clinicians_have_no_such_pages(clinician, kind, name):
    assert clinician.get(LIST).status_code == 404
    assert clinician.get(NEW).status_code == 404
    assert clinician.post(NEW, WORDS).status_code == 404
    assert clinician.post(address(name, kind), WORDS).status_code == 404
    kind.refresh_from_db()
    assert (kind.archived_at, kind.name) == (None, "Coaching")
