"""Ten people of one cohort, written through `programs.public` only, with an edge of every definition.

Cohort in New York, Monday 2 March to 12 April 2026 (clocks change on 8 March), grace 3 days, lapse 14,
groups North and South. Reported on 1 April at midnight, day 30.

Required items (minutes), with their due dates; the practices assign twenty minutes each:

    read1 (10), sit1 (20)   week 1   9 March
    read2 (10), sit2 (20)   week 2   16 March
    read3 (30)              week 3   23 March
    read4 (10)              week 4   two days after the closing session: North 28, South 29 March, 15:00

Live sessions: mid (17 March, everybody), extra (19 March, canceled), close (North 26, South 27 March).
Attendance rule: half of them. Accepted on 1 March, but for Ivy (25 March, 00:00).

    Ana  N  all done by 25 March, present twice                       completed, on time
    Ben  S  last step on 31 March, absent and present                 completed, late
    Cy   N  read4 left, and extended by five days                     on pace
    Dee  S  read4 left, three days' grace end on 1 April at 15:00      on pace
    Eli  N  everything but sit1, due first: the rest never pays        behind
    Fay  S  last event on 18 March at 00:00, exactly L before          lapsed
    Gus  N  one event, taken back as an error                          no_show
    Hal  S  one step, withdrawn on 10 March                            withdrawn
    Ivy  N  began exactly seven days before, nothing done              no_show
    Jo   S  completed on 22 March, withdrawn on 24 March               completed, on time

Not of E: Kim (void), Lou (transferred out on 12 March), Max (invited only).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from accounts.tests.factories import ConsentFactory, UserFactory
from programs import public
from programs.models import Item
from programs.services.cohorts import add_group, create_cohort
from programs.services.live_slots import cancel_slot, plan_slot
from programs.tests.factories import (
    CohortFactory,
    EngagementFactory,
    ItemFactory,
    ModuleFactory,
    ProgramVersionFactory,
)
from programs.tests.kinds import BODIES

if TYPE_CHECKING:
    from programs.models import Cohort, Enrollment, LiveSlot

NEW_YORK = ZoneInfo("America/New_York")
NORTH = ("Ana", "Cy", "Eli", "Gus", "Ivy", "Kim")
SOUTH = ("Ben", "Dee", "Fay", "Hal", "Jo", "Lou", "Max")
DONE = {  # March, at nine in the morning unless an hour is given
    "Ana": {"read1": 3, "read2": 10, "read3": 18, "read4": 25},
    "Ben": {"read1": 3, "read2": 12, "read3": 20, "read4": 31},
    "Cy": {"read1": 3, "read2": 10, "read3": 19},
    "Dee": {"read1": 2, "read2": 10, "read3": 22},
    "Eli": {"read1": 3, "read2": 10, "read3": 24, "read4": 25},
    "Fay": {"read1": 3, "read2": (18, 0)},
    "Gus": {"read1": 20},
    "Hal": {"read1": 5},
    "Jo": {"read1": 3, "read2": (9, 0), "read3": 16, "read4": 22},
    "Kim": {"read1": 3},
    "Lou": {"read1": 4},
}
PRACTICED = {  # item, day, minutes, counted by
    "Ana": [("sit1", 4, 20, "timer"), ("sit2", 11, 20, "timer")],
    "Ben": [("sit1", 5, 20, "manual"), ("sit2", 13, 20, "timer")],
    "Cy": [("sit1", 4, 15, "timer"), ("sit2", 12, 20, "timer")],
    "Dee": [("sit1", 6, 20, "timer"), ("sit2", 14, 20, "timer")],
    "Eli": [("sit2", 11, 40, "manual")],
    "Fay": [("sit1", 4, 10, "timer")],
    "Jo": [("sit1", 3, 20, "timer"), ("sit2", 10, 20, "timer")],
}
MARKS = {
    "mid": {
        "Ana": "present", "Ben": "absent", "Cy": "excused", "Dee": "present", "Eli": "present",
        "Fay": "absent", "Gus": "absent", "Jo": "present",
    },
    "close": {
        "Ana": "present", "Ben": "present", "Cy": "absent", "Eli": "present", "Fay": "absent",
        "Gus": "absent",
    },
}  # fmt: skip


def ny(day: int, hour: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=NEW_YORK).astimezone(UTC)


REPORTED_AT = ny(1, month=4)


@dataclass
class TenPeople:
    cohort: Cohort
    people: dict[str, Enrollment]


def write_ten_people() -> TenPeople:
    by = UserFactory(practice_role="consultant")
    cohort = _cohort(by)
    groups = {name: add_group(cohort=cohort, name=name, by=by) for name in ("North", "South")}
    slots = _slots(cohort, groups, by)
    people = {name: _enroll(cohort, name, groups, by) for name in NORTH + SOUTH}
    items = {item.key: item for item in Item.objects.filter(module__version=cohort.version)}
    facts = [
        (_at(day), name, items[key], "item_completed", {})
        for name, done in DONE.items()
        for key, day in done.items()
    ] + [
        (ny(day, 9), name, items[key], "practiced", {"minutes": minutes, "counted_by": counted_by})
        for name, sittings in PRACTICED.items()
        for key, day, minutes, counted_by in sittings
    ]
    marks = _marks(people, slots)
    for at, name, about, *what in sorted(facts + marks, key=lambda fact: fact[:2]):
        enrollment = people[name]
        if about in slots.values():
            public.record_attendance(
                enrollment=enrollment, slot=about, status=what[0], by=by, now=at
            )
            continue
        event = public.record_event(
            enrollment=enrollment,
            item=about,
            kind=what[0],
            occurred_at=at,
            key=f"{name} {about.key} {at}",
            source="import",
            payload=what[1],
            now=at,
        )
        if name == "Gus":
            public.void_event(event=event, by=by, reason="was Ana", now=ny(21))
    public.withdraw(enrollment=people["Hal"], by=by, now=ny(10, 12))
    public.withdraw(enrollment=people["Jo"], by=by, now=ny(24))
    public.void(enrollment=people["Kim"], by=by, reason="duplicate", now=ny(20))
    other = CohortFactory(engagement=cohort.engagement)
    public.transfer(enrollment=people["Lou"], to=other, by=by, now=ny(12))
    public.extend(enrollments=[people["Cy"]], items=[items["read4"]], by_days=5, by=by, now=ny(27))
    return TenPeople(cohort, people)


def _cohort(by) -> Cohort:
    version = ProgramVersionFactory(
        modules=0, version="2.1.0", completion={"required_items": "all", "attendance_min": 0.5}
    )
    for week in range(1, 5):
        due = {"anchor": "cohort_start", "offset": f"P{7 * week}D"}
        module = ModuleFactory(
            version=version,
            items=0,
            release={"anchor": "cohort_start", "offset": f"P{7 * week - 7}D"},
            due=due if week < 4 else {"anchor": "session:close", "offset": "P2D"},
        )
        ItemFactory(module=module, key=f"read{week}", minutes=30 if week == 3 else 10)
        if week < 3:
            body = json.loads(json.dumps(BODIES[Item.Kind.PRACTICE]))
            ItemFactory(module=module, key=f"sit{week}", kind="practice", minutes=20, body=body)
    return create_cohort(
        engagement=EngagementFactory(),
        version=version,
        by=by,
        now=ny(1),
        name="Ten people",
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 4, 12),
        time_zone="America/New_York",
    )


def _slots(cohort, groups, by) -> dict[str, LiveSlot]:
    def plan(key, day, group=None):
        return plan_slot(
            cohort=cohort,
            key=key,
            title=key,
            starts_at=ny(day, 15),
            ends_at=ny(day, 16),
            group=groups.get(group),
            by=by,
        )

    slots = {"mid": plan("mid", 17), "North": plan("close", 26, "North")}
    slots["South"] = plan("close", 27, "South")
    cancel_slot(slot=plan("extra", 19), by=by, now=ny(1))
    return slots


def _enroll(cohort, name, groups, by) -> Enrollment:
    user = UserFactory(name=name)
    group = groups["North" if name in NORTH else "South"]
    place = public.enroll(cohort=cohort, user=user, group=group, by=by, now=ny(1))
    if name == "Max":
        return place
    ConsentFactory(user=user, disclosure__organization=cohort.engagement.organization)
    return public.accept(enrollment=place, now=ny(25) if name == "Ivy" else ny(1, 12))


def _marks(people, slots) -> list[tuple[datetime, str, LiveSlot, str]]:
    """When each mark was made: at the end of its session; Ivy's later, of before she came."""
    found = [(ny(25, 10), "Ivy", slots["mid"], "absent")]
    for key, marks in MARKS.items():
        for name, status in marks.items():
            slot = slots["mid"] if key == "mid" else slots["North" if name in NORTH else "South"]
            found.append((slot.ends_at, name, slot, status))
    return found


def _at(day) -> datetime:
    return ny(*day) if isinstance(day, tuple) else ny(day, 9)
