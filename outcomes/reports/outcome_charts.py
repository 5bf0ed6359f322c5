"""What is drawn of a released outcome, for page and PDF: its intervals before published bands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from core.charts.intervals import Interval, reach_of
from outcomes.reports.outcome_comparison import comparison_band, is_by_lot
from outcomes.reports.points import signed

if TYPE_CHECKING:
    from collections.abc import Mapping

SHARE = 0.25  # of the scale to each side shows most changes; a larger one widens the line


@dataclass(frozen=True)
class ChangeChart:
    """Rows on one axis in points of the scale; no change lies in the middle."""

    rows: tuple[Interval, ...]
    reach: float
    ticks: tuple[tuple[float, str], ...]
    key: str
    description: str
    table: tuple[tuple[str, str, str, str], ...]


def change_chart(data: Mapping[str, Any], band: tuple[float, float] | None) -> ChangeChart | None:
    """Return the intervals of a released outcome; None where there is none to draw.

    Args:
        band: what published studies without a comparison found, in points of the scale.
    """
    rows = tuple(_rows(data, band))
    if not rows:
        return None
    low, high = data["range"]
    return chart_of(rows, width=high - low, key=_key(rows))


def chart_of(rows: tuple[Interval, ...], *, width: float, key: str) -> ChangeChart:
    """Return rows of one scale on one axis.

    Args:
        width: of the scale, in points.
        key: what the marks are, in words.
    """
    reach = reach_of(rows, least=SHARE * width)
    end = float(round(reach * 0.8, 1 if reach < 10 else 0))
    table = tuple(_cells(row) for row in rows)
    return ChangeChart(
        rows=rows,
        reach=reach,
        ticks=((-end, f"−{end:g}"), (0.0, "0"), (end, f"+{end:g}")),
        key=key,
        description=" ".join(_words(row, cells) for row, cells in zip(rows, table, strict=True)),
        table=table,
    )


def _rows(data: Mapping[str, Any], band: tuple[float, float] | None) -> list[Interval]:
    found = data.get("comparison")
    rows = []
    if found and found["low"] is not None:
        label = (
            _("Who began beside who waited")
            if is_by_lot(data)
            else _("Change beside who had not begun, no lot")
        )
        ends = found["change"], found["low"], found["high"]
        rows.append(Interval(label, *ends, comparison_band(data)))
    if data.get("low") is not None:
        label = _("Change of those who began") if rows else _("Mean change")
        rows.append(Interval(label, data["change"], data["low"], data["high"], band))
    return rows


def _ends(low: float, high: float) -> str:
    return _("%(low)s to %(high)s") % {"low": signed(low), "high": signed(high)}


def _cells(row: Interval) -> tuple[str, str, str, str]:
    band = _ends(*row.band) if row.band else "–"
    return row.label, signed(row.value), _ends(row.low, row.high), band


def _words(row: Interval, cells: tuple[str, str, str, str]) -> str:
    label, value, interval, band = cells
    facts = {"label": label, "change": value, "interval": interval, "band": band}
    words = _("%(label)s: %(change)s points, 95%% interval %(interval)s.") % facts
    if row.band:
        words += " " + _("Shaded: published studies, %(band)s points.") % facts
    return words


def _key(rows: tuple[Interval, ...]) -> str:
    words = _("Upright line: no change. Dot and bar: mean change and 95% interval.")
    if len(rows) > 1:
        words = _("Upright line: no difference. Dot and bar: figure and 95% interval.")
    if any(row.band for row in rows):
        words += " " + _("Shaded: published studies, in points of this scale.")
    return words
