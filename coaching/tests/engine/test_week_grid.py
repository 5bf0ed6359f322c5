"""Where a week's spans are drawn. Rows are half-hours of the wall clock, positions quarters from 1."""

from datetime import UTC, date, datetime

import pytest

from coaching.engine.week_grid import Place, side_by_side, week_grid

NY = "America/New_York"


def at(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def labels(grid):
    return [row.label + ("*" if row.again else "") for row in grid.rows]


def test_a_quiet_week_shows_seven_to_seven():
    grid = week_grid(NY, date(2027, 6, 7))

    assert (labels(grid)[0], labels(grid)[-1], len(grid.rows)) == ("07:00", "18:30", 24)
    assert [column.day.day for column in grid.days] == [7, 8, 9, 10, 11, 12, 13]
    assert all(grid.absent(column) == [] for column in grid.days)


def test_a_span_lies_in_the_quarters_of_its_wall_time():
    span = at("2027-06-08T13:10"), at("2027-06-08T13:55")  # 09:10 to 09:55 on Tuesday
    grid = week_grid(NY, date(2027, 6, 7), [span])

    assert grid.place(grid.days[1], span) == Place(
        9, 4
    )  # from the quarter of 09:00 to that of 09:45
    assert grid.place(grid.days[0], span) is None


def test_the_grid_grows_to_what_is_planned_and_begins_on_a_full_hour():
    span = at("2027-06-08T09:45"), at("2027-06-09T01:20")  # 05:45 to 21:20
    grid = week_grid(NY, date(2027, 6, 7), [span])

    assert (labels(grid)[0], labels(grid)[-1]) == ("05:00", "21:00")
    assert grid.place(grid.days[1], span) == Place(4, 63)


def test_a_span_past_midnight_is_cut_at_midnight():
    span = at("2027-06-09T03:00"), at("2027-06-09T06:00")  # Tue 23:00 to Wed 02:00
    grid = week_grid(NY, date(2027, 6, 7), [span])

    assert len(grid.rows) == 48
    assert grid.place(grid.days[1], span) == Place(93, 4)
    assert grid.place(grid.days[2], span) == Place(1, 8)


def test_an_hour_that_is_skipped_is_absent_on_that_day_only():
    # New York, Sunday 14 March 2027: 02:00 becomes 03:00 at 07:00Z.
    span = at("2027-03-14T06:00"), at("2027-03-14T08:00")  # 01:00 to 04:00, two hours
    grid = week_grid(NY, date(2027, 3, 8), [span])

    assert labels(grid)[0] == "01:00"
    assert [grid.absent(column) for column in grid.days] == [[]] * 6 + [[Place(5, 4)]]
    assert grid.place(grid.days[6], span) == Place(1, 12)


def test_an_hour_that_is_passed_twice_has_rows_twice():
    # New York, Sunday 7 November 2027: 02:00 becomes 01:00 at 06:00Z.
    first, second = at("2027-11-07T05:00"), at("2027-11-07T06:30")  # 01:00 EDT, 01:30 EST
    grid = week_grid(NY, date(2027, 11, 1), [(first, second)])

    assert labels(grid)[:6] == ["01:00", "01:30", "01:00*", "01:30*", "02:00", "02:30"]
    sunday = grid.days[6]
    assert grid.place(sunday, (first, second)) == Place(1, 6)
    assert grid.label(sunday, first) == "01:00 EDT"
    assert grid.label(sunday, second) == "01:30 EST"
    assert grid.label(sunday, at("2027-11-07T07:00")) == "02:00"
    # The other days pass that hour once: their second rows are absent.
    assert [grid.absent(column) for column in grid.days] == [[Place(5, 4)]] * 6 + [[]]


def test_half_an_hour_of_change_is_half_an_hour_of_rows():
    # Lord Howe, Sunday 4 April 2027: 02:00 becomes 01:30.
    night = at("2027-04-03T14:00"), at("2027-04-03T16:00")  # 01:00 on: two hours, one row twice
    grid = week_grid("Australia/Lord_Howe", date(2027, 3, 29), [night])

    assert labels(grid)[:4] == ["01:00", "01:30", "01:30*", "02:00"]
    assert grid.place(grid.days[6], night) == Place(1, 8)


def test_a_date_whose_midnight_does_not_exist_begins_at_one():
    # Beirut, Sunday 28 March 2027: 00:00 becomes 01:00.
    span = at("2027-03-27T22:00"), at("2027-03-27T23:00")  # 01:00 to 02:00
    grid = week_grid("Asia/Beirut", date(2027, 3, 22), [span])
    whole = week_grid("Asia/Beirut", date(2027, 3, 22), [(at("2027-03-22T22:00"), span[1])])

    assert (labels(grid)[0], grid.place(grid.days[6], span)) == ("01:00", Place(1, 4))
    assert whole.absent(whole.days[6]) == [Place(1, 4)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], []),
        ([Place(1, 4), Place(5, 4)], [(1, 1), (1, 1)]),
        ([Place(1, 4), Place(3, 4)], [(1, 2), (2, 2)]),
        # The third finds the first lane free again, within the same group.
        ([Place(1, 2), Place(2, 6), Place(4, 2), Place(8, 1)], [(1, 2), (2, 2), (1, 2), (1, 1)]),
        ([Place(1, 9), Place(1, 9), Place(1, 9)], [(1, 3), (2, 3), (3, 3)]),
        ([Place(9, 4), Place(1, 20)], [(2, 2), (1, 2)]),
    ],
)
def test_spans_that_meet_stand_side_by_side(given, expected):
    assert [(place.lane, place.lanes) for place in side_by_side(given)] == expected
