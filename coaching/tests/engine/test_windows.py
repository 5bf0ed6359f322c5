"""Windows against brute force, in zones that change clocks in odd ways."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.engine.hours import Rule, windows
from coaching.engine.wall_clock import to_epoch

SUN, SAT = 6, 5
AWKWARD = [
    "America/New_York",
    "Europe/London",
    "America/St_Johns",
    "America/Havana",
    "America/Santiago",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Antarctica/Troll",
    "Atlantic/Azores",
]


def brute_force(rules, zone, d0, d1):
    """Windows by walking instants in quarter hours and reading the clock of each."""
    tz = ZoneInfo(zone)
    count = (d1 - d0).days + 3
    first = to_epoch(datetime.combine(d0, datetime.min.time(), UTC)) - 86400
    instants = range(first, first + (count + 2) * 86400, 900)
    walls = [datetime.fromtimestamp(at, tz).replace(tzinfo=None) for at in instants]
    covered = set()
    for offset in range((d1 - d0).days + 1):
        day = d0 + timedelta(days=offset)
        base = datetime.combine(day, datetime.min.time())
        lo = max(0, offset * 96 - 96)
        near = range(lo, min(len(walls), lo + 96 * 6))
        for rule in rules:
            if rule.weekday != day.weekday():
                continue
            opens = base + timedelta(minutes=rule.start_min)
            closes = base + timedelta(minutes=rule.end_min)
            begin = next(index for index in near if walls[index] >= opens)
            end = next(index for index in reversed(near) if walls[index] < closes)
            covered.update(range(begin, end + 1))
    spans = []
    for index in sorted(covered):
        at = instants[index]
        if spans and spans[-1][1] == at:
            spans[-1] = (spans[-1][0], at + 900)
        else:
            spans.append((at, at + 900))
    return spans


quarter_rules = st.lists(
    st.builds(
        lambda weekday, start, length: Rule(weekday, start * 15, min(start + length, 192) * 15),
        st.integers(0, 6),
        st.integers(0, 95),
        st.integers(1, 96),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(quarter_rules, st.sampled_from(AWKWARD), st.integers(0, 51))
def test_windows_equal_brute_force(rules, zone, week):
    d0 = date(2027, 1, 4) + timedelta(weeks=week)
    d1 = d0 + timedelta(days=13)
    assert windows(rules, [], zone, d0, d1) == brute_force(rules, zone, d0, d1)


@pytest.mark.parametrize("zone", AWKWARD)
def test_windows_equal_brute_force_all_year(zone):
    """Hours over midnight, in the small hours and through the whole day, in every week of 2027."""
    d0, d1 = date(2027, 1, 1), date(2027, 12, 31)
    for rules in (
        [Rule(weekday, 0, 180) for weekday in (SAT, SUN)],
        [Rule(weekday, 135, 165) for weekday in range(7)],
        [Rule(weekday, 22 * 60 + 15, 30 * 60) for weekday in (3, SAT)],
        [Rule(SAT, 0, 2880), Rule(3, 23 * 60, 24 * 60)],
    ):
        assert windows(rules, [], zone, d0, d1) == brute_force(rules, zone, d0, d1)
