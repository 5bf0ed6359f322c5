"""Free starts against brute force, and what must hold of them whatever the hours."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.engine.hours import Rule, windows
from coaching.engine.intervals import merge, overlaps
from coaching.engine.slot_days import open_slots
from coaching.engine.slots import Diary, SlotShape, coach_starts, refusal
from coaching.tests.engine.brute_force import date_of, free_starts, noon, wall_of
from coaching.tests.engine.test_windows import AWKWARD, weeks

TICK = 900
counts = st.one_of(st.none(), st.integers(0, 4))
quarter = st.integers(0, 8).map(lambda count: count * TICK)
shapes = st.builds(
    SlotShape,
    length=st.integers(1, 8).map(lambda count: count * TICK),
    before=quarter,
    after=quarter,
    step=st.sampled_from([900, 1800, 2700, 3600, 6300]),
    notice=st.integers(0, 200).map(lambda count: count * TICK),
    horizon_days=st.integers(0, 9),
    max_per_day=counts,
    max_per_week=counts,
    max_seconds_per_day=st.one_of(st.none(), st.integers(0, 12).map(lambda c: c * TICK)),
    max_seconds_per_week=st.one_of(st.none(), st.integers(0, 24).map(lambda c: c * TICK)),
)
spans = st.lists(st.tuples(st.integers(-288, 288), st.integers(1, 40)), max_size=4)


def about(day, pairs):
    return [(noon(day) + at * TICK, noon(day) + (at + more) * TICK) for at, more in pairs]


@st.composite
def questions(draw):
    """A coach's week, a kind of session and the instant somebody asks."""
    week = draw(weeks())
    day = week["day"]
    diary = Diary(
        1,
        week["zone"],
        rules=week["rules"],
        overrides=week["overrides"],
        travel=week["travel"],
        leaves=week["leaves"],
        busy=merge(about(day, draw(spans))),
        sessions=about(day, draw(spans)),
    )
    now = noon(day) + draw(st.integers(-600, 100)) * TICK + draw(st.sampled_from([0, 0, 1, 437]))
    viewer_busy = merge(about(day, draw(spans)))
    return diary, draw(shapes), day, now, viewer_busy


def starts_on(diary, shape, d0, d1, now, viewer_busy):
    lo, hi = noon(d0) - 3 * 86400, noon(d1) + 3 * 86400
    found = coach_starts(diary, shape, lo=lo, hi=hi, now=now, viewer_busy=viewer_busy)
    return [at for at in found if d0 <= date_of(at, diary.zone, diary.travel) <= d1]


@settings(max_examples=150, deadline=None)
@given(questions())
def test_starts_equal_brute_force(question):
    diary, shape, day, now, viewer_busy = question
    d0, d1 = day - timedelta(days=1), day + timedelta(days=1)
    expected = free_starts(diary, shape, d0, d1, now=now, viewer_busy=viewer_busy)
    assert starts_on(diary, shape, d0, d1, now, viewer_busy) == expected


@settings(max_examples=80, deadline=None)
@given(questions())
def test_what_is_shown_can_be_booked_and_nothing_else(question):
    """The page asks for weeks, booking for one instant: both get the same answer."""
    diary, shape, day, now, viewer_busy = question
    lo, hi = noon(day) - 86400, noon(day) + 86400
    shown = set(coach_starts(diary, shape, lo=lo, hi=hi, now=now, viewer_busy=viewer_busy))
    for at in range(lo, hi, TICK):
        code = refusal(at, diary, shape, now=now, viewer_busy=viewer_busy)
        assert (code == "") is (at in shown), (at, code)
        if code == "too_late":
            assert at - now < shape.notice
        if code == "clinician_busy":
            assert overlaps(viewer_busy, at, at + shape.length)


@settings(max_examples=80, deadline=None)
@given(questions())
def test_slots_lie_in_the_hours_and_touch_nothing_busy(question):
    diary, shape, day, now, viewer_busy = question
    d0, d1 = day - timedelta(days=6), day + timedelta(days=6)
    hours = windows(
        diary.rules,
        diary.overrides,
        diary.zone,
        d0,
        d1,
        travel=diary.travel,
        leaves=diary.leaves,
    )
    for at in starts_on(diary, shape, day - timedelta(days=2), day, now, viewer_busy):
        end = at + shape.length
        assert any(start <= at and end <= until for start, until in hours)
        assert not overlaps(diary.busy, at - shape.before, end + shape.after)
        assert not overlaps(viewer_busy, at, end)


@settings(max_examples=80, deadline=None)
@given(questions(), st.sampled_from(AWKWARD))
def test_the_viewer_s_days_and_labels(question, viewer_zone):
    diary, shape, day, now, _ = question
    d0, d1 = day - timedelta(days=2), day + timedelta(days=2)
    days = open_slots([diary], shape, viewer_zone=viewer_zone, d0=d0, d1=d1, now=now)
    lo, hi = noon(d0) - 3 * 86400, noon(d1) + 3 * 86400
    expected = [
        at
        for at in coach_starts(diary, shape, lo=lo, hi=hi, now=now)
        if d0 <= wall_of(viewer_zone, at).date() <= d1
    ]
    assert [slot.start for found in days for slot in found.slots] == expected
    for found in days:
        assert {wall_of(viewer_zone, slot.start).date() for slot in found.slots} == {found.day}
        labels = [slot.label for slot in found.slots]
        assert len(labels) == len(set(labels))  # a doubled hour is told apart
        for slot in found.slots:
            local = datetime.fromtimestamp(slot.start, ZoneInfo(viewer_zone))
            assert slot.label in (f"{local:%H:%M}", f"{local:%H:%M %Z}")


def test_the_grid_does_not_depend_on_what_is_asked():
    """Hours round the clock and a step that no day is a multiple of: each day begins its own grid."""
    rules = [Rule(weekday, 0, 1440) for weekday in range(7)]
    diary, shape = Diary(1, "UTC", rules), SlotShape(length=3600, step=3000)
    monday = noon(date(2027, 6, 7)) - 43200
    whole = coach_starts(diary, shape, lo=monday, hi=monday + 7 * 86400, now=0 + monday - 86400)
    assert whole[:2] == [monday, monday + 3000]
    assert monday + 86400 in whole
    assert monday + 28 * 3000 in whole  # 23:20 until 00:20: hours that touch are one stretch
    for at in whole:
        assert refusal(at, diary, shape, now=monday - 86400) == ""
    assert refusal(monday + 29 * 3000, diary, shape, now=monday - 86400) == "slot_taken"  # 00:10
