"""A coach's exceptions, travel, holidays and leave on their pages."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory
from coaching.models import (
    AvailabilityOverride,
    AvailabilitySchedule,
    HolidayProposal,
    Leave,
    TravelZone,
)
from coaching.services.availability import add_override
from coaching.services.holidays import set_region
from coaching.services.leaves import add_leave, keep_in_leave
from coaching.services.travel import add_travel
from coaching.tests.factories import (
    AvailabilityScheduleFactory,
    BookingFactory,
    CoachingSessionFactory,
)
from coaching.tests.views.conftest import NOW

pytestmark = pytest.mark.django_db
UNDO = "/availability/undo/"


@pytest.fixture
def coach(client, clock):
    person = UserFactory(practice_role="consultant", time_zone="Europe/Berlin")
    client.force_login(person)
    return person


# --- Exceptions ---

CREATE = "/availability/exceptions/"


@pytest.mark.parametrize(
    ("form", "stored"),
    [
        ({"kind": "closed"}, ("replace", None, None)),
        ({"kind": "closed", "start": "09:00"}, ("replace", None, None)),
        ({"kind": "replace", "start": "10:00", "end": "12:00"}, ("replace", 600, 720)),
        ({"kind": "add", "start": "22:00", "end": "01:00"}, ("add", 1320, 1500)),
        ({"kind": "remove", "start": "13:00", "end": "14:00"}, ("remove", 780, 840)),
    ],
)
def test_one_date_can_differ(client, coach, form, stored):
    answer = client.post(CREATE, form | {"day": "2027-06-10"})

    override = AvailabilityOverride.objects.get()
    assert answer.status_code == 302
    assert (override.kind, override.start_min, override.end_min) == stored
    assert (override.date, override.schedule.coach) == (date(2027, 6, 10), coach)
    assert list(client.get(CREATE).context["overrides"]) == [override]


@pytest.mark.parametrize(
    ("form", "field", "code"),
    [
        ({"day": "2027-06-10", "kind": "add", "start": "10:00"}, "end", "half_window"),
        ({"day": "2027-06-10", "kind": "add", "end": "10:00"}, "start", "half_window"),
        (
            {"day": "2027-06-10", "kind": "add", "start": "10:00", "end": "10:00"},
            "end",
            "ends_before_start",
        ),
        ({"day": "2027-05-31", "kind": "closed"}, "day", "past"),
        ({"day": "soon", "kind": "closed"}, "day", "invalid"),
        ({"day": "2027-06-10", "kind": "never"}, "kind", "invalid_choice"),
    ],
)
def test_an_exception_that_makes_no_sense_is_refused(client, coach, form, field, code):
    answer = client.post(CREATE, form)

    assert answer.status_code == 400
    assert answer.context["form"].has_error(field, code=code)
    assert not AvailabilityOverride.objects.exists()


def delete_url(override):
    return reverse("coaching:availability_override_delete", args=[override.public_id])


def test_an_exception_can_be_taken_back(client, coach):
    override = add_override(coach=coach, day=date(2027, 6, 10), kind="replace")

    assert client.get(delete_url(override)).status_code == 405
    assert client.post(delete_url(override)).status_code == 302
    assert not AvailabilityOverride.objects.exists()


def test_the_exception_of_a_colleague_does_not_exist(client, coach):
    AvailabilityScheduleFactory(coach=coach)
    other = add_override(
        coach=UserFactory(practice_role="consultant"), day=date(2027, 6, 10), kind="replace"
    )

    assert client.post(delete_url(other)).status_code == 404
    assert AvailabilityOverride.objects.exists()


# --- Taking a removal back ---


def token_of(answer):
    return parse_qs(urlsplit(answer.url).query)["undo"][0]


def test_a_removed_exception_can_be_brought_back(client, coach):
    override = add_override(
        coach=coach, day=date(2027, 6, 10), kind="add", start_min=1320, end_min=1560
    )
    removed = client.post(delete_url(override))
    assert "Bring it back" in client.get(removed.url).content.decode()
    client.post(UNDO, {"undo": token_of(removed)})

    again = AvailabilityOverride.objects.get()
    assert (again.date, again.kind, again.start_min, again.end_min) == (
        *(date(2027, 6, 10), "add", 1320, 1560),
    )


def test_it_can_be_brought_back_for_ten_minutes(client, coach, later):
    override = add_override(coach=coach, day=date(2027, 6, 10), kind="replace")
    removed = client.post(delete_url(override))
    later(NOW + timedelta(seconds=601))

    assert "Bring it back" not in client.get(removed.url).content.decode()
    assert client.post(UNDO, {"undo": token_of(removed)}).status_code == 404
    assert not AvailabilityOverride.objects.exists()


def test_only_by_whom_it_belonged_to_and_unforged(client, coach):
    override = add_override(coach=coach, day=date(2027, 6, 10), kind="replace")
    token = token_of(client.post(delete_url(override)))
    assert client.post(UNDO, {"undo": token + "x"}).status_code == 404
    assert client.post(UNDO).status_code == 404

    client.force_login(UserFactory(practice_role="consultant"))
    assert client.post(UNDO, {"undo": token}).status_code == 404
    assert "Bring it back" not in client.get(f"{CREATE}?undo={token}").content.decode()
    assert not AvailabilityOverride.objects.exists()


# --- Travel ---

TRAVEL = "/availability/travel/"


def test_travel_is_added_removed_and_brought_back(client, coach):
    form = {"first": "2027-06-10", "last": "2027-06-20", "zone": "Asia/Tokyo"}
    client.post(TRAVEL, form)
    trip = TravelZone.objects.get()
    assert (trip.first, trip.last, trip.zone) == (
        date(2027, 6, 10),
        date(2027, 6, 20),
        "Asia/Tokyo",
    )
    assert list(client.get(TRAVEL).context["trips"]) == [trip]

    url = reverse("coaching:availability_travel_delete", args=[trip.public_id])
    removed = client.post(url)
    assert not TravelZone.objects.exists()
    client.post(UNDO, {"undo": token_of(removed)})
    assert TravelZone.objects.get().zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"last": "2027-06-09"}, "last", "ends_before_start"),
        ({"first": "2027-05-01", "last": "2027-05-30"}, "last", "past"),
        ({"zone": "Mars/Olympus"}, "zone", "invalid_choice"),
        ({"first": ""}, "first", "required"),
    ],
)
def test_travel_that_makes_no_sense_is_refused(client, coach, change, field, code):
    form = {"first": "2027-06-10", "last": "2027-06-20", "zone": "Asia/Tokyo"} | change
    answer = client.post(TRAVEL, form)

    assert answer.status_code == 400
    assert answer.context["form"].has_error(field, code=code)
    assert not TravelZone.objects.exists()


def test_one_day_has_one_clock(client, coach):
    add_travel(coach=coach, first=date(2027, 6, 8), last=date(2027, 6, 10), zone="Asia/Seoul")
    form = {"first": "2027-06-10", "last": "2027-06-20", "zone": "Asia/Tokyo"}
    answer = client.post(TRAVEL, form)

    assert answer.status_code == 400
    assert "already have another time zone" in answer.content.decode()


# --- Public holidays ---

HOLIDAYS = "/availability/holidays/"


@pytest.fixture
def proposal(coach):
    set_region(coach=coach, region="US-IL", now=NOW)
    return HolidayProposal.objects.get(date=date(2027, 12, 24))  # Christmas, a Saturday, observed


def test_a_country_is_chosen_then_a_part_of_it(client, coach):
    client.post(HOLIDAYS, {"country": "US", "part": ""})
    assert AvailabilitySchedule.objects.get().region == "US"
    page = client.get(HOLIDAYS)
    assert ("US-IL", "Illinois") in page.context["form"].fields["part"].choices

    client.post(HOLIDAYS, {"country": "US", "part": "US-IL"})
    assert AvailabilitySchedule.objects.get().region == "US-IL"
    # The part of the country before is not meant any more.
    assert client.post(HOLIDAYS, {"country": "GB", "part": "US-IL"}).status_code == 302
    assert AvailabilitySchedule.objects.get().region == "GB"


@pytest.mark.parametrize("form", [{"country": "XX"}, {"country": "US", "part": "US-ZZ"}])
def test_a_region_that_does_not_exist_is_refused(client, coach, form):
    answer = client.post(HOLIDAYS, form)

    assert answer.status_code == 400
    assert not AvailabilitySchedule.objects.exclude(region="").exists()


def answer_to(client, proposal, answer):
    url = reverse("coaching:availability_holiday_answer", args=[proposal.public_id])
    status = client.post(url, {"answer": answer}).status_code
    proposal.refresh_from_db()
    return status


def test_a_holiday_closes_nothing_until_the_coach_says_so(client, coach, proposal):
    page = client.get(HOLIDAYS)
    assert proposal in page.context["open"]
    assert not AvailabilityOverride.objects.exists()

    assert answer_to(client, proposal, "accept") == 302
    assert (proposal.state, proposal.override.date) == ("accepted", date(2027, 12, 24))
    page = client.get(HOLIDAYS)
    assert page.context["answered"] == [proposal]
    assert proposal.name in client.get(CREATE).content.decode()


def test_either_answer_can_be_taken_back(client, coach, proposal):
    for answer, state in (("dismiss", "dismissed"), ("undo", "proposed"), ("accept", "accepted")):
        answer_to(client, proposal, answer)
        assert proposal.state == state
    answer_to(client, proposal, "undo")
    assert proposal.state == "proposed"
    assert not AvailabilityOverride.objects.exists()
    assert answer_to(client, proposal, "dance") == 302
    assert proposal.state == "proposed"


def test_holidays_of_a_colleague_are_not_there(client, coach, proposal):
    client.force_login(UserFactory(practice_role="consultant"))

    assert answer_to(client, proposal, "accept") == 404
    assert client.get(HOLIDAYS).context["open"] == []


# --- Leave ---

LEAVE = "/availability/leave/"


@pytest.fixture
def leave(coach):
    return add_leave(coach=coach, first=date(2027, 6, 7), last=date(2027, 6, 11))


@pytest.fixture
def clash(coach, leave):
    return BookingFactory(
        coaching_session__coach=coach,
        coaching_session__starts_at=datetime(2027, 6, 9, 9, tzinfo=UTC),
    )


def leave_url(name, leave, *more):
    return reverse(f"coaching:availability_leave_{name}", args=[leave.public_id, *more])


def test_leave_leads_to_the_sessions_in_it(client, coach):
    booking = BookingFactory(
        coaching_session__coach=coach,
        coaching_session__starts_at=datetime(2027, 6, 9, 9, tzinfo=UTC),
    )
    answer = client.post(LEAVE, {"first": "2027-06-07", "last": "2027-06-11"})
    (leave,) = Leave.objects.all()

    assert answer.url == leave_url("detail", leave)
    page = client.get(answer.url)
    assert [one.session for one in page.context["open"]] == [booking.coaching_session]
    assert reverse("coaching:booking_move", args=[booking.public_id]) in page.content.decode()
    booking.refresh_from_db()
    assert booking.state == "booked"


@pytest.mark.parametrize(
    ("form", "field", "code"),
    [
        ({"first": "2027-06-10", "last": "2027-06-09"}, "last", "ends_before_start"),
        ({"first": "2027-05-10", "last": "2027-05-11"}, "last", "past"),
        ({"first": "soon", "last": "2027-06-09"}, "first", "invalid"),
    ],
)
def test_leave_that_makes_no_sense_is_refused(client, coach, form, field, code):
    answer = client.post(LEAVE, form)

    assert answer.status_code == 400
    assert answer.context["form"].has_error(field, code=code)


def test_days_are_leave_once(client, coach, leave):
    answer = client.post(LEAVE, {"first": "2027-06-11", "last": "2027-06-12"})

    assert answer.status_code == 400
    assert "leave already" in answer.content.decode()


def test_a_session_can_be_kept_and_decided_again(client, coach, leave, clash):
    url = leave_url("keep", leave, clash.coaching_session.public_id)
    client.post(url, {"kept": "yes"})
    page = client.get(leave_url("detail", leave))
    assert (len(page.context["open"]), len(page.context["kept"])) == (0, 1)

    client.post(url, {"kept": "no"})
    page = client.get(leave_url("detail", leave))
    assert (len(page.context["open"]), len(page.context["kept"])) == (1, 0)


def test_a_session_outside_the_leave_is_not_kept(client, coach, leave):
    session = CoachingSessionFactory(coach=coach, starts_at=datetime(2027, 6, 20, tzinfo=UTC))
    answer = client.post(leave_url("keep", leave, session.public_id), follow=True)

    assert "does not lie in these days" in answer.content.decode()
    assert not leave.kept.exists()


def test_removed_leave_comes_back_with_what_was_kept(client, coach, leave, clash):
    keep_in_leave(leave=leave, session=clash.coaching_session)
    removed = client.post(leave_url("delete", leave))
    assert not Leave.objects.exists()
    client.post(UNDO, {"undo": token_of(removed)})

    again = Leave.objects.get()
    assert (again.first, again.last) == (leave.first, leave.last)
    assert list(again.kept.all()) == [clash.coaching_session]


def test_days_that_were_taken_meanwhile_do_not_come_back(client, coach, leave):
    removed = client.post(leave_url("delete", leave))
    add_leave(coach=coach, first=leave.last, last=leave.last)
    answer = client.post(UNDO, {"undo": token_of(removed)}, follow=True)

    assert "leave already" in answer.content.decode()
    assert Leave.objects.count() == 1


def test_the_leave_of_a_colleague_is_not_there(client, coach, leave, clash):
    client.force_login(UserFactory(practice_role="consultant"))
    keep = leave_url("keep", leave, clash.coaching_session.public_id)

    assert client.get(leave_url("detail", leave)).status_code == 404
    assert client.post(leave_url("delete", leave)).status_code == 404
    assert client.post(keep).status_code == 404
    assert list(client.get(LEAVE).context["leaves"]) == []


@pytest.mark.parametrize("page", [CREATE, TRAVEL, HOLIDAYS, LEAVE])
def test_dates_are_for_the_practice_alone(client, clock, page):
    client.force_login(UserFactory())

    assert client.get(page).status_code == 404
    assert client.post(page, {}).status_code == 404
