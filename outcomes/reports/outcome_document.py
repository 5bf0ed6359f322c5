"""A release as a PDF: the same words and cells as its page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.charts.intervals import place_of
from core.documents.pdf import compile_pdf
from outcomes.reports.points import points

if TYPE_CHECKING:
    from outcomes.models import Release
    from outcomes.reports.outcome_charts import ChangeChart
    from outcomes.reports.outcome_report import OutcomeReport
    from outcomes.reports.outcome_views import GroupRow, OutcomeView

_TEMPLATE = Path(__file__).parent.parent / "documents" / "outcome_report.typ"


def outcome_pdf(
    *, release: Release, report: OutcomeReport, practice: str, paper: str = "us-letter"
) -> bytes:
    """Return the report as PDF/UA-1. Args: paper: `us-letter` or `a4`."""
    data = document_data(release=release, report=report, practice=practice, paper=paper)
    return compile_pdf(template=_TEMPLATE, data=data, at=release.released_at)


def document_data(
    *, release: Release, report: OutcomeReport, practice: str, paper: str
) -> dict[str, Any]:
    """What the pages say, as JSON. Nothing but the payload of the release is in it."""
    payload = report.payload
    limits = payload["thresholds"]
    return {
        "title": f"{payload['cohort']}: {report.finding}",
        "description": _("Outcomes of a cohort, release %(number)d") % {"number": release.number},
        "lang": (get_language() or "en")[:2],
        "paper": paper,
        "practice": practice,
        "kicker": f"{payload['organization']} · {payload['cohort']} · {payload['program']}",
        "finding": report.finding,
        "tiles": _tiles(report),
        "summary": [
            {
                "label": _("What happened."),
                "text": f"{report.happened} {report.scale_words}".strip(),
            },
            {"label": _("What it does not prove."), "text": report.not_proven},
            {"label": _("What we suggest."), "text": report.suggestion},
        ],
        "banner": _(
            "Results may not represent the group: fewer than six of ten are in both rounds."
        )
        if payload["flow"]["is_thin"] and report.shown
        else "",
        "rounds_title": _("The rounds"),
        "rounds_head": [_("Round"), _("Days")],
        "rounds": [list(line) for line in report.window_words],
        "outcomes_title": _("What changed"),
        "overview_head": report.overview_head,
        "overview": report.overview,
        "chart_key": report.chart_key,
        "outcomes": [_outcome(outcome) for outcome in report.shown],
        "hidden_title": _("Not shown"),
        "hidden_words": _("Too few people answered both rounds, or all answered alike:"),
        "hidden": [outcome.title for outcome in report.hidden],
        "tables": [
            {
                "title": table.title,
                "head": table.head,
                "parts": [
                    {"title": title, "rows": [_group(row) for row in rows]}
                    for title, rows in table.open_parts
                ],
                "protected": table.protected_words,
                "note": table.note,
            }
            for table in report.group_tables
        ],
        "recommendations_title": _("Recommendations"),
        "recommendations": [
            {"text": one["text"], "by": one["by"]} for one in report.recommendations
        ],
        "method_title": _("How to read this"),
        "method": report.method_note,
        "instruments": [
            f"{one['title']} {one['version']}. {one['attribution']} {one['licence'][:1].upper()}{one['licence'][1:]}."
            for one in payload["instruments"]
        ],
        "footer": _(
            "%(organization)s, %(cohort)s. Release %(number)d of %(day)s. Hidden below %(k)d."
        )
        % {
            "organization": payload["organization"],
            "cohort": payload["cohort"],
            "number": release.number,
            "day": date_format(report.as_of, "j M Y"),
            "k": limits["means"],
        },
        "page_word": _("Page "),
    }


def _tiles(report: OutcomeReport) -> list[dict[str, str]]:
    flow = report.payload["flow"]
    both = flow["both"]
    tiles = [{"label": _("Enrolled"), "value": str(flow["enrolled"]), "of": ""}]
    if report.payload["baseline"]:
        tiles.append(
            {
                "label": _("Answered both rounds"),
                "value": report.hidden_words if both is None else str(both),
                "of": "" if both is None else _("of %(n)d") % {"n": flow["enrolled"]},
            }
        )
    level = report.payload["highest_level"]
    tiles.append(
        {
            "label": _("Highest evidence level"),
            "value": str(level) if level else "–",
            "of": _("of 4 (Kirkpatrick)"),
        }
    )
    return tiles


def _group(row: GroupRow) -> dict[str, Any]:
    """A hidden group has one cell for all its figures."""
    cells = [row.n] if row.is_protected else [row.n, row.change, row.interval]
    return {"label": row.label, "cells": cells}


def _outcome(outcome: OutcomeView) -> dict[str, Any]:
    data = outcome.data
    head = [_("People"), _("Mean change"), _("95% interval")]
    cells = [outcome.people, outcome.change, outcome.interval]
    if data["before"]:
        head += [_("Before (SD)"), _("After (SD)")]
        cells += [
            f"{points(data[when]['mean'])} ({points(data[when]['sd'])})"
            for when in ("before", "after")
        ]
    return {
        "title": outcome.title,
        "purpose": data["purpose"],
        "scale": _("Scale %(range)s; %(better)s.")
        % {"range": outcome.range_words, "better": outcome.better_words},
        "level": _("Level %(level)d.") % {"level": data["level"]},
        "sentence": " ".join(outcome.statements),
        "alt": outcome.chart.description if outcome.chart else "",
        "chart": _chart(outcome.chart),
        "head": head,
        "cells": cells,
        "notes": [
            words
            for words in (
                outcome.comparison_note,
                outcome.rounds_words,
                outcome.attrition_words,
                outcome.share_words,
                outcome.reliable_words,
                outcome.extreme_words,
                outcome.effect_words,
                outcome.test_words,
                outcome.band_words,
            )
            if words
        ],
    }


def _chart(chart: ChangeChart | None) -> dict[str, Any] | None:
    """Places from 0 to 1 of a line on which no change lies in the middle."""
    if chart is None:
        return None
    return {
        "rows": [
            {
                # One row needs no name: the heading above it is its own.
                "label": row.label if len(chart.rows) > 1 else "",
                "low": place_of(row.low, chart.reach),
                "high": place_of(row.high, chart.reach),
                "at": place_of(row.value, chart.reach),
                "band": [place_of(end, chart.reach) for end in row.band] if row.band else None,
            }
            for row in chart.rows
        ],
        "zero": 0.5,
        "ticks": [
            {"at": place_of(value, chart.reach), "label": label} for value, label in chart.ticks
        ],
    }
