"""The list of questionnaires, and a draft as a phone would ask it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from outcomes.engine.instruments import Item, parse
from outcomes.engine.questionnaires import draft_faults, to_definition
from outcomes.models import Instrument, InstrumentGrant
from outcomes.reports.grants import lacks

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from outcomes.models import QuestionnaireDraft


@dataclass(frozen=True)
class InstrumentLine:
    instrument: Instrument
    questions: int
    state: str  # "ready", "licence", "text" or "patients"

    @property
    def words(self) -> str:
        return {
            "ready": _("Ready to ask"),
            "licence": _("Needs a permission"),
            "text": _("Needs its wording"),
            "patients": _("For patients"),
        }[self.state]


def instrument_lines(*, user: User, now: datetime) -> list[InstrumentLine]:
    """Return the newest version of each questionnaire; ready ones first. Three queries."""
    newest = Instrument.objects.visible_to(user).order_by("key", "-pk").distinct("key")
    patients = set(Instrument.objects.for_patients().values_list("pk", flat=True))
    grants: dict[int, list[InstrumentGrant]] = {}
    for grant in InstrumentGrant.objects.visible_to(user):
        if grant.valid_until is None or grant.valid_until >= now.date():
            grants.setdefault(grant.instrument_id, []).append(grant)
    lines = [
        InstrumentLine(
            one,
            len(one.parsed.items),
            "patients" if one.pk in patients else lacks(one, grants.get(one.pk, [])) or "ready",
        )
        for one in newest
    ]
    order = ("ready", "text", "licence", "patients")
    return sorted(lines, key=lambda line: (order.index(line.state), line.instrument.title))


@dataclass(frozen=True)
class PreviewedQuestion:
    number: int
    item: Item
    instructions: str


def preview_of(*, draft: QuestionnaireDraft) -> list[PreviewedQuestion]:
    """Return the questions of a draft in the form in which a check-in asks them."""
    if "empty" in draft_faults(draft.questions):
        return []
    definition = to_definition(
        key=draft.key,
        version="0.0.0",
        title=draft.title,
        purpose=draft.purpose,
        instructions=draft.instructions,
        direction=draft.direction,
        questions=draft.questions,
    )
    parsed = parse(definition)
    return [
        PreviewedQuestion(number, item, parsed.instructions)
        for number, item in enumerate(parsed.shown, start=1)
    ]
