"""When to remind, with instants computed by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from coaching.engine.reminders import Lead, due_time, limits

NY, LONDON = ZoneInfo("America/New_York"), ZoneInfo("Europe/London")
LORD_HOWE, CHICAGO = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/Chicago")
DAY_BEFORE_20 = Lead(days_before=1, at_min=20 * 60)


def utc(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("lead", "start", "tz", "due"),
    [
        # Row 14: Sunday 14 March 2027, 20:00 in New York; clocks went forward that morning.
        (Lead(minutes=1440), utc(2027, 3, 15, 0), NY, utc(2027, 3, 14, 0)),
        (DAY_BEFORE_20, utc(2027, 3, 15, 0), NY, utc(2027, 3, 14, 1)),
        # Clocks go back on 7 November: 24 hours before Sunday 07:00 EST is Saturday 08:00 EDT.
        (Lead(minutes=1440), utc(2027, 11, 7, 12), NY, utc(2027, 11, 6, 12)),
        (Lead(days_before=1, at_min=7 * 60), utc(2027, 11, 7, 12), NY, utc(2027, 11, 6, 11)),
        # A wall time inside the fold: the first pass, 01:30 EDT.
        (Lead(days_before=1, at_min=90), utc(2027, 11, 8, 14), NY, utc(2027, 11, 7, 5, 30)),
        # A start inside the fold, second pass 01:30 EST: the date before is 6 November all the same.
        (DAY_BEFORE_20, utc(2027, 11, 7, 6, 30), NY, utc(2027, 11, 7, 0)),
        (Lead(minutes=60), utc(2027, 11, 7, 6, 30), NY, utc(2027, 11, 7, 5, 30)),
        # A wall time that is skipped, 02:30 on 14 March: 03:30 EDT.
        (Lead(days_before=1, at_min=150), utc(2027, 3, 15, 14), NY, utc(2027, 3, 14, 7, 30)),
        # London skips 01:00 to 02:00 on 28 March: 01:15 becomes 02:15 BST.
        (Lead(days_before=0, at_min=75), utc(2027, 3, 28, 9), LONDON, utc(2027, 3, 28, 1, 15)),
        # Lord Howe: 02:00 back to 01:30 on 4 April. 01:45 comes twice, first at +11.
        (Lead(days_before=1, at_min=105), utc(2027, 4, 4, 23), LORD_HOWE, utc(2027, 4, 3, 14, 45)),
        # And forward by half an hour on 3 October: 02:15 becomes 02:45 at +11.
        (
            Lead(days_before=0, at_min=135),
            utc(2027, 10, 2, 22),
            LORD_HOWE,
            utc(2027, 10, 2, 15, 45),
        ),
        # The recipient's date, not the coach's: 00:30Z on the 2nd is the evening of the 1st.
        (DAY_BEFORE_20, utc(2027, 6, 2, 0, 30), CHICAGO, utc(2027, 6, 1, 1)),
    ],
)
def test_a_lead_is_due(lead, start, tz, due):
    assert due_time(lead, start=start, tz=tz) == due


@pytest.mark.parametrize(
    ("lead_s", "before_start_s"),
    [(86400, 21600), (3600, 900), (1200, 300), (600, 300), (300, 300)],
)
def test_it_is_worth_sending_until_a_quarter_of_the_lead(lead_s, before_start_s):
    start = utc(2027, 6, 1, 10)
    assert limits(start=start, due=start - lead_s) == (start - lead_s, start - before_start_s)


@pytest.mark.parametrize("lead_s", [299, 0, -60])
def test_a_lead_below_five_minutes_is_none(lead_s):
    assert limits(start=utc(2027, 6, 1, 10), due=utc(2027, 6, 1, 10) - lead_s) is None


def test_names_of_leads():
    assert [Lead(minutes=m).rule for m in (1440, 60, 90, 30)] == ["24h", "1h", "90m", "30m"]
    assert Lead(days_before=1, at_min=18 * 60 + 5).rule == "1d-1805"
