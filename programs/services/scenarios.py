"""Practice conversations: every node, choice and code is stored; a way back is stored, not erased."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programs.engine import scenarios as engine
from programs.models import Enrollment, Item, ProgressEvent, ScenarioStep
from programs.services.progress import lock_enrollment, record_event, save_position

if TYPE_CHECKING:
    from datetime import datetime

MAX_LATENCY_MS = 3_600_000


@dataclass(frozen=True)
class Place:
    """Where the open run stands: `number` is that of the step to be written next."""

    run: int
    number: int
    at: engine.Step
    taken: tuple[ScenarioStep, ...]


def find_place(*, enrollment: Enrollment, item: Item) -> Place:
    """Replay the open run from its stored steps. Writes nothing."""
    state = enrollment.item_states.filter(item=item).first()
    steps = list(
        ScenarioStep.objects.filter(enrollment=enrollment, item=item).order_by("run", "number")
    )
    run = max([step.run for step in steps] + [state.position.get("run", 1) if state else 1])
    taken = tuple(step for step in steps if step.run == run)
    if not taken:
        return Place(run, 1, engine.start(item.body), ())
    last = taken[-1]
    if last.is_rewind and last.to_node:
        at = engine.stand_at(item.body, last.to_node)
    elif last.is_rewind:
        at = engine.rewind(item.body, last.node)
    elif last.choice:
        at = engine.choose(item.body, last.node, last.choice)
    else:  # an end: the choice that led there carries the feedback
        before = taken[-2]
        at = engine.choose(item.body, before.node, before.choice)
    return Place(run, last.number + 1, at, taken)


@transaction.atomic
def take_choice(
    *,
    enrollment: Enrollment,
    item: Item,
    run: int,
    number: int,
    choice: str,
    latency_ms: int,
    now: datetime,
) -> Place:
    """Store `choice` as step `number` of `run`, and the end if it leads to one.

    A step that is stored already (a second tap, another window) is left as it is.

    Raises:
        ValidationError: "unknown_choice": the node does not offer it.
    """
    locked = lock_enrollment(enrollment)
    place = find_place(enrollment=locked, item=item)
    if (run, number) != (place.run, place.number):
        return place
    try:
        reached = engine.choose(item.body, place.at.node, choice)
    except engine.UnknownChoice as error:
        raise ValidationError(_("Choose one of the answers."), code="unknown_choice") from error
    step = ScenarioStep(
        enrollment=locked,
        item=item,
        run=run,
        number=number,
        node=place.at.node,
        choice=choice,
        code=reached.code,
        move=reached.move,
        latency_ms=max(0, min(latency_ms, MAX_LATENCY_MS)),
        at=now,
    )
    step.full_clean()
    step.save()
    save_position(
        enrollment=locked, item=item, position={"run": run, "node": reached.node}, now=now
    )
    if reached.is_end:
        ScenarioStep.objects.create(
            enrollment=locked, item=item, run=run, number=number + 1, node=reached.node, at=now
        )
        record_event(
            enrollment=enrollment,
            item=item,
            kind=ProgressEvent.Kind.SCENARIO_ENDED,
            occurred_at=now,
            key=uuid5(locked.public_id, f"{item.public_id}/{run}/{number + 1}"),
            payload={"run": run},
            now=now,
        )
    return find_place(enrollment=locked, item=item)


@transaction.atomic
def go_back(*, enrollment: Enrollment, item: Item, run: int, number: int, now: datetime) -> Place:
    """From an end, return to the node its author named. The steps so far stay stored."""
    locked = lock_enrollment(enrollment)
    place = find_place(enrollment=locked, item=item)
    if (run, number) != (place.run, place.number):
        return place
    if not place.at.rewind:
        raise ValidationError(_("There is no way back from here."), code="no_rewind")
    ScenarioStep.objects.create(
        enrollment=locked,
        item=item,
        run=run,
        number=number,
        node=place.at.node,
        is_rewind=True,
        at=now,
    )
    return find_place(enrollment=locked, item=item)


@transaction.atomic
def try_from(
    *, enrollment: Enrollment, item: Item, run: int, number: int, node: str, now: datetime
) -> Place:
    """Return to `node`, which this run has been to, and go on from there. Nothing is erased.

    Raises:
        ValidationError: "unknown_node": this run has not been there.
    """
    locked = lock_enrollment(enrollment)
    place = find_place(enrollment=locked, item=item)
    if (run, number) != (place.run, place.number):
        return place
    if node not in {step.node for step in place.taken if step.choice}:
        raise ValidationError(_("Choose a moment you have been to."), code="unknown_node")
    ScenarioStep.objects.create(
        enrollment=locked,
        item=item,
        run=run,
        number=number,
        node=place.at.node,
        is_rewind=True,
        to_node=node,
        at=now,
    )
    return find_place(enrollment=locked, item=item)


@transaction.atomic
def start_over(*, enrollment: Enrollment, item: Item, run: int, now: datetime) -> Place:
    """Open the run after `run`; an empty one is used as it is."""
    locked = lock_enrollment(enrollment)
    place = find_place(enrollment=locked, item=item)
    if place.run == run and place.taken:
        save_position(enrollment=locked, item=item, position={"run": run + 1}, now=now)
    return find_place(enrollment=locked, item=item)
