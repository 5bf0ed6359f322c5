"""Dates on which clocks do something odd, worked out by hand from the zones' published rules."""

from datetime import UTC, date, datetime, timedelta

import pytest

from coaching.engine.hours import Leave, Override, Rule, Travel, windows
from coaching.engine.slot_days import open_slots
from coaching.engine.slots import Diary, SlotShape, coach_starts, refusal
from coaching.engine.wall_clock import to_epoch

EVERY_DAY = range(7)
LONDON, NEW_YORK, TOKYO = "Europe/London", "America/New_York", "Asia/Tokyo"


def utc(*parts: int) -> int:
    return to_epoch(datetime(*parts, tzinfo=UTC))


def daily(start_min, end_min):
    return [Rule(weekday, start_min, end_min) for weekday in EVERY_DAY]


@pytest.mark.parametrize(
    ("zone", "day", "wall", "expected"),
    [
        # Midnight that does not exist: the day begins at 01:00.
        ("America/Santiago", (2027, 9, 5), (0, 360), ((2027, 9, 5, 4), (2027, 9, 5, 9))),
        ("Asia/Beirut", (2027, 3, 28), (0, 180), ((2027, 3, 27, 22), (2027, 3, 28, 0))),
        ("Africa/Cairo", (2027, 4, 30), (0, 120), ((2027, 4, 29, 22), (2027, 4, 29, 23))),
        ("America/Havana", (2025, 3, 9), (0, 60), None),
        # The last hour of a day twice: 23:00 to 24:00, then 23:00 to 24:00.
        ("America/Santiago", (2027, 4, 3), (1200, 1440), ((2027, 4, 3, 23), (2027, 4, 4, 4))),
        ("Asia/Beirut", (2027, 10, 30), (1320, 1440), ((2027, 10, 30, 19), (2027, 10, 30, 22))),
        ("Africa/Cairo", (2027, 10, 28), (1380, 1500), ((2027, 10, 28, 20), (2027, 10, 28, 23))),
        ("Africa/Cairo", (2027, 10, 28), (1320, 1380), ((2027, 10, 28, 19), (2027, 10, 28, 20))),
        # Half an hour, forward and back.
        (
            "Australia/Lord_Howe",
            (2027, 10, 3),
            (60, 300),
            ((2027, 10, 2, 14, 30), (2027, 10, 2, 18)),
        ),
        ("Australia/Lord_Howe", (2027, 4, 4), (60, 300), ((2027, 4, 3, 14), (2027, 4, 3, 18, 30))),
        ("Australia/Lord_Howe", (2027, 10, 3), (120, 150), None),
        (
            "Australia/Lord_Howe",
            (2027, 10, 3),
            (135, 180),
            ((2027, 10, 2, 15, 30), (2027, 10, 2, 16)),
        ),
        # Two hours.
        ("Antarctica/Troll", (2027, 3, 28), (0, 360), ((2027, 3, 28, 0), (2027, 3, 28, 4))),
        ("Antarctica/Troll", (2027, 10, 31), (0, 360), ((2027, 10, 30, 22), (2027, 10, 31, 6))),
        ("Antarctica/Troll", (2027, 3, 28), (75, 175), None),
        # A date that never was, and the night before it.
        ("Pacific/Apia", (2011, 12, 30), (540, 1020), None),
        ("Pacific/Apia", (2011, 12, 29), (1320, 1800), ((2011, 12, 30, 8), (2011, 12, 30, 10))),
        ("Pacific/Apia", (2011, 12, 31), (0, 60), ((2011, 12, 30, 10), (2011, 12, 30, 11))),
        # Hours over midnight in the night of a change.
        (NEW_YORK, (2027, 3, 13), (1320, 1800), ((2027, 3, 14, 3), (2027, 3, 14, 10))),
        (NEW_YORK, (2027, 11, 6), (1320, 1800), ((2027, 11, 7, 2), (2027, 11, 7, 11))),
        (NEW_YORK, (2027, 3, 13), (1440, 2880), ((2027, 3, 14, 5), (2027, 3, 15, 4))),
        # Ramadan in Morocco: an hour back on 23 February, forward on 6 April.
        ("Africa/Casablanca", (2025, 2, 23), (60, 240), ((2025, 2, 23, 0), (2025, 2, 23, 4))),
        ("Africa/Casablanca", (2025, 4, 6), (60, 240), ((2025, 4, 6, 1), (2025, 4, 6, 3))),
        # Offsets of three quarters of an hour.
        (
            "Pacific/Chatham",
            (2027, 9, 26),
            (120, 300),
            ((2027, 9, 25, 13, 15), (2027, 9, 25, 15, 15)),
        ),
        ("Asia/Kathmandu", (2027, 6, 1), (540, 600), ((2027, 6, 1, 3, 15), (2027, 6, 1, 4, 15))),
    ],
)
def test_hours_of_one_date(zone, day, wall, expected):
    on = date(*day)
    found = windows([Rule(on.weekday(), *wall)], [], zone, on, on)
    assert found == ([] if expected is None else [(utc(*expected[0]), utc(*expected[1]))])


def days_seen(diary, viewer, d0, d1, shape=None):
    shape = shape or SlotShape(length=3600, step=3600)
    days = open_slots([diary], shape, viewer_zone=viewer, d0=d0, d1=d1, now=utc(2027, 1, 1))
    return [(day.day, [slot.label for slot in day.slots]) for day in days]


def test_two_people_a_calendar_day_apart():
    """09:00 on Monday in Kiritimati is 08:00 on Sunday in Pago Pago, and the other way."""
    june = date(2027, 6, 1), date(2027, 6, 11)
    east, west = "Pacific/Kiritimati", "Pacific/Pago_Pago"
    monday = [Rule(0, 540, 600)]
    assert days_seen(Diary(1, east, monday), west, *june) == [(date(2027, 6, 6), ["08:00"])]
    assert days_seen(Diary(1, west, monday), east, *june) == [
        (date(2027, 6, 1), ["10:00"]),
        (date(2027, 6, 8), ["10:00"]),
    ]


def test_a_single_day_of_the_viewer_a_calendar_day_apart():
    sunday = date(2027, 6, 6)
    diary = Diary(1, "Pacific/Kiritimati", [Rule(0, 540, 600)])
    assert days_seen(diary, "Pacific/Pago_Pago", sunday, sunday) == [(sunday, ["08:00"])]


def test_coach_and_viewer_change_clocks_on_different_dates():
    # Sydney ends summer time on 4 April, London begins its own on 28 March.
    diary = Diary(1, LONDON, [Rule(0, 540, 600)])
    assert days_seen(diary, "Australia/Sydney", date(2027, 3, 22), date(2027, 4, 6)) == [
        (date(2027, 3, 22), ["20:00"]),
        (date(2027, 3, 29), ["19:00"]),
        (date(2027, 4, 5), ["18:00"]),
    ]


def test_the_viewer_s_doubled_hour_is_named_whatever_the_coach_s_clock_does():
    # 7 November 05:00Z to 07:00Z: 01:00 EDT, 01:00 EST; noon in Kathmandu is no change.
    diary = Diary(1, "Asia/Kathmandu", [Rule(6, 645, 765)])
    assert days_seen(diary, NEW_YORK, date(2027, 11, 7), date(2027, 11, 7)) == [
        (date(2027, 11, 7), ["01:00 EDT", "01:00 EST"])
    ]
    half_hours = SlotShape(length=1800, step=1800)
    # Lord Howe on 4 April: 01:30 at +11:00 and again at +10:30.
    diary = Diary(1, "UTC", [Rule(5, 840, 960)])
    assert days_seen(
        diary, "Australia/Lord_Howe", date(2027, 4, 4), date(2027, 4, 4), half_hours
    ) == [(date(2027, 4, 4), ["01:00", "01:30 +11", "01:30 +1030", "02:00"])]


def test_a_viewer_whose_day_begins_at_one_o_clock_misses_nothing():
    diary = Diary(1, "UTC", daily(0, 1440))
    seen = days_seen(diary, "America/Santiago", date(2027, 9, 4), date(2027, 9, 5))
    assert [len(labels) for _, labels in seen] == [24, 23]
    assert seen[1][1][0] == "01:00"


def test_a_viewer_whose_last_hour_comes_twice():
    diary = Diary(1, "UTC", daily(0, 1440))
    seen = days_seen(diary, "America/Santiago", date(2027, 4, 3), date(2027, 4, 4))
    assert [len(labels) for _, labels in seen] == [25, 24]
    assert seen[0][1][-2:] == ["23:00 -03", "23:00 -04"]


def test_travel_across_a_clock_change_of_the_place():
    """From London to New York, 12 to 16 March 2027: clocks change there on the 14th."""
    trip = Travel(date(2027, 3, 12), date(2027, 3, 16), NEW_YORK)
    found = windows(
        daily(540, 600), [], LONDON, date(2027, 3, 11), date(2027, 3, 17), travel=[trip]
    )
    assert [datetime.fromtimestamp(start, UTC).hour for start, _ in found] == [
        9,  # the 11th, at home
        14,
        14,
        13,
        13,
        13,
        9,
    ]


def test_flying_east_hours_of_two_dates_may_meet_and_join():
    """The 10th in New York until 22:00 there, 02:00Z; the 11th in Tokyo from 09:00, 00:00Z."""
    trip = Travel(date(2027, 6, 11), date(2027, 6, 11), TOKYO)
    found = windows(
        daily(540, 1320), [], NEW_YORK, date(2027, 6, 10), date(2027, 6, 11), travel=[trip]
    )
    assert found == [(utc(2027, 6, 10, 13), utc(2027, 6, 11, 13))]


def test_caps_and_horizon_count_the_dates_of_the_place():
    """At 15:00Z on 9 June it is the 10th in Tokyo, while in London it is the 9th."""
    trip = Travel(date(2027, 6, 10), date(2027, 6, 10), TOKYO)
    booked = utc(2027, 6, 9, 23), utc(2027, 6, 10, 0)  # 08:00 in Tokyo
    diary = Diary(1, LONDON, daily(0, 1440), sessions=[booked], travel=[trip])
    shape = SlotShape(length=3600, step=3600, max_per_day=1)
    now = utc(2027, 6, 8, 12)
    assert refusal(utc(2027, 6, 9, 14), diary, shape, now=now) == ""  # the 9th
    assert refusal(utc(2027, 6, 9, 15), diary, shape, now=now) == "cap_reached"
    assert refusal(utc(2027, 6, 10, 14), diary, shape, now=now) == "cap_reached"
    near = SlotShape(length=3600, step=3600, horizon_days=1)
    assert refusal(utc(2027, 6, 9, 14), diary, near, now=now) == ""
    assert refusal(utc(2027, 6, 9, 15), diary, near, now=now) == "beyond_horizon"
    # On the page the same: nothing after 15:00Z, which is the 10th where the coach is.
    last = coach_starts(diary, near, lo=now, hi=now + 5 * 86400, now=now)[-1]
    assert last == utc(2027, 6, 9, 14)


def test_leave_takes_its_dates_whole_and_no_more():
    """Hours from 22:00 to 02:00: the evening before keeps its part, the last evening is leave."""
    leave = Leave(date(2027, 6, 10), date(2027, 6, 11))
    found = windows(
        daily(1320, 1560), [], "UTC", date(2027, 6, 9), date(2027, 6, 12), leaves=[leave]
    )
    assert found == [
        (utc(2027, 6, 9, 22), utc(2027, 6, 10, 0)),
        (utc(2027, 6, 12, 22), utc(2027, 6, 13, 2)),
    ]
    evening = date(2027, 6, 9)
    assert windows(daily(1320, 1560), [], "UTC", evening, evening, leaves=[leave]) == found[:1]


def test_leave_on_a_day_without_midnight_and_one_of_twenty_five_hours():
    leave = Leave(date(2027, 9, 5), date(2027, 9, 5))
    (before, after) = windows(
        [Rule(5, 0, 2880), Rule(0, 0, 60)],
        [],
        "America/Santiago",
        date(2027, 9, 4),
        date(2027, 9, 6),
        leaves=[leave],
    )
    assert before == (utc(2027, 9, 4, 4), utc(2027, 9, 5, 4))
    assert after == (utc(2027, 9, 6, 3), utc(2027, 9, 6, 4))


def test_a_session_may_not_reach_into_a_leave_or_a_removal_of_the_next_day():
    day = date(2027, 6, 9)
    late = utc(2027, 6, 9, 23)
    shape = SlotShape(length=7200, step=3600)
    now = utc(2027, 6, 8)
    through = Diary(1, "UTC", daily(1320, 1560))
    assert refusal(late, through, shape, now=now) == ""
    next_day = day + timedelta(days=1)
    on_leave = Diary(1, "UTC", through.rules, leaves=[Leave(next_day, next_day)])
    assert refusal(late, on_leave, shape, now=now) == "slot_taken"
    removed = Diary(1, "UTC", through.rules, [Override(next_day, "remove", 0, 60)])
    assert refusal(late, removed, shape, now=now) == "slot_taken"
    assert refusal(late - 3600, removed, shape, now=now) == ""


def test_an_addition_does_not_open_a_leave_and_a_closing_beats_other_hours():
    day = date(2027, 6, 9)
    added = [Override(day, "add", 540, 600)]
    assert windows([], added, "UTC", day, day, leaves=[Leave(day, day)]) == []
    both = [Override(day, "replace", 540, 600), Override(day, "replace")]
    assert windows(daily(0, 60), both, "UTC", day, day) == []
    assert windows(daily(0, 60), [*both, *added], "UTC", day, day) == [
        (utc(2027, 6, 9, 9), utc(2027, 6, 9, 10))
    ]


def test_a_window_of_two_days_is_open_to_its_last_minute():
    """Begun on the date before: 2880 minutes, and the last hour can still be booked."""
    diary = Diary(1, "UTC", [Rule(2, 0, 2880)])  # Wednesday and Thursday
    shape = SlotShape(length=3600)
    last = utc(2027, 6, 10, 23)
    assert refusal(last, diary, shape, now=utc(2027, 6, 8)) == ""
    assert refusal(last + 900, diary, shape, now=utc(2027, 6, 8)) == "slot_taken"
