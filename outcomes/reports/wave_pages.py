"""Rounds of a cohort as the practice sees them: what, when, and how many in bands; never who."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Count, Prefetch, Q
from django.utils.translation import gettext as _

from outcomes.models import Wave, WaveInstrument
from outcomes.reports.grants import grants_in_force, lacks
from outcomes.reports.lots import BESIDE
from programs.models import Enrollment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from outcomes.models import Instrument, InstrumentGrant
    from programs.models import Cohort

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

    needs: str  # titles of what stands in the way of a planned round
    beside: str = ""  # the cohort it is asked beside, for comparison


def wave_lines(*, waves: Iterable[Wave], now: datetime, threshold: int) -> list[WaveLine]:
    """Return a line for each of some rounds of one cohort. Five queries, whatever their number."""
    found = list(
        Wave.objects.filter(pk__in=[wave.pk for wave in waves])
        .select_related("cohort__engagement__organization")
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
    cohort = found[0].cohort
    grants = grants_in_force(
        instruments=[row.instrument for wave in found for row in wave.wave_instruments.all()],
        organization=cohort.engagement.organization,
        on=now.astimezone(cohort.zone).date(),
    )
    asked = Enrollment.objects.filter(cohort=found[0].cohort_id).counted_at(now).count()
    names = {wave.options.get(BESIDE) for wave in found} - {None}
    firsts = Wave.objects.filter(public_id__in=names).values_list("public_id", "cohort__name")
    cohorts = {str(name): title for name, title in firsts} if names else {}
    return [
        replace(
            _line(wave, asked, threshold, grants),
            beside=cohorts.get(wave.options.get(BESIDE), ""),
        )
        for wave in found
    ]


def may_ask_beside(lines: Iterable[WaveLine], others: QuerySet[Cohort]) -> bool:
    """Whether a comparison can still be planned: the first of two rounds lies ahead, somebody waits,
    and no other cohort is asked beside this one yet."""
    own = [line.wave for line in lines if BESIDE not in line.wave.options]
    firsts = [wave for wave in own if wave.label == Wave.Label.BASELINE]
    if len(own) < 2 or not firsts or firsts[0].is_frozen:
        return False
    names = [str(wave.public_id) for wave in own]
    taken = Wave.objects.filter(options__beside__in=names)
    return not taken.exists() and others.exists()


def _line(
    wave: Wave, asked: int, threshold: int, grants: dict[int, list[InstrumentGrant]]
) -> WaveLine:
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
        needs=", ".join(
            one.title
            for one in instruments
            if wave.state == Wave.State.DRAFT and lacks(one, grants.get(one.pk, []))
        ),
    )
