"""The outcomes of a round as an organization may see them: rounded, masked, ready to freeze.

docs/outcomes.md describes the shape. Sentences are made of it when it is shown; nobody edits them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from outcomes.engine.claims import highest_level
from outcomes.engine.disclosure import FEW, NOTHING, choose_breakdowns, tier
from outcomes.reports.release_attrition import attrition_at_start
from outcomes.reports.release_comparison import comparison
from outcomes.reports.release_figures import figure, hidden
from outcomes.reports.release_shares import shares_of
from outcomes.reports.thresholds import thresholds_of
from outcomes.reports.wave_pages import response_band

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from outcomes.models import Wave
    from outcomes.reports.cohort_outcomes import CohortOutcomes, MetricOutcome

SCHEMA = 1


@dataclass(frozen=True)
class Row:
    """The people behind one published figure of one variable."""

    family: str
    members: frozenset[Any]  # enrollments; tokens of people of another cohort


@dataclass(frozen=True)
class Draft:
    """A payload, and the rows that go into the ledger with it."""

    payload: dict[str, Any]
    rows: tuple[Row, ...]


def frame(*, wave: Wave, baseline: Wave | None, asked: int, now: datetime) -> dict[str, Any]:
    """What a payload says before any figure: whose, when, under which rules."""
    cohort = wave.cohort
    return {
        "schema": SCHEMA,
        "organization": cohort.engagement.organization.name,
        "cohort": cohort.name,
        "program": cohort.version.program.title,
        "version": cohort.version.version,
        "as_of": now.isoformat(),
        "time_zone": cohort.time_zone,
        "label": wave.label,
        "design": "uncontrolled",
        "baseline": _window(baseline) if baseline else None,
        "later": _window(wave),
        "thresholds": thresholds_of(cohort.engagement),
        "flow": {"enrolled": asked, "both": None, "is_thin": False, "band": ""},
        "outcomes": [],
        "instruments": [],
        "levels_withheld": False,
        "highest_level": None,
    }


def _window(wave: Wave) -> dict[str, str]:
    zone = wave.cohort.zone
    return {
        "label": wave.label,
        "opened_on": (wave.opened_at or wave.opens_at).astimezone(zone).date().isoformat(),
        "closed_on": (wave.closed_at or wave.closes_at).astimezone(zone).date().isoformat(),
    }


def draft_release(
    *,
    analysis: CohortOutcomes,
    published: Mapping[str, Sequence[Collection[Any]]],
    now: datetime,
    token: Callable[[int], Any] = lambda person: person,
) -> Draft | None:
    """Put an analysis under the mask; None if nothing of it may be shown beside what was released.

    Args:
        published: family -> the people behind each figure released before.
        token: how the ledger names a person who is not of this cohort.
    """
    wave, baseline = analysis.later, analysis.baseline
    payload = frame(wave=wave, baseline=baseline, asked=analysis.enrolled, now=now)
    k = payload["thresholds"]["means"]
    shown = _shown(analysis.outcomes, k)
    payload["flow"] |= {
        "band": response_band(analysis.answered_both, analysis.enrolled),
        "is_thin": analysis.is_thin,
        "both": analysis.answered_both if analysis.answered_both >= k else None,
    }
    payload["outcomes"] = [hidden(one) for one in analysis.outcomes if one not in shown]
    if not shown:
        payload["flow"]["band"] = "" if analysis.enrolled < k else payload["flow"]["band"]
        return Draft(payload, ())
    tables = {name: analysis.groups(name) for name in wave.breakdowns}
    for with_levels in (True, False):
        drafted = _try(shown, tables, published, analysis, k, with_levels, token)
        if drafted:
            figures, rows = drafted
            payload["outcomes"] = figures + payload["outcomes"]
            payload["levels_withheld"] = not with_levels
            found = next((one["comparison"] for one in figures if one.get("comparison")), None)
            if found:
                payload["design"] = found["design"]
            payload["instruments"] = _instruments(shown)
            payload["highest_level"] = highest_level(figures)
            return Draft(payload, tuple(rows))
    return None


def _shown(outcomes: Sequence[MetricOutcome], k: int) -> list[MetricOutcome]:
    """A part that may not be shown would follow from the total and the others: none of them is."""
    kept_back = {one.metric.key for one in outcomes if not _is_shown(one, k)}

    def tied_to(one: MetricOutcome) -> set[str]:
        definition = one.metric.definition
        groups = [keys for keys in definition.tied if one.metric.subscale.key in keys]
        return {f"{definition.key}.{key}" for keys in groups for key in keys}

    return [one for one in outcomes if not kept_back & (tied_to(one) | {one.metric.key})]


def _is_shown(outcome: MetricOutcome, k: int) -> bool:
    """Enough pairs, and not everybody alike: who knows one would know all."""
    return tier(outcome.change.n, k=k) != NOTHING and not outcome.is_alike(outcome.members)


def _families(outcome: MetricOutcome, analysis: CohortOutcomes, with_levels: bool) -> list[str]:
    """The variables that figures of this outcome speak of."""
    key, first, second = outcome.metric.key, analysis.baseline.pk, analysis.later.pk
    families = [f"{key}:change:{first}-{second}"]
    if with_levels:
        families += [f"{key}:level:{first}", f"{key}:level:{second}"]
    return families


def _try(
    shown: Sequence[MetricOutcome],
    tables: Mapping[str, Mapping[str, frozenset[int]]],
    published: Mapping[str, Sequence[Collection[int]]],
    analysis: CohortOutcomes,
    k: int,
    with_levels: bool,
    token: Callable[[int], Any],
) -> tuple[list[dict[str, Any]], list[Row]] | None:
    """One mask for all figures: what one of them must hide, all hide."""
    smallest = {
        name: {
            label: min(len(people & set(one.members)) for one in shown)
            for label, people in groups.items()
        }
        for name, groups in tables.items()
    }
    masks: dict[str, frozenset[Any]] = {name: frozenset(groups) for name, groups in tables.items()}
    for one in shown:
        members = frozenset(one.members)
        own = {
            name: {label: people & members for label, people in groups.items()}
            for name, groups in tables.items()
        }
        for family in _families(one, analysis, with_levels):
            chosen, is_safe = choose_breakdowns(
                everybody=members,
                tables=own,
                smallest=smallest,
                published=published.get(family, ()),
                k=k,
                is_alike=one.is_alike,
            )
            if not is_safe:
                return None
            masks = {name: masks[name] & labels for name, labels in chosen.items()}
    figures, rows = [], []
    for one in shown:
        made = figure(one, tables, masks, analysis, with_levels)
        shares, of_shares = shares_of(one, analysis, published, with_levels=with_levels)
        figures.append(made | shares)
        rows += _as_rows(of_shares)
        sets = [frozenset(one.members)]
        sets += [
            tables[name][label] & frozenset(one.members)
            for name, labels in masks.items()
            for label in sorted(labels)
        ]
        counted_rows = [
            Row(family, members)
            for family in _families(one, analysis, with_levels)
            for members in sets
        ]
        if with_levels and made["tier"] != FEW:
            figures[-1]["rounds"], more = _rounds(one, analysis, published, counted_rows, k)
            counted_rows += more
        if with_levels:
            beside = _with(published, counted_rows)
            figures[-1]["comparison"], more = _comparison(one, analysis, beside, k, token)
            counted_rows += more
            beside = _with(published, counted_rows)
            level = f"{one.metric.key}:level:{analysis.baseline.pk}"
            start = attrition_at_start(one, family=level, published=beside, k=k)
            if start:
                figures[-1]["start"] = start[0]
                counted_rows.append(Row(level, start[1]))
        rows += counted_rows
    return figures, rows


def _rounds(
    outcome: MetricOutcome,
    analysis: CohortOutcomes,
    published: Mapping[str, Sequence[Collection[int]]],
    drafted: Sequence[Row],
    k: int,
) -> tuple[dict[str, Any] | None, list[Row]]:
    """All rounds of an outcome together, where nobody can be told apart by them."""
    # scipy is heavy: only who releases loads it.
    from outcomes.reports.rounds_compared import rounds_compared  # noqa: PLC0415

    key = outcome.metric.key
    found = rounds_compared(
        key=key,
        waves=analysis.rounds.waves,
        values=analysis.rounds.by_metric.get(key, {}),
        published=_with(published, drafted),
        k=k,
    )
    return (found[0], _as_rows(found[1])) if found else (None, [])


def _comparison(
    outcome: MetricOutcome,
    analysis: CohortOutcomes,
    published: Mapping[str, Sequence[Collection[Any]]],
    k: int,
    token: Callable[[int], Any],
) -> tuple[dict[str, Any] | None, list[Row]]:
    """Who began beside who had not, where there are such and nobody is told apart."""
    arms = next((one for one in analysis.arms if one.key == outcome.metric.key), None)
    places = {person.user_id: person.enrollment_id for person in analysis.people}
    found = arms and comparison(
        arms=arms,
        token=lambda person: places.get(person, token(person)),
        published=published,
        k=k,
    )
    return (found[0], _as_rows(found[1])) if found else (None, [])


def _with(
    published: Mapping[str, Sequence[Collection[Any]]], drafted: Sequence[Row]
) -> dict[str, list[Collection[Any]]]:
    """What will be known once `drafted` is released too."""
    beside = {family: list(people) for family, people in published.items()}
    for row in drafted:
        beside.setdefault(row.family, []).append(row.members)
    return beside


def _as_rows(rows: Mapping[str, Sequence[frozenset[Any]]]) -> list[Row]:
    return [Row(family, people) for family, sets in rows.items() for people in sets]


def _instruments(shown: Sequence[MetricOutcome]) -> list[dict[str, str]]:
    found = {one.metric.definition.key: one.metric.definition for one in shown}
    return [
        {
            "title": one.title,
            "version": one.version,
            "licence": one.licence,
            "attribution": one.attribution,
        }
        for one in found.values()
    ]
