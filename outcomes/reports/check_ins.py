"""A round of questions as the person answering sees it. Reads only the viewer's own answers."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from django.db.models import Prefetch

from outcomes.engine.wordings import with_wording
from outcomes.models import Answer, Response, Wave, WaveInstrument
from outcomes.reports.grants import grants_in_force, wording_of
from programs.models import Enrollment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from accounts.models import User
    from outcomes.engine.instruments import Definition, Item
    from outcomes.models import Instrument

SECONDS_PER_ITEM = 7.5


@dataclass(frozen=True)
class Question:
    number: int  # from 1
    instrument: Instrument
    definition: Definition
    item: Item
    text: str
    is_answered: bool = False  # or left out on purpose
    value: float | None = None
    words: str = ""

    @property
    def key(self) -> str:
        return f"{self.instrument.key}:{self.item.key}"


@dataclass(frozen=True)
class CheckIn:
    wave: Wave
    enrollment: Enrollment
    response: Response | None
    questions: tuple[Question, ...]
    threshold: int  # people below whom no average is shown to anybody

    @property
    def count(self) -> int:
        return len(self.questions)

    @property
    def minutes(self) -> int:
        return max(1, ceil(self.count * SECONDS_PER_ITEM / 60))

    @property
    def is_open(self) -> bool:
        return self.wave.state == Wave.State.OPEN and not self.is_sent and not self.is_withdrawn

    @property
    def is_sent(self) -> bool:
        return bool(self.response and self.response.submitted_at and not self.is_withdrawn)

    @property
    def is_withdrawn(self) -> bool:
        return bool(self.response and self.response.withdrawn_at)

    @property
    def has_begun(self) -> bool:
        return any(question.is_answered for question in self.questions)

    @property
    def left_out(self) -> list[Question]:
        return [one for one in self.questions if one.value is None and not one.words]

    @property
    def is_empty(self) -> bool:
        """Whether every question was left out."""
        return len(self.left_out) == self.count

    @property
    def resume_at(self) -> int:
        """The first question without an answer; the last one if all have one."""
        unanswered = (question.number for question in self.questions if not question.is_answered)
        return next(unanswered, self.count)

    def question(self, number: int) -> Question | None:
        return self.questions[number - 1] if 1 <= number <= self.count else None


def check_in_of(*, wave: Wave, user: User) -> CheckIn | None:
    """Return the round as `user` stands in it, or None if it does not ask them. Five queries."""
    enrollment = (
        Enrollment.objects.owned_by(user)
        .accepted()
        .filter(cohort=wave.cohort_id, voided_at=None)
        .select_related("cohort__engagement__organization", "coach")
        .first()
    )
    if enrollment is None:
        return None
    response = Response.objects.owned_by(user).filter(wave=wave).first()
    given = {
        (answer.instrument_id, answer.item_id): answer
        for answer in Answer.objects.owned_by(user).filter(response=response)
    }
    instruments = wave.ordered_instruments()
    wordings = _wordings(instruments, wave, enrollment)
    questions: list[Question] = []
    for instrument in instruments:
        definition = with_wording(instrument.parsed, wordings.get(instrument.pk, {}))
        for item in definition.shown:
            answer = given.get((instrument.pk, item.key))
            questions.append(
                Question(
                    number=len(questions) + 1,
                    instrument=instrument,
                    definition=definition,
                    item=item,
                    text=item.text,
                    is_answered=answer is not None,
                    value=answer.value if answer else None,
                    words=answer.text if answer else "",
                )
            )
    engagement = enrollment.cohort.engagement
    return CheckIn(wave, enrollment, response, tuple(questions), engagement.threshold_means)


def _wordings(
    instruments: list[Instrument], wave: Wave, enrollment: Enrollment
) -> dict[int, Mapping[str, str]]:
    """What came with a permission: as it was in force when the round opened."""
    bare = [one for one in instruments if not one.parsed.has_text]
    if not bare:
        return {}
    opened = wave.opened_at or wave.opens_at
    grants = grants_in_force(
        instruments=bare,
        organization=enrollment.cohort.engagement.organization,
        on=opened.astimezone(enrollment.cohort.zone).date(),
    )
    found = {}
    for one in bare:
        given = grants.get(one.pk, [])
        # A wording that came later is for later rounds: what this one asks is frozen.
        then = [grant for grant in given if grant.created_at <= opened]
        found[one.pk] = wording_of(one, then or given)
    return found


@dataclass(frozen=True)
class WaitingCheckIn:
    """A round that waits for the viewer: what Today says of it."""

    wave: Wave
    minutes: int
    has_begun: bool


def waiting_check_ins(*, user: User, now: datetime) -> list[WaitingCheckIn]:
    """Return the open rounds that `user` neither sent nor took back, the one ending first first.

    Three queries, none if no round is open.
    """
    waves = (
        Wave.objects.reached_by(user)
        .filter(closes_at__gt=now)
        .prefetch_related(
            Prefetch("wave_instruments", WaveInstrument.objects.select_related("instrument"))
        )
        .order_by("closes_at")
    )
    found = list(waves)
    responses = {
        response.wave_id: response
        for response in Response.objects.owned_by(user).filter(wave__in=found)
    }
    waiting = []
    for wave in found:
        response = responses.get(wave.pk)
        if response and (response.submitted_at or response.withdrawn_at):
            continue
        items = sum(len(row.instrument.parsed.items) for row in wave.wave_instruments.all())
        minutes = max(1, ceil(items * SECONDS_PER_ITEM / 60))
        waiting.append(WaitingCheckIn(wave, minutes, response is not None))
    return waiting
