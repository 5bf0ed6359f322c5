"""The scores of all rounds of a cohort up to one of them. For the analysis; never shown as such."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from outcomes.models import Score, Wave
from outcomes.reports.tied_scales import keep_common

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from outcomes.reports.paired_scores import Metric

Values = dict[int, dict[int, float]]  # round -> enrollment -> value


@dataclass(frozen=True)
class RoundScores:
    waves: tuple[Wave, ...]  # as they were asked, the first one the baseline
    by_metric: Mapping[str, Values]


def round_scores(
    *, baseline: Wave, later: Wave, metrics: Collection[Metric], counted: Collection[int]
) -> RoundScores:
    """Read what lies from `baseline` to `later`: two queries; one if nothing lies between them."""
    waves = tuple(
        Wave.objects.filter(
            cohort=later.cohort_id,
            state__in=[Wave.State.CLOSED, Wave.State.RELEASED],
            opens_at__range=(baseline.opens_at, later.opens_at),
        ).order_by("opens_at", "pk")
    )
    if len(waves) < 3:
        return RoundScores(waves, {})
    keys = {
        (metric.definition.key, metric.subscale.key, metric.definition.version): metric.key
        for metric in metrics
    }
    found: dict[str, Values] = {}
    for row in Score.objects.filter(
        response__wave__in=waves,
        response__submitted_at__isnull=False,
        response__withdrawn_at__isnull=True,
        value__isnull=False,
    ).select_related("response", "instrument"):
        key = keys.get((row.instrument.key, row.subscale, row.instrument.version))
        if key and row.value is not None and row.response.enrollment_id in counted:
            by_wave = found.setdefault(key, {})
            by_wave.setdefault(row.response.wave_id, {})[row.response.enrollment_id] = row.value
    tied = {
        tuple(f"{metric.definition.key}.{key}" for key in keys)
        for metric in metrics
        for keys in metric.definition.tied
    }
    for wave in waves:
        keep_common({key: by_wave.get(wave.pk, {}) for key, by_wave in found.items()}, tied)
    return RoundScores(waves, found)
