"""Tables of a release: all outcomes at a glance, and the groups of a breakdown under each outcome.

Each figure stands with its people and its interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from outcomes.reports.points import signed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from outcomes.engine.claims import Claim
    from outcomes.reports.outcome_views import GroupRow, OutcomeView


@dataclass(frozen=True)
class GroupTable:
    """One breakdown: under each outcome its groups, all under one mask."""

    title: str
    head: list[str]
    parts: list[tuple[str, list[GroupRow]]]  # an outcome, its groups
    note: str
    hidden_words: str

    @property
    def open_parts(self) -> list[tuple[str, list[GroupRow]]]:
        """Outcomes of which at least one group is shown."""
        return [part for part in self.parts if not _is_protected(part[1])]

    @property
    def group_names(self) -> str:
        return ", ".join(row.label for row in self.parts[0][1])

    @property
    def protected(self) -> list[str]:
        """Titles of the others; the page says it of all their groups in one line."""
        return [title for title, rows in self.parts if _is_protected(rows)]

    @property
    def protected_words(self) -> str:
        """One line in place of a table without a figure."""
        if not self.protected:
            return ""
        return _("%(groups)s %(hidden)s for: %(titles)s.") % {
            "hidden": self.hidden_words,
            "groups": self.group_names,
            "titles": "; ".join(self.protected),
        }


def _is_protected(rows: list[GroupRow]) -> bool:
    return all(row.is_protected for row in rows)


def group_tables(shown: list[OutcomeView], *, hidden_words: str) -> list[GroupTable]:
    """Return a table for each breakdown that has two groups at least."""
    found = []
    for place, (heading, first) in enumerate(shown[0].tables if shown else ()):
        if len(first) < 2:
            continue
        note = _(
            "%(hidden)s: the group is small, or another could be worked out. Several groups side by"
            " side differ by chance alone; they are not tested against each other."
        ) % {"hidden": hidden_words}
        found.append(
            GroupTable(
                title=_("By %(what)s") % {"what": heading.lower()},
                head=[heading, _("People"), _("Mean change"), _("95% interval")],
                parts=[(outcome.title, outcome.tables[place][1]) for outcome in shown],
                note=note,
                hidden_words=hidden_words,
            )
        )
    return found


def overview_head(shown: list[OutcomeView]) -> list[str]:
    """What the columns of `overview_rows` are."""
    if any(one.is_by_lot for one in shown):
        return [
            _("Scale"),
            _("People"),
            _("Mean change (95% interval)"),
            _("Beside who waited (95% interval)"),
            _("What it says"),
        ]
    return [_("Scale"), _("People"), _("Mean change"), _("95% interval"), _("What it says")]


def overview_rows(shown: list[OutcomeView]) -> list[list[str]]:
    """Return a line for each outcome: people, change, interval, and what may be said of it.

    Where a lot decided who began, the difference it shows is what may be said, not the change.
    """
    if not any(one.is_by_lot for one in shown):
        return [
            [one.title, one.people, one.change, one.interval, _reading(one.claim)] for one in shown
        ]
    return [
        [
            one.title,
            one.people,
            _with_ends(one.data),
            _with_ends(one.data["comparison"]) if one.is_by_lot else _("not compared"),
            _reading(one.comparison_claim, _("no clear difference"))
            if one.is_by_lot and one.comparison_claim
            else _reading(one.claim),
        ]
        for one in shown
    ]


def _with_ends(figure: Mapping[str, Any]) -> str:
    change = signed(figure["change"])
    if figure.get("low") is None:
        return change
    return _("%(change)s (%(low)s to %(high)s)") % {
        "change": change,
        "low": signed(figure["low"]),
        "high": signed(figure["high"]),
    }


def _reading(claim: Claim, unclear: str = "") -> str:
    if claim.needs_caution:
        return _("too few to judge")
    if not claim.is_clear or claim.is_better is None:
        return unclear or _("no clear change")
    words = _("for the better") if claim.is_better else _("for the worse")
    return _("%(way)s, may be chance") % {"way": words} if claim.is_one_of_several else words
