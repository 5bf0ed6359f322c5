"""Write a questionnaire of the practice's own, and publish it as an immutable version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outcomes.engine import questionnaires as engine
from outcomes.models import Instrument, QuestionnaireDraft
from outcomes.services.instruments import keep_instrument

if TYPE_CHECKING:
    from collections.abc import Callable

_FAULTS = {
    "empty": gettext_lazy("Add at least one question."),
    "uneven": gettext_lazy("Questions that count together need the same number of answers."),
}


@transaction.atomic
def start_questionnaire(
    *, title: str, purpose: str = "", instructions: str = "", direction: str = "up"
) -> QuestionnaireDraft:
    """Begin an empty draft under a key of its own."""
    stem = f"own-{slugify(title)[:30].strip('-') or 'questions'}"
    taken = set(Instrument.objects.filter(key__startswith=stem).values_list("key", flat=True))
    taken |= set(
        QuestionnaireDraft.objects.filter(key__startswith=stem).values_list("key", flat=True)
    )
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    key = next(one for one in (stem, *numbered) if one not in taken)
    return _save(
        QuestionnaireDraft(
            key=key, title=title, purpose=purpose, instructions=instructions, direction=direction
        )
    )


@transaction.atomic
def revise_questionnaire(*, instrument: Instrument) -> QuestionnaireDraft:
    """Begin the next version of a published questionnaire; return the draft if there is one.

    Raises:
        ValidationError: "not_ours": only questionnaires of the practice can be rewritten.
    """
    if instrument.source != Instrument.Source.PRACTICE:
        raise ValidationError(_("Only our own questionnaires can be changed."), code="not_ours")
    parsed = instrument.parsed
    scored = parsed.subscales[0].direction if parsed.subscales else "up"
    draft, _made = QuestionnaireDraft.objects.get_or_create(
        key=instrument.key,
        defaults={
            "title": instrument.title,
            "purpose": parsed.purpose,
            "instructions": parsed.instructions,
            "direction": scored,
            "questions": engine.from_definition(instrument.definition),
        },
    )
    return draft


@transaction.atomic
def describe_questionnaire(
    *, draft: QuestionnaireDraft, title: str, purpose: str, instructions: str, direction: str
) -> QuestionnaireDraft:
    locked = _lock(draft)
    locked.title, locked.purpose = title, purpose
    locked.instructions, locked.direction = instructions, direction
    return _save(locked)


@transaction.atomic
def put_question(*, draft: QuestionnaireDraft, question: engine.Question) -> str:
    """Add a question (without "id"), or replace the one with its id; return the id.

    Raises:
        ValidationError: "gone": it was deleted meanwhile. "too_many".
    """
    locked = _lock(draft)
    key = question.get("id") or engine.next_id(locked.questions)
    known = [one["id"] for one in locked.questions]
    if "id" in question and key not in known:
        raise ValidationError(_("This question was deleted meanwhile."), code="gone")
    if key not in known and len(known) >= engine.MOST_QUESTIONS:
        raise ValidationError(
            _("%(most)d questions are the most that people answer.")
            % {"most": engine.MOST_QUESTIONS},
            code="too_many",
        )
    locked.questions = engine.with_question(locked.questions, question | {"id": key})
    _save(locked)
    return str(key)


def move_question(*, draft: QuestionnaireDraft, key: str, by: int) -> QuestionnaireDraft:
    return _change(draft, lambda questions: engine.moved(questions, key, by))


def remove_question(*, draft: QuestionnaireDraft, key: str) -> QuestionnaireDraft:
    return _change(draft, lambda questions: engine.without(questions, key))


@transaction.atomic
def publish_questionnaire(*, draft: QuestionnaireDraft) -> Instrument:
    """Turn the draft into the next version, which never changes; the draft is gone.

    Raises:
        ValidationError: "empty", "uneven", "refused".
    """
    locked = _lock(draft)
    if found := engine.draft_faults(locked.questions):
        raise ValidationError(_FAULTS[found[0]], code=found[0])
    last = Instrument.objects.filter(key=locked.key).count()
    definition = engine.to_definition(
        key=locked.key,
        version=f"{last + 1}.0.0",
        title=locked.title,
        purpose=locked.purpose,
        instructions=locked.instructions,
        direction=locked.direction,
        questions=locked.questions,
    )
    outcome = keep_instrument(definition=definition, source=Instrument.Source.PRACTICE)
    if outcome.instrument is None or outcome.reasons:
        raise ValidationError(_("It cannot be published as it is."), code="refused")
    locked.delete()
    return outcome.instrument


@transaction.atomic
def drop_questionnaire(*, draft: QuestionnaireDraft) -> None:
    """Delete a draft; versions published before stay."""
    _lock(draft).delete()


@transaction.atomic
def _change(
    draft: QuestionnaireDraft, change: Callable[[list[engine.Question]], list[engine.Question]]
) -> QuestionnaireDraft:
    locked = _lock(draft)
    locked.questions = change(locked.questions)
    return _save(locked)


def _lock(draft: QuestionnaireDraft) -> QuestionnaireDraft:
    try:
        return QuestionnaireDraft.objects.select_for_update().get(pk=draft.pk)
    except QuestionnaireDraft.DoesNotExist:
        raise ValidationError(
            _("This draft is gone: it was published or deleted."), code="gone"
        ) from None


def _save(draft: QuestionnaireDraft) -> QuestionnaireDraft:
    draft.full_clean()
    draft.save()
    return draft
