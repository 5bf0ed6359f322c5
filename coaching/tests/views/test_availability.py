"""A coach's own hours on their page."""

import re
from datetime import date

import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory
from coaching.models import AvailabilityRule, AvailabilitySchedule
from coaching.tests.factories import AvailabilityScheduleFactory, SessionTypeFactory

pytestmark = pytest.mark.django_db

PAGE = "/availability/"


@pytest.fixture
def coach(client, clock):
    person = UserFactory(practice_role="consultant", time_zone="Europe/Berlin")
    client.force_login(person)
    return person


def rules_stored():
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
    assert answer.context["form"].rows == [[]] * 7


def test_the_week_is_saved_whole(client, coach):
    AvailabilityScheduleFactory(coach=coach)
    answer = client.post(PAGE, week(mon="09:00-12:00,13:30-17:00", sun="08:00-09:00"))

    assert answer.status_code == 302
    assert rules_stored() == [(0, 540, 720), (0, 810, 1020), (6, 480, 540)]
    assert AvailabilitySchedule.objects.get().zone == "Europe/Berlin"
    shown = client.get(PAGE).context["form"]
    assert shown["end_0_1"].value() == "17:00"


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
    assert rules_stored() == [(4, *minutes)]

    shown = client.get(PAGE).context["form"]
    start, end = (shown[f"{edge}_4_0"].value() for edge in ("start", "end"))
    assert f"{start}-{end}" == window


def test_an_empty_week_closes_everything(client, coach):
    AvailabilityScheduleFactory(coach=coach)
    client.post(PAGE, {"zone": "Europe/Berlin"})

    assert rules_stored() == []


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
    before = rules_stored()
    answer = client.post(PAGE, form)

    assert answer.status_code == 400
    assert answer.context["form"].has_error(field, code=code)
    assert rules_stored() == before


def test_windows_past_midnight_are_said_plainly(client, coach):
    client.post(PAGE, week(fri="22:00-06:00", sat="20:00-00:00"))
    text = client.get(PAGE).content.decode()

    assert "22:00 until 06:00 the next day" in text
    assert "20:00 until midnight" in text


def test_hours_may_hold_for_some_dates_only_and_survive_a_save(client, coach):
    dates = {"first_0_0": "2027-06-07", "last_0_0": "2027-08-30"}
    client.post(PAGE, week(mon="09:00-12:00") | dates)
    shown = client.get(PAGE).context["form"]
    client.post(PAGE, shown.initial)

    (rule,) = AvailabilityRule.objects.all()
    assert (rule.valid_from, rule.valid_to) == (date(2027, 6, 7), date(2027, 8, 30))


def test_a_refusal_loses_nothing_typed(client, coach):
    answer = client.post(PAGE, week(mon="09:00-12:00,13:00-", tue="08:00-soon"))
    form = answer.context["form"]

    assert answer.status_code == 400
    typed = [form[name].value() for name in ("start_0_0", "start_0_1", "end_0_1", "end_1_0")]
    assert typed == ["09:00", "13:00", "", "soon"]


# --- Rows are added, taken away and copied without a script, and saved only on request ---


def rows(answer):
    return [
        [(row.get("start", ""), row.get("end", "")) for row in day]
        for day in answer.context["form"].rows
    ]


def press(client, form, **button):
    return client.post(PAGE, form | button)


def test_a_row_can_be_added_and_takes_the_focus(client, coach):
    AvailabilityScheduleFactory(coach=coach)
    before = rules_stored()
    answer = press(client, week(mon="09:00-12:00"), do="add-0")

    assert answer.status_code == 200
    assert rows(answer)[0] == [("09:00", "12:00"), ("", "")]
    assert re.findall(r'name="(\w+)"[^>]*autofocus', answer.content.decode()) == ["start_0_1"]
    assert rules_stored() == before


def test_a_day_has_room_for_eight(client, coach):
    form = week(mon=",".join(f"{hour:02d}:00-{hour:02d}:30" for hour in range(8)))

    assert len(rows(press(client, form, do="add-0"))[0]) == 8


def test_a_row_can_be_removed(client, coach):
    form = week(mon="09:00-12:00,13:00-15:00,16:00-17:00")

    assert rows(press(client, form, do="remove-0-1"))[0] == [("09:00", "12:00"), ("16:00", "17:00")]
    assert rows(press(client, form, do="remove-0-9")) == rows(press(client, form, do="preview"))


def test_a_row_can_be_given_dates(client, coach):
    form = week(mon="09:00-12:00,13:00-15:00")
    answer = press(client, form, do="dates-0-1")

    assert "first_0_1" in answer.context["form"].fields
    assert "first_0_0" not in answer.context["form"].fields
    refused = client.post(PAGE, form | {"first_0_1": "2027-06-09", "last_0_1": "2027-06-08"})
    assert refused.context["form"].has_error("last_0_1", code="ends_before_start")
    assert 'aria-describedby="hours-audience id_last_0_1_error"' in refused.content.decode()


def test_a_day_can_be_copied_to_others(client, coach):
    form = week(mon="09:00-12:00,22:00-02:00", wed="10:00-11:00")
    answer = press(client, form, do="copy", copy_from="0", copy_to=["2", "4", "0", "9", "x"])

    assert rows(answer)[2] == rows(answer)[4] == rows(answer)[0] != []
    assert rows(answer)[1] == []


@pytest.mark.parametrize("do", ["add-7", "remove-0", "copy", "dance", "add-0-0"])
def test_a_button_that_does_not_exist_changes_nothing(client, coach, do):
    answer = press(client, week(mon="09:00-12:00"), do=do)

    assert answer.status_code == 200
    assert rows(answer)[0] == [("09:00", "12:00")]
    assert rules_stored() == []


def test_what_was_typed_stays_however_odd(client, coach):
    answer = press(client, week(mon="soon-later"), do="add-0")

    assert rows(answer)[0] == [("soon", "later"), ("", "")]
    assert 'value="soon"' in answer.content.decode()


# --- What clinicians will see ---


@pytest.fixture
def shape(clock):
    return SessionTypeFactory(length_min=60, step_min=60, notice_min=0, name="Talk")


def seen(answer):
    return {
        day.day.isoformat(): [slot.label for slot in day.slots]
        for day in answer.context["preview"].days
    }


def test_the_preview_shows_the_stored_hours(client, coach, shape):
    client.post(PAGE, week(wed="09:00-11:00"))
    answer = client.get(PAGE)

    # Tuesday 1 June 2027, 08:00 in Berlin; two weeks hold two Wednesdays.
    assert seen(answer) == {"2027-06-02": ["09:00", "10:00"], "2027-06-09": ["09:00", "10:00"]}
    assert answer.context["preview"].count == 4
    assert "4 free times in the next two weeks" in answer.content.decode()


def test_the_preview_shows_what_is_typed_and_saves_nothing(client, coach, shape):
    client.post(PAGE, week(wed="09:00-11:00"))
    before = rules_stored()
    answer = press(client, week(thu="14:00-15:00", fri="soon-15:00"), do="preview")

    assert list(seen(answer).values()) == [["14:00"], ["14:00"]]
    assert "not saved yet" in answer.content.decode()
    assert rules_stored() == before


def test_the_preview_is_for_the_chosen_type_and_viewer(client, coach, shape):
    long = SessionTypeFactory(length_min=120, step_min=60, notice_min=0, name="A long talk")
    choice = {"preview_type": str(long.public_id), "preview_zone": "America/New_York"}
    answer = press(client, week(wed="09:00-12:00") | choice, do="preview")

    # Two hours fit at 09:00 and 10:00 in Berlin, which is six hours ahead of New York.
    assert seen(answer)["2027-06-02"] == ["03:00", "04:00"]
    assert answer.context["choice"]["preview_zone"].value() == "America/New_York"


def test_the_preview_reads_the_hours_in_the_zone_that_is_typed(client, coach, shape):
    form = week(wed="09:00-10:00") | {"zone": "America/Chicago"}

    assert seen(press(client, form, do="preview"))["2027-06-02"] == ["16:00"]


@pytest.mark.parametrize(
    "choice", [{"preview_type": "x"}, {"preview_zone": "Mars/Olympus"}, {"zone": "Mars/Olympus"}]
)
def test_a_choice_that_does_not_exist_means_the_usual_one(client, coach, shape, choice):
    answer = press(client, week(wed="09:00-10:00") | choice, do="preview")

    assert answer.status_code == 200
    assert seen(answer)["2027-06-02"] == ["09:00"]


def test_without_session_types_there_is_nothing_to_preview(client, coach):
    answer = client.get(PAGE)

    assert answer.context["preview"] is None
    assert reverse("coaching:session_type_create") in answer.content.decode()


def test_hours_are_for_the_practice_alone(client, clock):
    client.force_login(UserFactory())

    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, week(mon="09:00-12:00")).status_code == 404
    assert not AvailabilitySchedule.objects.exists()
