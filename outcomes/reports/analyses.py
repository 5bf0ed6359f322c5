"""What the practice's statistician would reckon first, as rows: for the workbook of answers alone.

Unmasked, by the same functions as a release and those that no release shows: every figure with its
people, method, and the reason where there is none. Nothing of it goes to an organization.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils import timezone

from outcomes.engine.attrition import tipping_point
from outcomes.engine.comparison import dose_response
from outcomes.engine.mixed import Reading, change_over_time
from outcomes.engine.reliability import cronbach_alpha
from outcomes.engine.scoring import keyed
from outcomes.models import Answer, Wave
from outcomes.reports.cohort_outcomes import CohortOutcomes, MetricOutcome, cohort_outcomes
from outcomes.reports.roll_outs import roll_outs
from programs.models import AttendanceRecord

if TYPE_CHECKING:
    from core.tables import Cell
    from outcomes.engine.comparison import Comparison
    from outcomes.engine.linear_models import Estimate
    from programs.models import Cohort

COLUMNS = {
    "analysis": "What was reckoned.",
    "scale": "Questionnaire and scale.",
    "rounds": "The rounds it compares.",
    "n": "People behind it.",
    "estimate": "In points of the scale as it is, unless the method says otherwise.",
    "low": "Lower end of the 95% interval.",
    "high": "Upper end of it.",
    "p": "Two-sided.",
    "method": "How, with seeds where there was chance; what must be said beside it.",
    "reason": "Why there is no figure.",
}
Row = list["Cell"]


def analysis_rows(*, cohort: Cohort) -> Iterator[Row]:
    """Yield a row for each analysis of each scale; needs `core.acting.analyzing`."""
    now = timezone.now()
    closed = [Wave.State.CLOSED, Wave.State.RELEASED]
    waves = list(Wave.objects.filter(cohort=cohort, state__in=closed).order_by("opens_at", "pk"))
    sessions = _sessions(cohort)
    baselines = [wave for wave in waves if wave.label == Wave.Label.BASELINE]
    pairs = [(one, two) for one in baselines[:1] for two in waves if two.opens_at > one.opens_at]
    for first, wave in pairs:
        analysis = cohort_outcomes(baseline=first, later=wave, now=now)
        for outcome in analysis.outcomes:
            yield from _of_pairs(outcome, analysis, sessions)
            if wave == waves[-1]:
                yield from _of_rounds(outcome, analysis)
                yield _alpha(outcome, first)
    yield from roll_outs(cohort)


def _of_pairs(
    outcome: MetricOutcome, analysis: CohortOutcomes, sessions: Counter[int]
) -> Iterator[Row]:
    key, change = outcome.metric.key, outcome.change
    named = f"{_name(analysis.baseline)} to {_name(analysis.later)}"
    before, after = outcome.metric.before, outcome.metric.after
    low, high = (change.ci.low, change.ci.high) if change.ci else (None, None)
    why = "; ".join(change.reasons.values())
    mean = change.mean_change
    yield ["change", key, named, change.n, mean, low, high, change.p, "paired t", why]
    if change.wilcoxon:
        test = change.wilcoxon
        yield ["by ranks", key, named, test.n_used, None, None, None, test.p, test.method, ""]
    if outcome.d_av:
        ends = outcome.d_av.low, outcome.d_av.high
        d = change.effects.d_av if change.effects else None
        yield ["d_av", key, named, change.n, d, *ends, None, outcome.d_av.method, ""]
    found = tipping_point(
        [after[one] - before[one] for one in outcome.members],
        dropouts=len(before.keys() - set(outcome.members)),
    )
    tip = "mean change of those who answered first only, at which the interval reaches 0"
    yield [
        "tipping point",
        key,
        named,
        change.n,
        found.tips_at,
        None,
        None,
        None,
        tip,
        found.reason,
    ]
    dose = dose_response(
        change=[after[one] - before[one] for one in outcome.members],
        sessions=[float(sessions[one]) for one in outcome.members],
        before=[before[one] for one in outcome.members],
    )
    yield _estimate("per session attended", key, named, change.n, dose)
    arms = next((one for one in analysis.arms if one.key == key), None)
    if arms:
        what = "began beside waited" if arms.is_randomized else "began beside had not begun, no lot"
        yield _comparison(what, key, named, arms.adjusted)
        if arms.is_randomized:
            yield _comparison("began beside waited, changes", key, named, arms.difference)


def _of_rounds(outcome: MetricOutcome, analysis: CohortOutcomes) -> Iterator[Row]:
    """All rounds by a mixed model; nothing with fewer than three."""
    key, waves = outcome.metric.key, analysis.rounds.waves
    values = analysis.rounds.by_metric.get(key, {})
    asked = [wave for wave in waves if values.get(wave.pk)]
    if len(asked) < 3:
        return
    found = change_over_time(
        [
            Reading(person, place, value)
            for place, wave in enumerate(asked)
            for person, value in values[wave.pk].items()
        ]
    )
    for (start, end), one in found.contrasts.items():
        named = f"{_name(asked[start])} to {_name(asked[end])}"
        yield _estimate("mixed model", key, named, found.n_people, one)
    if found.reason:
        yield ["mixed model", key, "all", found.n_people, None, None, None, None, "", found.reason]


def _alpha(outcome: MetricOutcome, wave: Wave) -> Row:
    """Cronbach's alpha at the first round, items turned where they are."""
    definition, subscale = outcome.metric.definition, outcome.metric.subscale
    rows: dict[int, dict[str, float]] = {}
    for answer in Answer.objects.filter(
        response__wave=wave,
        response__submitted_at__isnull=False,
        response__withdrawn_at=None,
        instrument__key=definition.key,
        item_id__in=subscale.items,
        value__isnull=False,
    ):
        if answer.value is not None:
            value = keyed(definition.by_key[answer.item_id], float(answer.value))
            rows.setdefault(answer.respondent_id, {})[answer.item_id] = value
    found = cronbach_alpha([[row.get(item) for item in subscale.items] for row in rows.values()])
    ends = found.low, found.high
    method = f"Cronbach's alpha, {found.method}, Feldt's interval"
    return [
        *("reliability", outcome.metric.key, _name(wave), found.n, found.value, *ends, None),
        *(method, found.reason),
    ]


def _sessions(cohort: Cohort) -> Counter[int]:
    """Enrollment -> live sessions attended."""
    present = AttendanceRecord.objects.filter(
        enrollment__cohort=cohort, status=AttendanceRecord.Status.PRESENT, superseded_at=None
    )
    return Counter(present.values_list("enrollment", flat=True))


def _name(wave: Wave) -> str:
    return f"{wave.label} {wave.number}"


def _estimate(what: str, key: str, named: str, n: int, one: Estimate) -> Row:
    return [what, key, named, n, one.value, one.low, one.high, one.p, one.method, one.reason]


def _comparison(what: str, key: str, named: str, found: Comparison) -> Row:
    people = found.n_program + found.n_comparison
    return _estimate(what, key, named, people, found.difference)
