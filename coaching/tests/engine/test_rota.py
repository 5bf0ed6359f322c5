"""Slots beside shifts, with dates worked out by hand; New York changes clocks on 14 Mar and 7 Nov 2027."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.engine.rota import MARGIN_S, SLEEP_S, Fit, Rota, is_night, sleep_after

NY = "America/New_York"


def at(day: int, hour: int, minute: int = 0, month: int = 6) -> int:
    return int(datetime(2027, month, day, hour, minute, tzinfo=UTC).timestamp())


# In June New York is four hours behind UTC: 07:00 to 19:30 local, and 19:00 to 07:30 local.
DAY = (at(2, 11), at(2, 23, 30))
NIGHT = (at(3, 23), at(4, 11, 30))


@pytest.mark.parametrize(
    ("start", "fit"),
    [
        (at(2, 9), Fit.BEFORE),  # 05:00 to 06:00
        (at(2, 9, 30), Fit.BEFORE),  # to 06:30: just half an hour before
        (at(2, 9, 31), Fit.CLOSE),
        (at(2, 10), Fit.CLOSE),  # to 07:00
        (at(2, 10, 1), Fit.DURING),
        (at(2, 23, 29), Fit.DURING),
        (at(2, 23, 30), Fit.CLOSE),
        (at(2, 23, 59), Fit.CLOSE),
        (at(3, 0), Fit.AFTER),  # 20:00 the same evening
        (at(3, 4), Fit.BEFORE),  # 00:00 on the 3rd, before the night shift of that day
        (at(4, 11, 30), Fit.SLEEP),
        (at(4, 19, 29), Fit.SLEEP),
        (at(4, 19, 30), Fit.AFTER),  # 15:30, eight hours after the night shift
        (at(5, 12), Fit.FREE),
    ],
)
def test_a_slot_is_named_by_the_shift_beside_it(start, fit):
    assert Rota([NIGHT, DAY], NY).seat(start, start + 3600).fit == fit


def test_the_shift_that_says_so_is_named():
    rota = Rota([DAY, NIGHT], NY)

    assert rota.seat(at(2, 12), at(2, 13)).shift == DAY
    assert rota.seat(at(4, 12), at(4, 13)).shift == NIGHT
    assert rota.seat(at(5, 12), at(5, 13)).shift is None


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (at(3, 23), at(4, 11, 30), True),  # 19:00 to 07:30
        (at(2, 11), at(2, 23, 30), False),  # 07:00 to 19:30
        (at(2, 19), at(3, 6), True),  # 15:00 to 02:00: three hours after 23:00
        (at(2, 19), at(3, 5, 59), False),
        (at(3, 7), at(3, 15), True),  # 03:00 to 11:00: three hours before 06:00
        (at(3, 7, 1), at(3, 15), False),
    ],
)
def test_a_night_shift_takes_three_hours_of_the_night(start, end, expected):
    assert is_night((start, end), ZoneInfo(NY)) is expected


def test_hours_of_the_night_are_counted_as_they_pass():
    """02:00 to 06:00 on the wall: three hours when clocks go forward, five when they go back."""
    tz = ZoneInfo(NY)

    # 14 Mar: 03:00 EDT is 07:00Z; 06:00 EDT is 10:00Z: three hours of night, one minute less is none.
    assert is_night((at(14, 7, month=3), at(14, 14, month=3)), tz)
    assert not is_night((at(14, 7, 1, month=3), at(14, 14, month=3)), tz)
    # 7 Nov: 01:30 EDT is 05:30Z, 01:30 EST an hour later, 06:00 EST is 11:00Z.
    assert is_night((at(7, 8, month=11), at(7, 14, month=11)), tz)


def test_sleep_is_kept_free_after_night_shifts_only():
    assert sleep_after([DAY, NIGHT], ZoneInfo(NY)) == [(NIGHT[1], NIGHT[1] + SLEEP_S)]


spans = st.lists(
    st.tuples(st.integers(0, 400), st.integers(1, 60)).map(
        lambda pair: (at(1, 0) + pair[0] * 1800, at(1, 0) + (pair[0] + pair[1]) * 1800)
    ),
    max_size=6,
)


@given(shifts=spans, start=st.integers(0, 12000).map(lambda minutes: at(1, 0) + minutes * 60))
def test_a_slot_without_a_warning_keeps_its_distance(shifts, start):
    end = start + 45 * 60
    fit = Rota(shifts, NY).seat(start, end).fit

    meets = any(lower < end and start < upper for lower, upper in shifts)
    near = any(lower - MARGIN_S < end and start < upper + MARGIN_S for lower, upper in shifts)
    assert (fit is Fit.DURING) is meets
    if not fit.is_warning:
        assert not near
