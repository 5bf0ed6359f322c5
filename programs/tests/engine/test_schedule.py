from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from programs.engine.schedule import offset_days, resolve, session_key

NEW_YORK = ZoneInfo("America/New_York")


def dated(anchor="cohort_start", offset="P0D", at=None, session=None, starts_on=date(2026, 10, 26)):
    return resolve(
        anchor=anchor,
        offset=offset,
        at=at,
        zone=NEW_YORK,
        starts_on=starts_on,
        session_starts_at=session,
    )


@pytest.mark.parametrize(
    ("text", "days"), [("P0D", 0), ("P7D", 7), ("-P2D", -2), ("P1W", 7), ("-P2W", -14)]
)
def test_offset_is_read(text, days):
    assert offset_days(text) == days


@pytest.mark.parametrize("text", ["", "7", "P", "P1M", "P-1D", "PT5H", "P1234D", "P7D "])
def test_other_durations_are_refused(text):
    with pytest.raises(ValueError, match="not a duration"):
        offset_days(text)


def test_a_start_is_local_midnight():
    assert dated() == datetime(2026, 10, 26, 4, tzinfo=UTC)


def test_local_time_survives_the_end_of_summer_time():
    # 1 November 2026: clocks go back, so eight at night is an hour later in UTC.
    assert dated(offset="P0D", at=time(20)) == datetime(2026, 10, 27, 0, tzinfo=UTC)
    assert dated(offset="P7D", at=time(20)) == datetime(2026, 11, 3, 1, tzinfo=UTC)


def test_a_negative_offset_counts_back_from_the_session_in_local_days():
    session = datetime(2026, 11, 2, 14, 30, tzinfo=UTC)  # 09:30 in New York, after the change

    assert dated("session:mid", "-P2D", session=session) == datetime(
        2026, 10, 31, 13, 30, tzinfo=UTC
    )
    assert dated("session:mid", "-P2D", time(20), session) == datetime(2026, 11, 1, 0, tzinfo=UTC)


def test_a_time_in_the_spring_gap_moves_forward_by_the_gap():
    found = dated(starts_on=date(2026, 3, 8), at=time(2, 30))

    assert found == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)  # 03:30 there


def test_an_unplanned_session_gives_no_date():
    assert dated("session:mid", "P7D") is None
    assert session_key("session:mid") == "mid"
    assert session_key("cohort_start") == ""
