"""Write a reflection: drafts at every step, submitted once, private always.

The table is guarded by row-level security: callers act as the author (the middleware sees to it;
elsewhere `core.acting.acting_as`). No text leaves through events, messages or errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programs.models import Enrollment, Item, ProgressEvent, Reflection
from programs.services.progress import lock_enrollment, record_event, save_position, start_item

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

MAX_LENGTH = 20_000  # characters of one answer


@transaction.atomic
def save_draft(
    *,
    enrollment: Enrollment,
    item: Item,
    answers: Mapping[str, str],
    revision: int,
    key: UUID,
    step: int,
    now: datetime,
) -> Reflection:
    """Keep `answers` (question id -> text) beside those kept before.

    Args:
        revision: of the reflection as the writer last saw it; 0 if there was none.
        key: made once per page shown; the same key again is a no-op.
        step: the question to come back to, counted from 1.

    Raises:
        ValidationError: "stale_revision": it was changed elsewhere and reads differently;
            nothing is overwritten. "too_long".
    """
    locked = lock_enrollment(enrollment)
    state = start_item(enrollment=locked, item=item, now=now)
    reflection = Reflection.objects.filter(enrollment=locked, item=item).first() or Reflection(
        author_id=locked.clinician_id, enrollment=locked, item=item
    )
    known = [question["id"] for question in item.body["questions"]]
    merged = reflection.answers | {
        question: text.replace("\r\n", "\n")
        for question, text in answers.items()
        if question in known
    }
    if state.position.get("key") == str(key) or (
        merged == reflection.answers and reflection.pk and step == state.position.get("step")
    ):
        return reflection
    if revision != reflection.revision and merged != reflection.answers:
        raise ValidationError(_("This was changed in another window."), code="stale_revision")
    if any(len(text) > MAX_LENGTH for text in merged.values()):
        raise ValidationError(_("That is longer than this page can keep."), code="too_long")
    if merged != reflection.answers or not reflection.pk:
        reflection.answers = merged
        reflection.revision += 1
        reflection.full_clean()
        reflection.save()
    position = {"key": str(key), "step": step, "of": len(known)}
    save_position(enrollment=locked, item=item, position=position, now=now)
    return reflection


@transaction.atomic
def submit(*, enrollment: Enrollment, item: Item, key: UUID, now: datetime) -> Reflection:
    """Hand the reflection in, to nobody: it only becomes done. Submitting again changes nothing.

    Raises:
        ValidationError: "empty": not a word was written.
    """
    locked = lock_enrollment(enrollment)
    reflection = Reflection.objects.filter(enrollment=locked, item=item).first()
    if reflection is None or not any(text.strip() for text in reflection.answers.values()):
        raise ValidationError(_("Write a word or two first."), code="empty")
    if reflection.submitted_at is None:
        reflection.submitted_at = now
        reflection.save(update_fields=["submitted_at", "updated_at"])
    record_event(
        enrollment=enrollment,
        item=item,
        kind=ProgressEvent.Kind.SUBMITTED,
        occurred_at=now,
        key=uuid5(reflection.public_id, "submitted"),
        now=now,
    )
    return reflection
