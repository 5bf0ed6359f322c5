"""Answers and scores of a cohort in long format, without names: for the practice's statistician.

Pseudonyms are keyed by a secret made for each export and kept nowhere, so two exports cannot be
laid beside each other by person. Words that people wrote are left out, and so are unit and
profession: with them, few would be told apart.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from core.workbooks import Sheet
from outcomes.models import Answer, Score, Wave

if TYPE_CHECKING:
    from core.tables import Cell
    from programs.models import Cohort

CODEBOOK = {
    "person": "Pseudonym of this export; another export has others.",
    "round": "Label and number of the round.",
    "instrument": "Key and version of the questionnaire.",
    "item": "Item id within it; the wording is in its file.",
    "value": "Raw answer as chosen, before any reversal; empty: left out.",
    "elapsed_ms": "Milliseconds from showing the question to the answer, if known.",
    "subscale": "Scale within the questionnaire.",
    "score": "Value by the instrument's rules; empty: too few items answered.",
    "n_answered": "Items of the scale that were answered.",
    "n_items": "Items of the scale.",
    "prorated": "Whether the person's mean stands in for missing items.",
    "flags": "Quality: longstring, fast, duplicate. Flagged people are in the primary analysis.",
}
ANSWERS = ["person", "round", "instrument", "item", "value", "elapsed_ms"]
SCORES = [
    *("person", "round", "instrument", "subscale", "score"),
    *("n_answered", "n_items", "prorated", "flags"),
]


class Pseudonyms:
    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def of(self, user_id: int) -> str:
        return hmac.new(self._key, str(user_id).encode(), sha256).hexdigest()[:12]


def analysis_sheets(*, cohort: Cohort) -> Iterator[Sheet]:
    """Yield the sheets; needs `core.acting.analyzing`. Closed rounds only, nothing taken back."""
    names = Pseudonyms()
    over = Wave.objects.filter(cohort=cohort, state__in=[Wave.State.CLOSED, Wave.State.RELEASED])
    sent = {"response__wave__in": over, "response__submitted_at__isnull": False}
    yield "Answers", ANSWERS, sorted(_answers(sent, names), key=_by_person)
    yield "Scores", SCORES, sorted(_scores(sent, names), key=_by_person)
    # scipy is heavy: only who exports loads it.
    from outcomes.reports.analyses import COLUMNS, analysis_rows  # noqa: PLC0415

    yield "Analyses", list(COLUMNS), analysis_rows(cohort=cohort)
    meanings = CODEBOOK | COLUMNS
    yield "Codebook", ["column", "meaning"], ([name, words] for name, words in meanings.items())


def _by_person(row: Sequence[Any]) -> tuple[str, ...]:
    """The order must not be that in which people enrolled or answered."""
    return tuple(str(cell) for cell in row[:4])


def _answers(sent: dict[str, object], names: Pseudonyms) -> Iterator[list[Cell]]:
    rows = Answer.objects.filter(**sent, response__withdrawn_at=None).values_list(
        "respondent_id",
        "response__wave__label",
        "response__wave__number",
        "instrument__key",
        "instrument__version",
        "item_id",
        "value",
        "text",
        "elapsed_ms",
    )
    for user, label, number, key, version, item, value, text, elapsed in rows.iterator():
        if not text:  # an answer in words is no figure
            yield [names.of(user), f"{label} {number}", f"{key} {version}", item, value, elapsed]


def _scores(sent: dict[str, object], names: Pseudonyms) -> Iterator[list[Cell]]:
    rows = Score.objects.filter(**sent, response__withdrawn_at=None).select_related(
        "response__wave", "instrument"
    )
    for row in rows:
        wave = row.response.wave
        yield [
            names.of(row.response.respondent_id),
            f"{wave.label} {wave.number}",
            f"{row.instrument.key} {row.instrument.version}",
            row.subscale,
            row.value,
            row.n_answered,
            row.n_items,
            row.prorated,
            " ".join(row.response.flags),
        ]
