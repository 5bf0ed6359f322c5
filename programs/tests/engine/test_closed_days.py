"""Exact dates: weekends, blackouts, the direction of a move, and clock changes."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from programs.engine.digests import covered, digest_at, digest_day
from programs.engine.schedule import ClosedDays, resolve

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2026, 3, 2)
SATURDAY_SESSION = datetime(2026, 3, 14, 14, tzinfo=UTC)  # 10:00, summer time since the 8th


def at(anchor="cohort_start", offset="P0D", closed=None, clock=None, **given):
    return resolve(
        anchor=anchor,
        offset=offset,
        at=clock,
        zone=NEW_YORK,
        starts_on=MONDAY,
        session_starts_at=given.get("session"),
        enrolled_on=given.get("enrolled_on"),
        closed=closed or ClosedDays(weekends=True),
    )


def test_a_weekend_date_moves_to_monday_and_keeps_its_wall_time_over_the_clock_change():
    # Saturday 7 March 20:00 EST would be 01:00 UTC; Monday the 9th is summer time.
    assert at(offset="P5D", clock=time(20)) == datetime(2026, 3, 10, 0, tzinfo=UTC)
    assert at(offset="P5D", clock=time(20), closed=ClosedDays()) == datetime(
        2026, 3, 8, 1, tzinfo=UTC
    )


def test_what_is_counted_backwards_moves_back_so_that_time_before_the_session_is_not_cut():
    # Session on Monday 16 March 10:00; two days before is Saturday; so Friday the 13th.
    session = datetime(2026, 3, 16, 14, tzinfo=UTC)
    assert at("session:mid", "-P2D", session=session) == datetime(2026, 3, 13, 14, tzinfo=UTC)
    assert at("session:mid", "P5D", session=session) == datetime(2026, 3, 23, 14, tzinfo=UTC)


def test_the_day_of_a_session_is_open_by_being_planned():
    assert at("session:mid", session=SATURDAY_SESSION) == SATURDAY_SESSION
    assert at("session:mid", "P1D", session=SATURDAY_SESSION) == datetime(
        2026, 3, 16, 14, tzinfo=UTC
    )


def test_blackouts_hold_both_their_ends_and_join_with_the_weekend():
    closed = ClosedDays(weekends=True, spans=((date(2026, 3, 9), date(2026, 3, 10)),))
    assert at(offset="P5D", closed=closed) == datetime(2026, 3, 11, 4, tzinfo=UTC)
    only = ClosedDays(spans=((date(2026, 3, 9), date(2026, 3, 9)),))
    assert at(offset="P7D", closed=only) == datetime(2026, 3, 10, 4, tzinfo=UTC)
    assert at(offset="P6D", closed=only) == datetime(2026, 3, 8, 5, tzinfo=UTC)


def test_enrolled_counts_from_the_later_of_start_and_acceptance():
    assert at("enrolled", "P2D", enrolled_on=date(2026, 3, 10)) == datetime(
        2026, 3, 12, 4, tzinfo=UTC
    )
    assert at("enrolled", "P2D", enrolled_on=date(2026, 2, 1)) == datetime(
        2026, 3, 4, 5, tzinfo=UTC
    )
    assert at("enrolled", "P2D") is None


def test_closed_for_good_leaves_the_date_where_it_was():
    always = ClosedDays(spans=((date(2020, 1, 1), date(2036, 1, 1)),))
    assert at(offset="P2D", closed=always) == datetime(2026, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 3, 7, 13, 0, tzinfo=UTC), date(2026, 3, 7)),  # 08:00 sharp, winter
        (datetime(2026, 3, 7, 13, 0, 1, tzinfo=UTC), date(2026, 3, 8)),
        (datetime(2026, 3, 8, 12, 0, tzinfo=UTC), date(2026, 3, 8)),  # 08:00 sharp, summer
        (datetime(2026, 3, 8, 12, 0, 1, tzinfo=UTC), date(2026, 3, 9)),
    ],
)
def test_each_instant_belongs_to_one_digest_also_when_the_clocks_change(instant, day):
    assert digest_day(instant, NEW_YORK) == day
    after, until = covered(day, NEW_YORK)
    assert after < instant <= until
    assert until == digest_at(day, NEW_YORK)
