"""Attempts at a knowledge check: one open at a time, the first kept apart by its number."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programs.models import Attempt, Enrollment, Item, ProgressEvent
from programs.services.progress import lock_enrollment, record_event, save_position

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@transaction.atomic
def save_answer(
    *,
    enrollment: Enrollment,
    item: Item,
    number: int,
    question_id: str,
    options: Sequence[str],
    now: datetime,
) -> Attempt:
    """Keep the answer to one question of attempt `number`, opening that attempt if it is the next.

    An answer to an attempt that was submitted meanwhile changes nothing.

    Raises:
        ValidationError: "unknown_question", "unknown_option", "unknown_attempt", "unanswered".
    """
    locked = lock_enrollment(enrollment)
    attempts = list(Attempt.objects.filter(enrollment=locked, item=item).order_by("number"))
    current = attempts[-1] if attempts else None
    if current and number <= current.number and (number < current.number or current.submitted_at):
        return attempts[number - 1]
    if current is None or current.submitted_at:
        if number != (current.number + 1 if current else 1):
            raise ValidationError(_("That attempt does not exist."), code="unknown_attempt")
        current = Attempt(enrollment=locked, item=item, number=number)
    elif number != current.number:
        raise ValidationError(_("That attempt does not exist."), code="unknown_attempt")
    question = _question(item, question_id)
    known = [option["id"] for option in question["options"]]
    if not options:
        raise ValidationError(_("Choose an answer to go on."), code="unanswered")
    if not set(options) <= set(known) or (len(options) > 1 and not question["multiple"]):
        raise ValidationError(_("Choose one of the answers."), code="unknown_option")
    chosen = [option for option in known if option in options]
    current.answers = {**current.answers, question_id: chosen}
    current.full_clean()
    current.save()
    ids = [entry["id"] for entry in item.body["questions"]]
    position = {"step": min(len(ids), ids.index(question_id) + 2), "of": len(ids)}
    save_position(enrollment=locked, item=item, position=position, now=now)
    return current


@transaction.atomic
def submit_attempt(*, enrollment: Enrollment, item: Item, number: int, now: datetime) -> Attempt:
    """Score attempt `number`. Submitting it again returns it unchanged.

    Raises:
        ValidationError: "unknown_attempt"; "unanswered": a question has no answer yet.
    """
    locked = lock_enrollment(enrollment)
    attempt = Attempt.objects.filter(enrollment=locked, item=item, number=number).first()
    if attempt is None:
        raise ValidationError(_("That attempt does not exist."), code="unknown_attempt")
    if attempt.submitted_at:
        return attempt
    questions = item.body["questions"]
    if any(question["id"] not in attempt.answers for question in questions):
        raise ValidationError(_("Some questions have no answer yet."), code="unanswered")
    right = sum(is_right(question, attempt.answers[question["id"]]) for question in questions)
    # Whole thousandths, half up: what is shown, compared and stored is one number.
    attempt.score = Decimal((right * 2000 // len(questions) + 1) // 2) / 1000
    attempt.passed = attempt.score >= Decimal(str(item.body["pass"]))
    attempt.submitted_at = now
    attempt.full_clean()
    attempt.save()
    record_event(
        enrollment=enrollment,
        item=item,
        kind=ProgressEvent.Kind.SUBMITTED,
        occurred_at=now,
        key=uuid5(attempt.public_id, "submitted"),
        payload={"attempt": number},
        now=now,
    )
    save_position(enrollment=locked, item=item, position={"step": 1}, now=now)
    return attempt


def is_right(question: dict[str, Any], options: Sequence[str]) -> bool:
    return {option["id"] for option in question["options"] if option["correct"]} == set(options)


def _question(item: Item, question_id: str) -> dict[str, Any]:
    for question in item.body["questions"]:
        if question["id"] == question_id:
            return dict(question)
    raise ValidationError(_("That question does not exist."), code="unknown_question")
