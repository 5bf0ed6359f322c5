"""A release in words: what the admin's page, the PDF and the exports show. Renders the payload only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from outcomes.engine.bands import band_for
from outcomes.engine.claims import LITTLE, UNCLEAR, claim_of, main_outcome
from outcomes.models import Wave
from outcomes.reports.outcome_groups import GroupTable, group_tables, overview_head, overview_rows
from outcomes.reports.outcome_views import OutcomeView
from outcomes.reports.points import points

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class OutcomeReport:
    """A whole release in words."""

    payload: Mapping[str, Any]
    outcomes: tuple[OutcomeView, ...]

    @property
    def shown(self) -> list[OutcomeView]:
        return [outcome for outcome in self.outcomes if outcome.is_shown]

    @property
    def hidden(self) -> list[OutcomeView]:
        return [outcome for outcome in self.outcomes if not outcome.is_shown]

    @property
    def main(self) -> OutcomeView | None:
        found = main_outcome([outcome.data for outcome in self.outcomes])
        return next((outcome for outcome in self.outcomes if outcome.data is found), None)

    @property
    def finding(self) -> str:
        """The title: what happened, in at most twenty words."""
        main = self.main
        if self.payload["baseline"] is None:
            return _("The first round is closed; figures come with the second one")
        if main is None:
            return _("Too few people answered both rounds to show figures")
        if main.is_by_lot:
            return _comparison_finding(main)
        n = main.data["n"]
        if main.claim.code == LITTLE:
            return _("%(title)s: %(n)d people are too few to judge") % {
                "title": main.title,
                "n": n,
            }
        if main.claim.code == UNCLEAR:
            return _("%(title)s: no clear change among %(n)d people") % {
                "title": main.title,
                "n": n,
            }
        higher = main.data["change"] > 0
        template = (
            _("%(title)s: %(by)s points higher among %(n)d people")
            if higher
            else _("%(title)s: %(by)s points lower among %(n)d people")
        )
        return template % {
            "title": main.title,
            "by": points(abs(main.data["change"])),
            "n": n,
        }

    @property
    def happened(self) -> str:
        """The first answer: beside those who waited, if a lot was drawn, and the change itself."""
        if self.main is None:
            return f"{self.finding}."
        return " ".join(self.main.statements)

    @property
    def scale_words(self) -> str:
        """How to take the first answer's points: on which scale, and which way is better."""
        if self.main is None:
            return ""
        return _("The scale runs from %(range)s; %(better)s.") % {
            "range": self.main.range_words,
            "better": self.main.better_words,
        }

    @property
    def not_proven(self) -> str:
        """What the figures do not show."""
        if self.main and self.main.comparison_claim and not self.main.is_by_lot:
            return _(
                "Compared with colleagues who had not begun, not chosen by lot. The two groups may differ"
                " in other ways, so we cannot say the program caused this."
            )
        if self.main and self.main.comparison_claim:
            return _(
                "Compared with colleagues waiting, allocated at random. It holds for those who answered"
                " both rounds, and says nothing of what comes after the wait."
            )
        return _("Without a comparison group we cannot say the program caused this.")

    @property
    def suggestion(self) -> str:
        """What to do next, as far as the figures carry it."""
        if not self.shown:
            return _(
                "Wait for the next round, and make it easy to answer: time on shift helps most."
            )
        if self.payload["flow"]["is_thin"]:
            return _(
                "Ask why fewer than six of ten answered twice before you rest a decision on it."
            )
        if self.main and self.main.claim.is_better is False:
            return _(
                "Ask people and the practice what lies behind it before the next group begins, and look"
                " again in three months."
            )
        if self.payload["label"] == Wave.Label.PULSE:
            return _("Wait for the round at the end: a first look on the way says little.")
        if self.payload["label"] == Wave.Label.FOLLOWUP:
            return _("Look at it beside figures of your own.")
        return _("Look at it again three months after the end, and beside figures of your own.")

    @property
    def recommendations(self) -> list[Mapping[str, str]]:
        """What somebody of the practice recommends in their own words: text, and who signs it."""
        return list(self.payload.get("recommendations", ()))

    @property
    def overview(self) -> list[list[str]]:
        """All outcomes at a glance, where there are several."""
        return overview_rows(self.shown) if len(self.shown) > 1 else []

    @property
    def overview_head(self) -> list[str]:
        return overview_head(self.shown)

    @property
    def chart_key(self) -> str:
        """What the marks of the charts are, said once: the fullest of their keys."""
        return max((one.chart.key for one in self.shown if one.chart), key=len, default="")

    @property
    def group_tables(self) -> list[GroupTable]:
        return group_tables(self.shown, hidden_words=self.hidden_words)

    @property
    def hidden_words(self) -> str:
        k = self.payload["thresholds"]["means"]
        return _("<%(k)d or protected") % {"k": k}

    @property
    def as_of(self) -> datetime:
        return datetime.fromisoformat(self.payload["as_of"]).astimezone(
            ZoneInfo(self.payload["time_zone"])
        )

    @property
    def window_words(self) -> list[tuple[str, str]]:
        """The rounds compared, each with its days."""
        labels = dict(Wave.Label.choices)
        found = []
        for name in ("baseline", "later"):
            window = self.payload[name]
            if window:
                first, last = (
                    date.fromisoformat(window[end]) for end in ("opened_on", "closed_on")
                )
                days = f"{date_format(first, 'j M Y')} – {date_format(last, 'j M Y')}"
                found.append((str(labels[window["label"]]).capitalize(), days))
        return found

    @property
    def method_note(self) -> str:
        """The note of every report, filled with what is in force."""
        limits = self.payload["thresholds"]
        both = self.payload["flow"]["both"]
        parts = [
            _("Figures are as of %(when)s (%(zone)s), program version %(version)s.")
            % {
                "when": date_format(self.as_of, "j M Y, H:i"),
                "zone": self.payload["time_zone"],
                "version": self.payload["version"],
            }
        ]
        if both is not None:
            parts.append(
                _("%(n)d of %(all)d enrolled answered both rounds; means use only them.")
                % {"n": both, "all": self.payload["flow"]["enrolled"]}
            )
        parts += [
            _("Intervals are 95%."),
            _(
                "Groups below %(means)d (averages), %(distributions)d (distributions) and %(change)d"
                " (reliable change) are hidden, and others where subtraction would reveal them."
            )
            % {
                "means": limits["means"],
                "distributions": limits["distributions"],
                "change": limits["reliable_change"],
            },
            self.not_proven,
            _("Answers are self-reported. Self-rated empathy is not patient-experienced empathy."),
        ]
        if self.payload["highest_level"]:
            parts.append(
                _("Highest evidence level (Kirkpatrick): %(level)d.")
                % {"level": self.payload["highest_level"]}
            )
        parts.append(_("The organization saw no individual's answers."))
        return " ".join(parts)


def _comparison_finding(main: OutcomeView) -> str:
    data, claim = main.data["comparison"], main.comparison_claim
    facts = {"title": main.title, "by": points(abs(data["change"]))}
    if claim is None or claim.code == LITTLE:
        return _("%(title)s: too few people to judge beside those who wait") % facts
    if claim.code == UNCLEAR:
        return _("%(title)s: no clear difference from colleagues who wait") % facts
    if data["change"] > 0:
        return _("%(title)s: %(by)s points higher than colleagues who wait") % facts
    return _("%(title)s: %(by)s points lower than colleagues who wait") % facts


def outcome_report(payload: Mapping[str, Any]) -> OutcomeReport:
    """Put a release's payload into words."""
    words = _("<%(k)d or protected") % {"k": payload["thresholds"]["means"]}
    return OutcomeReport(
        payload=payload,
        outcomes=tuple(
            OutcomeView(
                data=outcome,
                # The change of those who began is a change; a lot speaks in the comparison alone.
                claim=claim_of(outcome),
                band=band_for(instrument=outcome["key"].partition(".")[0], is_controlled=False),
                protected_words=words,
            )
            for outcome in payload["outcomes"]
        ),
    )
