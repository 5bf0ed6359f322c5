"""The pure function beside a plain loop that answers the same: 200 coaches, 28 days, 50,000 slots."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bench.pairs import measure_pair
from bench.report import Row, pair_rows
from bench.slot_floor import plain_engine
from coaching.engine.hours import Rule
from coaching.engine.slot_days import open_slots
from coaching.engine.slots import Diary, SlotShape

NAME = "slots.engine"
COACHES, DAYS, BUSY = 200, 28, 40
ZONES = ["America/New_York", "Europe/London", "America/Chicago", "America/Los_Angeles"]
VIEWER = "America/New_York"
FIRST = date(2027, 3, 1)  # clocks change on the 14th in America, on the 28th in Britain
SHAPE = SlotShape(length=2700, step=1800, notice=4 * 3600)


def diaries(coaches: int = COACHES) -> list[Diary]:
    """Coaches with seven hours a day and forty busy spans in the four weeks, the same every run."""
    random = Random(7)
    first = int(datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC).timestamp())
    made = []
    for coach in range(coaches):
        halves = sorted(random.sample(range(0, DAYS * 24, 2), BUSY))
        busy = [(first + half * 3600, first + half * 3600 + 3300) for half in halves]
        rules = [Rule(weekday, 540, 960) for weekday in range(7)]
        made.append(Diary(coach, ZONES[coach % len(ZONES)], rules, busy=busy))
    return made


def run(size: str) -> list[Row]:
    coaches = diaries()
    now = coaches[0].busy[0][0] - 86400
    last = FIRST + timedelta(days=DAYS - 1)

    def ours() -> list[tuple[date, list]]:
        return open_slots(coaches, SHAPE, viewer_zone=VIEWER, d0=FIRST, d1=last, now=now)

    def floor() -> dict[date, list[tuple[int, int, str]]]:
        return plain_engine(
            coaches=[(diary.coach, diary.zone, diary.rules, diary.busy) for diary in coaches],
            viewer=ZoneInfo(VIEWER),
            first=FIRST,
            days=DAYS,
            earliest=now + SHAPE.notice,
            length=SHAPE.length,
            step=SHAPE.step,
        )

    mine = {day: [tuple(slot) for slot in slots] for day, slots in ours()}
    theirs = floor()
    if mine != theirs:  # a floor that answers something else measures nothing
        raise AssertionError("the floor and the engine disagree")
    rows = [Row(NAME, "slots found", str(sum(map(len, mine.values()))))]
    return rows + pair_rows(NAME, measure_pair(ours, floor), cpu_target=1.5, wall_target=None)
