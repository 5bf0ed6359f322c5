"""Rounds of a cohort as the practice sees them: what, when, and how many in bands; never who."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Prefetch, Q
from django.utils.translation import gettext as _

from outcomes.models import Wave, WaveInstrument
from programs.models import Enrollment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from outcomes.models import Instrument

# Below the upper end, in percent; the last band has none.
BANDS = ((40, "<40%"), (60, "40–59%"), (80, "60–79%"), (101, "≥80%"))


def response_band(answered: int, asked: int) -> str:
    """Return the band of a response rate: never the rate, which would name who did not answer."""
    share = 100 * answered / asked if asked else 0
    return next(words for below, words in BANDS if share < below)


@dataclass(frozen=True)
class WaveLine:
    wave: Wave
    instruments: tuple[Instrument, ...]
    questions: int
    asked: int
    band: str  # "" while it is not over, or with too few people

    @property
    def needs(self) -> str:
        """Why a planned round could not open, in a word for the list."""
        lacking = [
            one.title
            for one in self.instruments
            if one.parsed.licence_class not in ("G", "own") or not one.parsed.has_text
        ]
        return ", ".join(lacking) if self.wave.state == Wave.State.DRAFT else ""


def wave_lines(*, waves: Iterable[Wave], now: datetime, threshold: int) -> list[WaveLine]:
    """Return a line for each of some rounds of one cohort. Four queries, whatever their number."""
    found = list(
        Wave.objects.filter(pk__in=[wave.pk for wave in waves])
        .select_related("cohort")
        .annotate(
            sent=Count(
                "responses",
                filter=Q(responses__submitted_at__isnull=False, responses__withdrawn_at=None),
            )
        )
        .prefetch_related(
            Prefetch("wave_instruments", WaveInstrument.objects.select_related("instrument"))
        )
        .order_by("opens_at", "pk")
    )
    if not found:
        return []
    asked = Enrollment.objects.filter(cohort=found[0].cohort_id).counted_at(now).count()
    return [_line(wave, asked, threshold) for wave in found]


def _line(wave: Wave, asked: int, threshold: int) -> WaveLine:
    instruments = tuple(row.instrument for row in wave.wave_instruments.all())
    is_over = wave.state in (Wave.State.CLOSED, Wave.State.RELEASED)
    sent = wave.sent  # type: ignore[attr-defined]
    band = response_band(sent, asked) if is_over and asked >= threshold else ""
    return WaveLine(
        wave=wave,
        instruments=instruments,
        questions=sum(len(one.parsed.items) for one in instruments),
        asked=asked,
        band=band or (_("too few people") if is_over else ""),
    )
