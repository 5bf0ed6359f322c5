"""Who has done it all: checks passed with the steps, and, once the sessions are over, the program."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from config.demo.cohorts import DemoCohort
from programs.models import Attempt, Item, ItemState, LiveSlot
from programs.services.completions import complete_waiting

# From the last session to the day on which it is looked at who is complete.
AFTERWARDS = timedelta(days=4)


def pass_checks(demo: DemoCohort) -> None:
    """Whoever did a check has answered it, and rightly."""
    checks = Item.objects.filter(module__version=demo.cohort.version, kind=Item.Kind.CHECK)
    states = ItemState.objects.filter(enrollment__in=demo.enrollments, item__in=checks)
    Attempt.objects.bulk_create(
        Attempt(
            enrollment_id=state.enrollment_id,
            item=state.item,
            number=1,
            answers=_right_answers(state.item),
            score=Decimal(1),
            passed=True,
            submitted_at=state.done_at,
        )
        for state in states.exclude(done_at=None).select_related("item")
    )


def complete_cohort(demo: DemoCohort, now: datetime) -> None:
    """Complete who has met the rule, if the last session is over for a few days."""
    last = LiveSlot.objects.filter(cohort=demo.cohort).order_by("ends_at").last()
    if last and last.ends_at + AFTERWARDS < now:
        complete_waiting(
            cohort=demo.cohort, occurred_at=last.ends_at, now=last.ends_at + AFTERWARDS
        )


def _right_answers(item: Item) -> dict[str, list[str]]:
    return {
        question["id"]: [one["id"] for one in question["options"] if one["correct"]]
        for question in item.body["questions"]
    }
