"""A release as rows: CSV and workbook hold the same cells as the page and the PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from core.workbooks import Sheet
from outcomes.engine.disclosure import FEW, rounded, tier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from core.tables import Cell
    from outcomes.reports.outcome_report import OutcomeReport
    from outcomes.reports.outcome_rounds import RoundRow
    from outcomes.reports.outcome_views import OutcomeView

# Column -> what it means; the order is that of the files.
COLUMNS = {
    "outcome": "Scale, as in the report.",
    "instrument": "Questionnaire it belongs to.",
    "group": "Who is counted: everybody, or a unit or profession as of enrollment. Everybody from one"
    " round to another: by a mixed model of all rounds. Who began beside who waited, by lot: the difference"
    " of the two. Beside who had not begun, no lot: the difference of their changes.",
    "n": "People who completed both surveys; of a mixed model, all who answered. A hidden group says so here,"
    " in its change and in its interval.",
    "enrolled": "People enrolled in the cohort.",
    "mean_change": "Mean of later minus first, in points of the scale; one decimal.",
    "ci_low": "Lower end of the 95% interval of the mean change.",
    "ci_high": "Upper end of the 95% interval of the mean change.",
    "mean_before": "Mean of the first round, of the same people.",
    "sd_before": "Standard deviation of the first round.",
    "mean_after": "Mean of the later round, of the same people.",
    "sd_after": "Standard deviation of the later round.",
    "g": "Standardized mean change, bias-corrected; positive is better. From 15 pairs.",
    "g_correction": "Which correction g carries.",
    "d_low": "Lower end of the 95% interval of the same change before the correction.",
    "d_high": "Upper end of the 95% interval of the same change before the correction.",
    "p": "Two-sided p of the paired t test; <.001 where it is smaller. From 15 pairs.",
    "p_holm": "The same after Holm's correction; empty for the declared main outcome.",
    "p_wilcoxon": "Two-sided p of the signed-rank test.",
    "extreme": "floor or ceiling: more than 15% began at that end of the scale. From 30 pairs.",
    "share_at_mark": "Share of people at or above the value the measure itself names. From 10 people.",
    "reliable_change": "Shares beyond measurement error, pooled. From 20 people.",
    "if_others_unchanged": "Mean change of all enrolled, had those without both answers not changed.",
    "no_longer_clear_at": "Mean change of those without both answers at which the interval reaches 0.",
    "better": "Which direction of the scale is better.",
    "scale_low": "Lowest possible value.",
    "scale_high": "Highest possible value.",
    "level": "Kirkpatrick level of what is measured.",
    "breakdown": "What a group is one of: unit or role; empty for everybody.",
    "sentence": "What may be said of it.",
}
HEADER = list(COLUMNS)
MASKED = ("n", "mean_change", "ci_low", "ci_high")  # say of a hidden group that it is hidden


def outcome_rows(report: OutcomeReport) -> Iterator[list[Cell]]:
    """Yield a row for each outcome, followed by one for each group of its breakdowns."""
    for outcome in report.outcomes:
        yield _row(outcome, _everybody(outcome, report.hidden_words), outcome.sentence)
        arms = outcome.data.get("comparison")
        if arms:
            group = (
                _("who began beside who waited, by lot")
                if outcome.is_by_lot
                else _("who began beside who had not, no lot")
            )
            yield _row(outcome, _beside(arms, group), outcome.comparison_words)
        rounds = outcome.data.get("rounds") or {"contrasts": ()}
        for row, between in zip(outcome.rounds, rounds["contrasts"], strict=True):
            yield _row(outcome, _between(row, between, rounds["people"]), "")
        for name, rows in outcome.data.get("breakdowns", {}).items():
            for group in rows:
                cells = _group(group, report.hidden_words) | {"breakdown": name}
                yield _row(outcome, cells, _caution(group))


def _everybody(outcome: OutcomeView, hidden: str) -> dict[str, Any]:
    data = outcome.data
    if not outcome.is_shown:
        return {"group": "everybody"} | dict.fromkeys(MASKED, hidden)
    effect, test = data["effect"] or {}, data["test"] or {}
    before, after = data["before"] or {}, data["after"] or {}
    others = outcome.attrition
    return {
        "group": "everybody",
        "n": data["n"],
        "enrolled": data["of"],
        "mean_change": data["change"],
        "ci_low": data["low"],
        "ci_high": data["high"],
        "mean_before": before.get("mean"),
        "sd_before": before.get("sd"),
        "mean_after": after.get("mean"),
        "sd_after": after.get("sd"),
        "g": effect.get("g"),
        "g_correction": effect.get("correction"),
        "d_low": effect.get("low"),
        "d_high": effect.get("high"),
        "p": _as_number(test.get("p")),
        "p_holm": _as_number(test.get("p_holm")),
        "p_wilcoxon": _as_number((test.get("wilcoxon") or {}).get("p")),
        "extreme": data.get("extreme") or None,
        "share_at_mark": outcome.share_words or None,
        "reliable_change": outcome.reliable_words,
        "if_others_unchanged": rounded(others.change_if_unchanged) if others else None,
        "no_longer_clear_at": rounded(others.tips_at) if others else None,
    }


def _as_number(printed: str | None) -> Cell:
    """A released p as a number; one that is only known to be smaller stays in words."""
    return printed if printed is None or printed.startswith("<") else float(printed)


def _caution(group: Mapping[str, Any]) -> str:
    is_few = not group["is_protected"] and tier(group["n"]) == FEW
    return _("Too few to judge.") if is_few else ""


def _beside(arms: Mapping[str, Any], group: str) -> dict[str, Any]:
    return {
        "group": group,
        "n": arms["program"]["both"] + arms["waiting"]["both"],
        "enrolled": arms["program"]["drawn"] + arms["waiting"]["drawn"],
        "mean_change": arms["change"],
        "ci_low": arms["low"],
        "ci_high": arms["high"],
        "g": arms["g"],
        "g_correction": arms["correction"] if arms["g"] is not None else None,
    }


def _between(row: RoundRow, between: Mapping[str, Any], people: int) -> dict[str, Any]:
    return {
        "group": _("everybody, %(start)s to %(end)s") % {"start": row.start, "end": row.end},
        "n": people,
        "mean_change": between["change"],
        "ci_low": between["low"],
        "ci_high": between["high"],
    }


def _group(group: dict[str, Any], hidden: str) -> dict[str, Any]:
    label = group["label"] or _("not given")
    if group["is_protected"]:
        return {"group": label} | dict.fromkeys(MASKED, hidden)
    return {
        "group": label,
        "n": group["n"],
        "mean_change": group["change"],
        "ci_low": group["low"],
        "ci_high": group["high"],
    }


def _row(outcome: OutcomeView, cells: dict[str, Any], sentence: str) -> list[Cell]:
    data = outcome.data
    filled = cells | {
        "outcome": outcome.title,
        "instrument": data["instrument"],
        "better": data["direction"],
        "scale_low": data["range"][0],
        "scale_high": data["range"][1],
        "level": data["level"],
        "sentence": sentence,
    }
    return [filled.get(column) for column in HEADER]


def outcome_sheets(report: OutcomeReport) -> Iterator[Sheet]:
    """Yield the sheets of the workbook: figures, what they are of, and the codebook."""
    yield "Outcomes", HEADER, outcome_rows(report)
    yield "About", ["what", "value"], _about(report)
    yield "Codebook", ["column", "meaning"], ([name, text] for name, text in COLUMNS.items())


def _about(report: OutcomeReport) -> Iterator[list[Cell]]:
    payload = report.payload
    yield ["Organization", payload["organization"]]
    yield ["Cohort", payload["cohort"]]
    yield ["Program", f"{payload['program']} {payload['version']}"]
    yield ["Release", payload.get("number")]
    for label, days in report.window_words:
        yield [label, days]
    for instrument in payload["instruments"]:
        words = f"{instrument['version']}. {instrument['attribution']} {instrument['licence']}"
        yield [f"Instrument: {instrument['title']}", words]
    yield ["Finding", report.finding]
    yield ["What it does not prove", report.not_proven]
    for one in report.recommendations:
        yield [f"Recommendation by {one['by']}", one["text"]]
    yield ["Method", report.method_note]
