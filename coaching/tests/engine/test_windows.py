"""Windows against brute force: thirteen awkward zones a whole year, then every zone there is."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.engine.hours import Leave, Override, Rule, Travel, windows
from coaching.engine.wall_clock import to_epoch
from coaching.tests.engine.brute_force import as_spans, open_ticks

FRI, SAT, SUN = 4, 5, 6
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
RULE_SETS = 60  # a zone: 780 in all
YEAR = 2027
TICK = 900
FIRST = to_epoch(datetime(YEAR - 1, 12, 28, tzinfo=UTC))
COUNT = 375 * 96


@lru_cache(maxsize=1)
def walls_of_the_year(zone):
    """What the clock shows every quarter hour."""
    tz = ZoneInfo(zone)
    return [
        datetime.fromtimestamp(FIRST + index * TICK, tz).replace(tzinfo=None)
        for index in range(COUNT)
    ]


def spans_of_the_year(rules, zone):
    """Windows of all dates of the year by looking for each edge among the quarter hours."""
    walls = walls_of_the_year(zone)
    covered = bytearray(COUNT)
    day = date(YEAR, 1, 1)
    while day.year == YEAR:
        base = datetime.combine(day, datetime.min.time())
        around = (to_epoch(base.replace(tzinfo=UTC)) - FIRST) // TICK
        for rule in rules:
            if rule.weekday != day.weekday():
                continue
            opens, closes = (base + timedelta(minutes=edge) for edge in rule[1:3])
            near = around + rule.start_min // 15
            begin = next(i for i in range(near - 80, near + 80) if walls[i] >= opens)
            near = around + rule.end_min // 15
            last = next(i for i in range(near + 80, near - 80, -1) if walls[i] < closes)
            covered[begin : last + 1] = b"\1" * (last + 1 - begin)
        day += timedelta(days=1)
    return as_spans([FIRST + index * TICK for index in range(COUNT) if covered[index]])


def random_rule(random):
    start = random.choice([random.randrange(96), random.randrange(16)])  # often the small hours
    end = min(192, start + random.choice([1, 2, 4, random.randint(1, 96), random.randint(1, 192)]))
    return Rule(random.randrange(7), start * 15, end * 15)


@pytest.mark.parametrize("zone", AWKWARD)
def test_sixty_random_weeks_a_zone_all_year(zone):
    random = Random(zone)
    for _ in range(RULE_SETS):
        rules = [random_rule(random) for _ in range(random.randint(1, 6))]
        found = windows(rules, [], zone, date(YEAR, 1, 1), date(YEAR, 12, 31))
        assert found == spans_of_the_year(rules, zone), rules


@pytest.mark.parametrize("zone", AWKWARD)
def test_hours_over_midnight_and_in_the_small_hours_all_year(zone):
    for rules in (
        [Rule(weekday, 0, 180) for weekday in (SAT, SUN)],
        [Rule(weekday, 135, 165) for weekday in range(7)],
        [Rule(weekday, 22 * 60 + 15, 30 * 60) for weekday in (3, SAT)],
        [Rule(SAT, 0, 2880), Rule(3, 23 * 60, 24 * 60)],
    ):
        found = windows(rules, [], zone, date(YEAR, 1, 1), date(YEAR, 12, 31))
        assert found == spans_of_the_year(rules, zone)


def changes_of_the_year(zone):
    """The dates next to which the zone's offset changes; some summer day if it never does."""
    tz = ZoneInfo(zone)
    days = range(FIRST, FIRST + COUNT * TICK, 86400)
    offsets = [datetime.fromtimestamp(at, tz).utcoffset() for at in days]
    changes = [i for i in range(1, len(offsets)) if offsets[i] != offsets[i - 1]] or [150]
    return [datetime.fromtimestamp(days[index], UTC).date() for index in changes]


def test_every_zone_about_each_change_of_the_year():
    rules = [
        *(Rule(weekday, 0, 45) for weekday in range(7)),
        *(Rule(weekday, 60, 225) for weekday in range(7)),
        *(Rule(weekday, 1335, 1500) for weekday in range(7)),
    ]
    zones = sorted(available_timezones() - {"localtime"})
    assert len(zones) > 500
    for zone in zones:
        for day in changes_of_the_year(zone):
            d0, d1 = day - timedelta(days=2), day + timedelta(days=1)
            expected = as_spans(open_ticks(rules, [], zone, d0, d1))
            assert windows(rules, [], zone, d0, d1) == expected, (zone, day)


quarters = st.tuples(st.integers(0, 95), st.integers(1, 96)).map(
    lambda pair: (pair[0] * 15, min(192, sum(pair)) * 15)
)
rule = st.builds(lambda weekday, span: Rule(weekday, *span), st.integers(0, 6), quarters)


@st.composite
def weeks(draw):
    """Hours of one week in any zone, about a date on which its clocks may change."""
    zone = draw(st.sampled_from(sorted(available_timezones() - {"localtime"})))
    day = draw(st.dates(date(2026, 1, 1), date(2036, 12, 31)))
    if draw(st.booleans()):
        day = next_change(zone, day) or day
    near = st.integers(-3, 4).map(lambda days: day + timedelta(days=days))
    dated = st.builds(
        lambda day, kind, span: Override(day, kind, *span),
        near,
        st.sampled_from(["replace", "add", "remove"]),
        quarters,
    )
    closing = near.map(lambda day: Override(day, "replace"))
    stretch = st.tuples(near, st.integers(0, 3))
    leaves = draw(st.lists(stretch, max_size=1))
    trips = draw(st.lists(stretch, max_size=1))
    elsewhere = draw(st.sampled_from(AWKWARD))
    return {
        "zone": zone,
        "day": day,
        "rules": draw(st.lists(rule, min_size=1, max_size=6)),
        "overrides": draw(st.lists(st.one_of(dated, dated, closing), max_size=3)),
        "leaves": [Leave(first, first + timedelta(days=more)) for first, more in leaves],
        "travel": [Travel(first, first + timedelta(days=more), elsewhere) for first, more in trips],
    }


def next_change(zone, day):
    """The first date of the coming year on which the zone's offset differs from the date before."""
    tz = ZoneInfo(zone)
    noons = [datetime.combine(day, datetime.min.time(), tz) + timedelta(days=i) for i in range(366)]
    offsets = [at.replace(hour=12).utcoffset() for at in noons]
    return next((noons[i].date() for i in range(1, 366) if offsets[i] != offsets[i - 1]), None)


@settings(max_examples=150, deadline=None)
@given(weeks())
def test_windows_of_any_zone_with_exceptions_leave_and_travel(week):
    d0, d1 = week["day"] - timedelta(days=2), week["day"] + timedelta(days=2)
    args = week["rules"], week["overrides"], week["zone"], d0, d1
    more = {"travel": week["travel"], "leaves": week["leaves"]}
    assert windows(*args, **more) == as_spans(open_ticks(*args, **more))
