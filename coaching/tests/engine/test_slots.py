"""The table of the scheduling chapter, and the rules of slots."""

from datetime import UTC, date, datetime, timedelta

import pytest

from coaching.engine.hours import Override, Rule, windows
from coaching.engine.slot_days import open_slots
from coaching.engine.slots import (
    Diary,
    SlotShape,
    coach_starts,
    refusal,
)
from coaching.engine.wall_clock import to_epoch

NEW_YORK, LONDON = "America/New_York", "Europe/London"
SUN, SAT = 6, 5


def utc(*parts: int) -> int:
    return to_epoch(datetime(*parts, tzinfo=UTC))


def hours(rules, zone, day, overrides=()):
    return windows(rules, overrides, zone, day, day)


def starts_of(days):
    return [slot.start for day in days for slot in day.slots]


def test_row_1_an_afternoon_on_the_day_of_a_change_keeps_its_wall_time():
    assert hours([Rule(SUN, 13 * 60, 18 * 60)], NEW_YORK, date(2027, 3, 14)) == [
        (utc(2027, 3, 14, 17), utc(2027, 3, 14, 22))
    ]


def offered(rules, zone, day, length=3600, step=3600):
    return open_slots(
        [Diary(1, zone, rules)],
        SlotShape(length=length, step=step),
        viewer_zone=zone,
        d0=day,
        d1=day,
        now=utc(2027, 1, 1),
    )


def test_row_2_a_lost_hour_loses_a_slot():
    day = date(2027, 3, 14)
    rule = Rule(SUN, 60, 300)
    assert hours([rule], NEW_YORK, day) == [(utc(2027, 3, 14, 6), utc(2027, 3, 14, 9))]
    (offer,) = offered([rule], NEW_YORK, day)
    assert [slot.label for slot in offer.slots] == ["01:00", "03:00", "04:00"]


def test_row_3_a_repeated_hour_gains_a_slot_and_names_both():
    day = date(2027, 11, 7)
    rule = Rule(SUN, 60, 300)
    assert hours([rule], NEW_YORK, day) == [(utc(2027, 11, 7, 5), utc(2027, 11, 7, 10))]
    (offer,) = offered([rule], NEW_YORK, day)
    assert [slot.label for slot in offer.slots] == [
        "01:00 EDT",
        "01:00 EST",
        "02:00",
        "03:00",
        "04:00",
    ]


def test_row_4_hours_inside_the_skipped_hour_are_no_window():
    assert hours([Rule(SUN, 135, 165)], NEW_YORK, date(2027, 3, 14)) == []


def test_hours_that_end_as_a_repeated_hour_begins_do_not_reach_into_it():
    assert hours([Rule(SUN, 0, 60)], NEW_YORK, date(2027, 11, 7)) == [
        (utc(2027, 11, 7, 4), utc(2027, 11, 7, 5))
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 3, 27), (utc(2027, 3, 27, 22), utc(2027, 3, 28, 5))),
        (date(2027, 10, 30), (utc(2027, 10, 30, 21), utc(2027, 10, 31, 6))),
    ],
)
def test_row_5_a_window_past_midnight_over_a_change(day, expected):
    assert hours([Rule(SAT, 22 * 60, 30 * 60)], LONDON, day) == [expected]


def test_row_11_notice_is_inclusive():
    diary = Diary(1, "UTC", [Rule(1, 600, 900)])
    shape = SlotShape(length=1800, notice=4 * 3600)
    noon = utc(2027, 6, 1, 12)
    eight = datetime(2027, 6, 1, 8, tzinfo=UTC)
    assert refusal(noon, diary, shape, now=to_epoch(eight)) == ""
    late = to_epoch(eight + timedelta(milliseconds=1))
    assert refusal(noon, diary, shape, now=late) == "too_late"


def test_row_12_caps_count_the_coach_s_local_date():
    every_day = [Rule(weekday, 0, 1440) for weekday in range(7)]
    late_evening = utc(2027, 6, 1, 23, 30)  # 00:30 BST on 2 June
    diary = Diary(1, LONDON, every_day, sessions=[(late_evening, late_evening + 1800)])
    shape = SlotShape(length=1800, max_per_day=1)
    now = utc(2027, 5, 31)
    assert refusal(utc(2027, 6, 1, 12), diary, shape, now=now) == ""
    assert refusal(utc(2027, 6, 2, 12), diary, shape, now=now) == "cap_reached"
    assert refusal(utc(2027, 6, 2, 23, 30), diary, shape, now=now) == ""  # 3 June in London


def test_caps_of_a_week_count_sessions_and_time():
    every_day = [Rule(weekday, 0, 1440) for weekday in range(7)]
    monday = utc(2027, 5, 31, 9)
    diary = Diary(1, "UTC", every_day, sessions=[(monday, monday + 5400)])
    now = utc(2027, 5, 30)
    sunday, next_monday = utc(2027, 6, 6, 12), utc(2027, 6, 7, 12)
    for shape in (
        SlotShape(length=1800, max_per_week=1),
        SlotShape(length=1800, max_seconds_per_week=7000),
    ):
        assert refusal(sunday, diary, shape, now=now) == "cap_reached"
        assert refusal(next_monday, diary, shape, now=now) == ""


def test_the_horizon_is_counted_in_the_coach_s_dates():
    every_day = [Rule(weekday, 0, 1440) for weekday in range(7)]
    diary = Diary(1, NEW_YORK, every_day)
    shape = SlotShape(length=1800, horizon_days=1)
    now = utc(2027, 6, 1, 3)  # 31 May in New York
    last = utc(2027, 6, 2, 3, 30)  # 23:30 on 1 June there
    assert refusal(last, diary, shape, now=now) == ""
    assert refusal(last + 1800, diary, shape, now=now) == "beyond_horizon"


def test_the_viewer_s_zone_groups_and_labels_only():
    diary = Diary(1, LONDON, [Rule(0, 540, 600)])
    days = open_slots(
        [diary],
        SlotShape(length=3600),
        viewer_zone="Pacific/Auckland",
        d0=date(2027, 6, 1),
        d1=date(2027, 6, 9),
        now=utc(2027, 1, 1),
    )
    # Monday 7 June 09:00 BST is 20:00 in Auckland.
    assert [(day.day, [slot.label for slot in day.slots]) for day in days] == [
        (date(2027, 6, 7), ["20:00"])
    ]


def test_a_coach_s_hour_keeps_its_wall_time_when_only_one_side_changes_clocks():
    diary = Diary(1, NEW_YORK, [Rule(0, 540, 600)])
    days = open_slots(
        [diary],
        SlotShape(length=3600),
        viewer_zone=LONDON,
        d0=date(2027, 3, 8),
        d1=date(2027, 3, 29),
        now=utc(2027, 1, 1),
    )
    # New York changes on 14 March, London on the 28th.
    assert [day.slots[0].label for day in days] == ["14:00", "13:00", "13:00", "14:00"]


def test_buffers_stack_and_may_reach_outside_the_window():
    nine = utc(2027, 6, 7, 9)
    # A claim of an 11:00 session with its own 10-minute buffers.
    claim = (nine + 2 * 3600 - 600, nine + 3 * 3600 + 600)
    diary = Diary(1, "UTC", [Rule(0, 540, 900)], busy=[claim])
    shape = SlotShape(length=3600, before=600, after=600)
    found = coach_starts(diary, shape, lo=nine, hi=nine + 86400, now=nine - 86400)
    assert found == [
        nine,  # its buffer reaches out of the window
        *range(nine + 900, nine + 2400 + 1, 900),  # ends 20 minutes before the next, at the latest
        *range(nine + 12600, nine + 18000 + 1, 900),
    ]


def test_zero_buffers_allow_sessions_back_to_back():
    nine = utc(2027, 6, 7, 9)
    diary = Diary(1, "UTC", [Rule(0, 540, 720)], busy=[(nine + 3600, nine + 7200)])
    shape = SlotShape(length=3600, step=3600)
    assert coach_starts(diary, shape, lo=nine, hi=nine + 86400, now=nine - 86400) == [
        nine,
        nine + 7200,
    ]


def test_a_neighbor_s_booking_does_not_shift_the_grid():
    nine = utc(2027, 6, 7, 9)
    diary = Diary(1, "UTC", [Rule(0, 540, 720)], busy=[(nine, nine + 1000)])
    shape = SlotShape(length=1800, step=1800)
    assert coach_starts(diary, shape, lo=nine, hi=nine + 86400, now=nine - 86400)[0] == nine + 1800


def test_the_clinician_s_own_claim_removes_slots_without_buffers():
    nine = utc(2027, 6, 7, 9)
    diary = Diary(1, "UTC", [Rule(0, 540, 660)])
    shape = SlotShape(length=3600, step=3600, before=600)
    own = [(nine + 3600, nine + 7200)]
    found = coach_starts(diary, shape, lo=nine, hi=nine + 86400, now=nine - 86400, viewer_busy=own)
    assert found == [nine]
    assert refusal(nine + 3600, diary, shape, now=nine - 9, viewer_busy=own) == "clinician_busy"


def test_overrides_replace_add_and_remove():
    day = date(2027, 6, 7)
    rules = [Rule(0, 540, 720)]
    noon = utc(2027, 6, 7, 12)
    assert hours(rules, "UTC", day, [Override(day, "replace")]) == []
    assert hours(rules, "UTC", day, [Override(day, "replace", 600, 660)]) == [
        (noon - 7200, noon - 3600)
    ]
    assert hours(rules, "UTC", day, [Override(day, "add", 780, 840)]) == [
        (noon - 10800, noon),
        (noon + 3600, noon + 7200),
    ]
    assert hours(rules, "UTC", day, [Override(day, "remove", 600, 660)]) == [
        (noon - 10800, noon - 7200),
        (noon - 3600, noon),
    ]


def test_rules_hold_from_and_to_their_dates():
    rules = [Rule(0, 540, 600, date(2027, 6, 7), date(2027, 6, 14))]
    found = windows(rules, [], "UTC", date(2027, 5, 31), date(2027, 6, 30))
    assert found == [
        (utc(2027, 6, 7, 9), utc(2027, 6, 7, 10)),
        (utc(2027, 6, 14, 9), utc(2027, 6, 14, 10)),
    ]


def test_one_coach_for_thirty_days():
    rules = [Rule(weekday, 540, 1020) for weekday in range(5)]
    d0 = date(2027, 6, 1)
    busy = [(utc(2027, 6, day, 10), utc(2027, 6, day, 11)) for day in range(1, 29)]
    days = open_slots(
        [Diary(1, LONDON, rules, busy=busy)],
        SlotShape(length=1800, step=1800),
        viewer_zone=LONDON,
        d0=d0,
        d1=d0 + timedelta(days=29),
        now=utc(2027, 5, 1),
    )
    found = starts_of(days)
    assert found == sorted(set(found))
    assert len(found) == 22 * 16 - 20 * 2  # weekdays of June x half hours, less the busy ones
