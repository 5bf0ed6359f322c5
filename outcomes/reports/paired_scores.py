"""The scores of two rounds of a cohort, person by person. For the analysis; never shown as such."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from outcomes.models import Response, Score, Wave
from outcomes.reports.tied_scales import keep_common
from programs.models import Enrollment

if TYPE_CHECKING:
    from datetime import datetime

    from outcomes.engine.instruments import Definition, Subscale


@dataclass(frozen=True)
class Person:
    """One enrolled person and where they stood when they enrolled."""

    enrollment_id: int
    user_id: int
    unit: str
    role: str
    answered_baseline: bool
    answered_later: bool
    is_flagged: bool  # one of the two responses has a quality flag


@dataclass(frozen=True)
class Metric:
    """A reported scale that both rounds measured, with each person's two values."""

    key: str  # "instrument.subscale"
    definition: Definition
    subscale: Subscale
    before: dict[int, float] = field(default_factory=dict)  # enrollment -> value
    after: dict[int, float] = field(default_factory=dict)

    @property
    def paired(self) -> list[int]:
        """Enrollments with both values, in a fixed order."""
        return sorted(self.before.keys() & self.after.keys())


@dataclass(frozen=True)
class PairedScores:
    people: tuple[Person, ...]  # all enrolled, answering or not
    metrics: tuple[Metric, ...]
    answered_both: int


def paired_scores(*, baseline: Wave, later: Wave, now: datetime) -> PairedScores:
    """Read the sent responses of two rounds of one cohort: five queries, whatever their size."""
    responses: dict[tuple[int, int], Response] = {
        (response.wave_id, response.enrollment_id): response
        for response in Response.objects.submitted().filter(wave__in=[baseline, later])
    }
    people = tuple(
        _person(enrollment, responses, baseline, later)
        for enrollment in Enrollment.objects.filter(cohort=baseline.cohort_id)
        .counted_at(now)
        .select_related("unit")
        .order_by("pk")
    )
    counted = {person.enrollment_id for person in people}
    metrics = _metrics(baseline, later)
    for row in Score.objects.filter(
        response__in=[r.pk for r in responses.values()], value__isnull=False
    ).select_related("response"):
        metric = metrics.get((row.instrument_id, row.subscale))
        if metric and row.value is not None and row.response.enrollment_id in counted:
            side = metric.before if row.response.wave_id == baseline.pk else metric.after
            side[row.response.enrollment_id] = row.value
    tied = {
        tuple((instrument, key) for key in keys)
        for (instrument, _subscale), metric in metrics.items()
        for keys in metric.definition.tied
    }
    keep_common({key: metric.before for key, metric in metrics.items()}, tied)
    keep_common({key: metric.after for key, metric in metrics.items()}, tied)
    both = sum(person.answered_baseline and person.answered_later for person in people)
    return PairedScores(people, tuple(metrics.values()), both)


def _person(
    enrollment: Enrollment,
    responses: dict[tuple[int, int], Response],
    baseline: Wave,
    later: Wave,
) -> Person:
    before = responses.get((baseline.pk, enrollment.pk))
    after = responses.get((later.pk, enrollment.pk))
    return Person(
        enrollment_id=enrollment.pk,
        user_id=enrollment.clinician_id,
        unit=enrollment.unit.name if enrollment.unit else "",
        role=enrollment.profession,
        answered_baseline=before is not None,
        answered_later=after is not None,
        is_flagged=any(response.flags for response in (before, after) if response),
    )


def _metrics(baseline: Wave, later: Wave) -> dict[tuple[int, str], Metric]:
    """By instrument and subscale, in the order in which the later round asks them."""
    asked_before = {instrument.pk for instrument in baseline.ordered_instruments()}
    return {
        (instrument.pk, subscale.key): Metric(
            f"{instrument.key}.{subscale.key}", instrument.parsed, subscale
        )
        for instrument in later.ordered_instruments()
        if instrument.pk in asked_before
        for subscale in instrument.parsed.subscales
        if subscale.is_reported
    }
