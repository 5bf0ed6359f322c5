"""Answer a round: start, save each answer, send, withdraw.

Answers stand behind row-level security, so each of these acts as the respondent. No text, value or
instrument leaves through messages, logs or errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.acting import acting_as
from outcomes.engine.scoring import SCORING_REVISION, quality_flags, score
from outcomes.models import Answer, Response, Score, Wave

if TYPE_CHECKING:
    from datetime import datetime

    from outcomes.engine.instruments import Item
    from outcomes.models import Instrument
    from programs.models import Enrollment

MAX_TEXT = 4000
_LONGEST_MS = 24 * 3600 * 1000  # a phone left lying


@transaction.atomic
def start_response(*, wave: Wave, enrollment: Enrollment, now: datetime) -> Response:
    """Return the one response of a person to a round; made at the first call.

    Raises:
        ValidationError: "closed": the round is not open. "not_asked": it asks another cohort, or
            the person does not take part.
    """
    open_wave = Wave.objects.select_for_update(of=("self",), no_key=True).get(pk=wave.pk)
    _check_open(open_wave)
    takes_part = enrollment.accepted_at and not (
        enrollment.withdrawn_at or enrollment.transferred_out_at or enrollment.voided_at
    )
    if enrollment.cohort_id != open_wave.cohort_id or not takes_part:
        raise ValidationError(_("These questions are not for you."), code="not_asked")
    response, _made = Response.objects.get_or_create(
        wave=open_wave,
        enrollment=enrollment,
        defaults={"respondent_id": enrollment.clinician_id, "started_at": now},
    )
    return response


def save_answer(
    *,
    response: Response,
    item_id: str,
    value: float | None,
    elapsed_ms: int | None = None,
    text: str = "",
) -> Answer:
    """Keep one answer, over an earlier one to the same item; None: skipped or does not apply.

    Args:
        item_id: "instrument:item", or the item alone where only one instrument of the round has it.
        value: raw, as chosen, before any reversal.
        elapsed_ms: from showing the question to the answer.

    Raises:
        ValidationError: "closed", "sent", "withdrawn", "unknown_item", "value", "too_long".
    """
    with acting_as(response.respondent_id):
        locked = _lock_open(response)
        instrument, item = _find_item(locked.wave, item_id)
        _check_value(item, value, text)
        answer, _made = Answer.objects.update_or_create(
            response=locked,
            instrument=instrument,
            item_id=item.key,
            defaults={
                "respondent_id": locked.respondent_id,
                "value": value,
                "text": text.replace("\r\n", "\n"),
                "elapsed_ms": None if elapsed_ms is None else max(0, min(elapsed_ms, _LONGEST_MS)),
            },
        )
    return answer


def submit_response(*, response: Response, now: datetime) -> Response:
    """Send: compute the scores and close the response. Sending again does nothing.

    Raises:
        ValidationError: "closed", "withdrawn".
    """
    with acting_as(response.respondent_id):
        locked = _lock(response)
        if locked.submitted_at and locked.withdrawn_at is None:
            return locked
        _check_open(locked.wave)
        _check_not_withdrawn(locked)
        flags: set[str] = set()
        for instrument in locked.wave.ordered_instruments():
            flags |= set(_score(locked, instrument))
        locked.submitted_at, locked.flags = now, sorted(flags)
        locked.save(update_fields=["submitted_at", "flags", "updated_at"])
    return locked


def withdraw_response(*, response: Response, now: datetime) -> Response:
    """Delete all answers and scores. What was released before stays as it is.

    A release that were made anew would differ from the old one by exactly this person.
    """
    with acting_as(response.respondent_id):
        locked = _lock(response)
        Answer.objects.filter(response=locked).delete()
        Score.objects.filter(response=locked).delete()
        if locked.withdrawn_at is None:
            locked.withdrawn_at, locked.shared_at, locked.flags = now, None, []
            locked.save(update_fields=["withdrawn_at", "shared_at", "flags", "updated_at"])
    return locked


def share_response(*, response: Response, is_shared: bool, now: datetime) -> Response:
    """Show the scores of a sent response to one's own coach, or no longer.

    Raises:
        ValidationError: "not_sent".
    """
    with transaction.atomic():
        locked = _lock(response)
        if is_shared and (locked.submitted_at is None or locked.withdrawn_at):
            raise ValidationError(_("Only answers that you sent can be shared."), code="not_sent")
        locked.shared_at = (locked.shared_at or now) if is_shared else None
        locked.save(update_fields=["shared_at", "updated_at"])
    return locked


def _lock(response: Response) -> Response:
    return (
        Response.objects.select_for_update(of=("self",))
        .select_related("wave")
        .get(pk=response.pk, respondent_id=response.respondent_id)
    )


def _lock_open(response: Response) -> Response:
    locked = _lock(response)
    _check_open(locked.wave)
    _check_not_withdrawn(locked)
    if locked.submitted_at:
        raise ValidationError(_("Your answers were sent already."), code="sent")
    return locked


def _check_open(wave: Wave) -> None:
    if wave.state != Wave.State.OPEN:
        raise ValidationError(_("This round of questions is closed."), code="closed")


def _check_not_withdrawn(response: Response) -> None:
    if response.withdrawn_at:
        raise ValidationError(_("You took your answers back."), code="withdrawn")


def _find_item(wave: Wave, item_id: str) -> tuple[Instrument, Item]:
    key, _colon, rest = item_id.rpartition(":")
    found = [
        (instrument, item)
        for instrument in wave.ordered_instruments()
        if not key or instrument.key == key
        for item in instrument.parsed.items
        if item.key == rest
    ]
    if len(found) != 1:
        raise ValidationError(_("This question is not part of the round."), code="unknown_item")
    return found[0]


def _check_value(item: Item, value: float | None, text: str) -> None:
    if len(text) > MAX_TEXT:
        raise ValidationError(
            _("Please keep it under %(max)d characters.") % {"max": MAX_TEXT}, code="too_long"
        )
    if item.kind == "text":
        fits = value is None
    elif value is None or item.scale is None:
        fits = value is None and not text
    elif item.scale.options:
        fits = value in [option.value for option in item.scale.options]
    else:
        fits = item.scale.low <= value <= item.scale.high and (
            item.kind == "number" or value == int(value)
        )
    if not fits:
        raise ValidationError(_("Choose one of the answers."), code="value")


def _score(response: Response, instrument: Instrument) -> tuple[str, ...]:
    """Write the scores of one instrument; return its quality flags."""
    rows = list(Answer.objects.filter(response=response, instrument=instrument))
    kinds = {item.key: item.kind for item in instrument.parsed.items}
    values = {row.item_id: row.value for row in rows if kinds.get(row.item_id) != "text"}
    Score.objects.bulk_create(
        Score(
            response=response,
            instrument=instrument,
            subscale=one.subscale,
            value=one.value,
            n_answered=one.n_answered,
            n_items=one.n_items,
            prorated=one.prorated,
            scoring_revision=SCORING_REVISION,
        )
        for one in score(definition=instrument.parsed, answers=values)
    )
    return quality_flags(answers=list(values.values()), elapsed_ms=[row.elapsed_ms for row in rows])
