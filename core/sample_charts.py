"""Invented figures for the charts on the styleguide."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.charts.intervals import Interval
from core.charts.run import Median, RunPoint, Span

WEEKS = [f"{number}" for number in range(1, 7)]
_LABELS = {
    "completed": gettext_lazy("Completed"),
    "on_pace": gettext_lazy("On pace"),
    "behind": gettext_lazy("Behind"),
    "lapsed": gettext_lazy("Lapsed"),
    "no_show": gettext_lazy("Not started"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
_STATES = [
    (0, 57, 0, 0, 0, 0),
    (0, 41, 7, 0, 9, 0),
    (0, 40, 9, 1, 6, 1),
    (0, 41, 8, 3, 4, 1),
    (4, 36, 8, 5, 3, 1),
    (9, 31, 8, 5, 3, 1),
]
_SURVIVAL = [(0, 0.96, 57), (9, 0.94, 54), (16, 0.93, 53), (30, 0.9, 48)]


def sample_charts() -> dict[str, Any]:
    return {
        "week_labels": WEEKS,
        "week_series": [
            {"label": _("Done"), "values": [0.12, 0.24, 0.41, 0.55, 0.68, 0.8]},
            {"label": _("Planned"), "values": [0.17, 0.33, 0.5, 0.67, 0.83, 1.0]},
            {"label": _("Active"), "values": [0.9, 0.84, None, 0.79, 0.74, 0.76], "words": "<5"},
        ],
        "week_states": [
            [
                {"key": key, "label": label, "value": value}
                for (key, label), value in zip(_LABELS.items(), week, strict=True)
            ]
            for week in _STATES
        ],
        "survival": [
            {"at": at, "share": share, "label": _("day %(day)d") % {"day": at}, "at_risk": at_risk}
            for at, share, at_risk in _SURVIVAL
        ],
        "sample_run": _sample_run(),
        "sample_intervals": _sample_intervals(),
        "survival_labels": [(day, f"{day}") for day in range(0, 43, 7)],
    }


def _sample_run() -> SimpleNamespace:
    """Fourteen months with a gap, a few cases, and a span of time."""
    values = [12, 14, 11, 15, 13, 12, 16, 14, 13, 11, 9, 12, 10, 11]
    starts = [date(2025 + (at + at // 6) // 12, (at + at // 6) % 12 + 1, 1) for at in range(14)]
    return SimpleNamespace(
        points=[
            RunPoint(day, day + timedelta(days=27), value, value < 10)
            for day, value in zip(starts, values, strict=True)
        ],
        medians=[Median(0, 13, 13, _("median %(value)s") % {"value": "13%"})],
        spans=[Span("A", date(2025, 10, 1), date(2026, 1, 31))],
        breaks=[],
        low=0.0,
        high=20.0,
        unit="%",
        description=_("Fourteen points and one cohort."),
    )


def _sample_intervals() -> SimpleNamespace:
    """A difference and a change, each before what others found."""
    rows = (
        Interval(_("Who began beside who waited"), 4.2, 0.9, 7.5, (3.1, 6.3)),
        Interval(_("Change of those who began"), 5.0, 2.2, 7.8, (4.2, 7.4)),
    )
    return SimpleNamespace(
        rows=rows,
        reach=12.0,
        ticks=((-10.0, "−10"), (0.0, "0"), (10.0, "+10")),
        key=_("Upright line: no difference. Dot and bar: figure and 95% interval."),
        description=_("Two figures above no difference."),
        table=[(one.label, f"+{one.value}", f"+{one.low} – +{one.high}", "–") for one in rows],
    )
