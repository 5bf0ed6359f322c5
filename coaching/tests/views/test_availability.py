"""A coach's own hours on their page."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory
from coaching.models import AvailabilityOverride, AvailabilityRule, AvailabilitySchedule
from coaching.services.availability import add_override
from coaching.tests.factories import AvailabilityScheduleFactory

pytestmark = pytest.mark.django_db

PAGE = "/availability/"


@pytest.fixture
def coach(client, clock):
    person = UserFactory(practice_role="consultant", time_zone="Europe/Berlin")
    client.force_login(person)
    return person


def rules():
    return list(AvailabilityRule.objects.values_list("weekday", "start_min", "end_min"))


def week(**windows):
    """A form; `mon="9:00-12:00"`, a second window after a comma."""
    names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    form = {"zone": "Europe/Berlin"}
    for name, text in windows.items():
        for window, part in enumerate(text.split(",")):
            start, end = part.split("-")
            form[f"start_{names.index(name)}_{window}"] = start
            form[f"end_{names.index(name)}_{window}"] = end
    return form


def test_a_new_coach_sees_an_empty_week_in_their_zone(client, coach):
    answer = client.get(PAGE)

    assert answer.status_code == 200
    assert answer.context["form"]["zone"].value() == "Europe/Berlin"
    assert answer.context["form"]["start_0_0"].value() is None


def test_the_week_is_saved_whole(client, coach):
    AvailabilityScheduleFactory(coach=coach)
    answer = client.post(PAGE, week(mon="09:00-12:00,13:30-17:00", sun="08:00-09:00"))

    assert answer.status_code == 302
    assert rules() == [(0, 540, 720), (0, 810, 1020), (6, 480, 540)]
    assert AvailabilitySchedule.objects.get().zone == "Europe/Berlin"
    shown = client.get(PAGE).context["form"]
    assert shown["end_0_1"].value().strftime("%H:%M") == "17:00"


@pytest.mark.parametrize(
    ("window", "minutes"),
    [
        ("22:00-02:00", (1320, 1560)),
        ("20:00-00:00", (1200, 1440)),
        ("00:00-00:00", (0, 1440)),
    ],
)
def test_a_window_may_run_past_midnight(client, coach, window, minutes):
    client.post(PAGE, week(fri=window))
    assert rules() == [(4, *minutes)]

    shown = client.get(PAGE).context["form"]
    start, end = (shown[f"{edge}_4_0"].value().strftime("%H:%M") for edge in ("start", "end"))
    assert f"{start}-{end}" == window


def test_an_empty_week_closes_everything(client, coach):
    AvailabilityScheduleFactory(coach=coach)
    client.post(PAGE, {"zone": "Europe/Berlin"})

    assert rules() == []


@pytest.mark.parametrize(
    ("form", "field", "code"),
    [
        (week(mon="09:00-"), "end_0_0", "half_window"),
        (week(mon="-12:00"), "start_0_0", "half_window"),
        (week(mon="09:00-09:00"), "end_0_0", "ends_before_start"),
        (week(mon="soon-12:00"), "start_0_0", "invalid"),
        (week(mon="09:00-12:00,11:00-13:00"), "__all__", "overlap"),
        ({"zone": "Mars/Olympus"}, "zone", "invalid_choice"),
        ({"zone": ""}, "zone", "required"),
    ],
)
def test_hours_that_make_no_sense_are_refused_and_the_old_ones_stay(
    client, coach, form, field, code
):
    AvailabilityScheduleFactory(coach=coach)
    before = rules()
    answer = client.post(PAGE, form)

    assert answer.status_code == 400
    assert answer.context["form"].has_error(field, code=code)
    assert rules() == before


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
    assert list(client.get(PAGE).context["overrides"]) == [override]


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
    assert answer.context["override_form"].has_error(field, code=code)
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


def test_hours_are_for_the_practice_alone(client, clock):
    client.force_login(UserFactory())

    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, week(mon="09:00-12:00")).status_code == 404
    form = {"day": "2027-06-10", "kind": "closed"}
    assert client.post(CREATE, form).status_code == 404
    assert not AvailabilitySchedule.objects.exists()
