from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coaching.engine.wall_clock import (
    day_table,
    from_epoch,
    local_date,
    resolve_point,
    resolve_wall,
    to_epoch,
)

NY = ZoneInfo("America/New_York")


def utc(*parts: int) -> int:
    return to_epoch(datetime(*parts, tzinfo=UTC))


def test_to_epoch_counts_a_started_second_as_over():
    at = datetime(2027, 6, 1, 8, tzinfo=UTC)
    assert to_epoch(at + timedelta(milliseconds=1)) == to_epoch(at) + 1
    assert from_epoch(to_epoch(at)) == at


def test_a_wall_time_that_occurs_twice_starts_first_and_ends_last():
    fold = date(2027, 11, 7)
    assert resolve_wall(fold, 90, NY, "start") == utc(2027, 11, 7, 5, 30)
    assert resolve_wall(fold, 90, NY, "end") == utc(2027, 11, 7, 6, 30)
    assert resolve_point(fold, 90, NY) == utc(2027, 11, 7, 5, 30)


def test_a_skipped_wall_time_is_the_jump_and_a_point_shifts_forward():
    gap = date(2027, 3, 14)
    assert resolve_wall(gap, 150, NY, "start") == utc(2027, 3, 14, 7)
    assert resolve_wall(gap, 150, NY, "end") == utc(2027, 3, 14, 7)
    assert resolve_point(gap, 150, NY) == utc(2027, 3, 14, 7, 30)  # 03:30 EDT


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        # Midnight does not exist: Havana jumps 00:00 to 01:00, 05:00Z.
        ("America/Havana", date(2026, 3, 8), (2026, 3, 8, 5)),
        ("Africa/Cairo", date(2026, 4, 24), (2026, 4, 23, 22)),
        # A date that was left out altogether.
        ("Pacific/Apia", date(2011, 12, 30), (2011, 12, 30, 10)),
        ("Asia/Kathmandu", date(2026, 6, 1), (2026, 5, 31, 18, 15)),
    ],
)
def test_the_first_instant_of_a_date(zone, day, expected):
    (row,) = day_table(zone, day, day)
    assert row.midnight == utc(*expected)


def test_half_hour_changes_are_found_to_the_second():
    lord_howe = ZoneInfo("Australia/Lord_Howe")  # 3 Oct 2027, 02:00 to 02:30: 15:30Z the day before
    assert resolve_wall(date(2027, 10, 3), 135, lord_howe, "start") == utc(2027, 10, 2, 15, 30)


def test_a_day_is_uniform_only_if_it_and_the_next_have_no_change():
    rows = day_table("America/New_York", date(2027, 3, 11), date(2027, 3, 16))
    assert [row.is_uniform for row in rows] == [True, True, False, False, True, True]


def test_local_date_is_the_zone_s():
    assert local_date(utc(2027, 3, 15, 0), NY) == date(2027, 3, 14)
