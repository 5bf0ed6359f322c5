from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.utils import timezone

from core.slot_days import group_slots, part_of_day


def field(choices, initial=""):
    class SlotForm(forms.Form):
        slot = forms.CharField()

    form = SlotForm(initial={"slot": initial})
    form.fields["slot"].widget = forms.RadioSelect(choices=choices)
    return form["slot"]


LATE = ("late", datetime(2026, 11, 27, 3, 0, tzinfo=UTC))  # 21:00 on the 26th in Chicago
EARLY = ("early", datetime(2026, 11, 26, 13, 0, tzinfo=UTC))  # 07:00 there


def test_slots_fall_on_the_viewers_day():
    with timezone.override(ZoneInfo("America/Chicago")):
        days = group_slots(field([EARLY, LATE]))

    assert [(day.day, day.count) for day in days] == [(date(2026, 11, 26), 2)]
    assert [group.label for group in days[0].groups] == ["Morning", "Evening"]


def test_days_come_in_order_and_the_first_is_chosen():
    with timezone.override(UTC):
        days = group_slots(field([LATE, EARLY]))

    assert [(day.day.day, day.is_chosen) for day in days] == [(26, True), (27, False)]


def test_the_day_of_the_checked_slot_is_chosen():
    with timezone.override(UTC):
        days = group_slots(field([EARLY, LATE], initial="late"))

    assert [day.is_chosen for day in days] == [False, True]
    assert days[1].groups[0].slots[0].is_checked


def test_named_groups_keep_their_names():
    with timezone.override(UTC):
        days = group_slots(field([("Before your shift", [EARLY])]))

    assert [group.label for group in days[0].groups] == ["Before your shift"]


def test_without_slots_there_are_no_days():
    assert group_slots(field([])) == []


@pytest.mark.parametrize(
    ("hour", "part"), [(0, "Morning"), (11, "Morning"), (12, "Afternoon"), (17, "Evening")]
)
def test_part_of_day(hour, part):
    assert part_of_day(hour) == part


def test_an_hour_that_comes_twice_names_its_zone():
    at = [(str(hour), datetime(2027, 11, 7, hour, 30, tzinfo=UTC)) for hour in (4, 5, 6)]

    with timezone.override(ZoneInfo("America/New_York")):
        (day,) = group_slots(field(at))

    shown = [(f"{slot.starts_at:%H:%M}", slot.zone) for slot in day.groups[0].slots]
    assert shown == [("00:30", ""), ("01:30", "EDT"), ("01:30", "EST")]
