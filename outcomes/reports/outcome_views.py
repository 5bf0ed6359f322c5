"""One released outcome in words: its sentence, interval, effect, tests, groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from outcomes.engine.bands import ABOVE, CAVEAT, Band, in_points
from outcomes.engine.claims import (
    LITTLE,
    TOO_FEW,
    UNCLEAR,
    Claim,
)
from outcomes.engine.disclosure import FEW, NOTHING, tier
from outcomes.reports.outcome_attrition import attrition_of, attrition_words
from outcomes.reports.outcome_charts import ChangeChart, change_chart
from outcomes.reports.outcome_comparison import (
    comparison_claim,
    comparison_note,
    comparison_sentence,
    is_by_lot,
)
from outcomes.reports.outcome_rounds import RoundRow, round_rows, round_words
from outcomes.reports.outcome_shares import reliable_words, threshold_words
from outcomes.reports.points import points, signed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from outcomes.engine.tipping_points import TippingPoint


@dataclass(frozen=True)
class GroupRow:
    label: str
    n: str
    change: str
    interval: str
    is_protected: bool


@dataclass(frozen=True)
class OutcomeView:
    """One outcome of a release with its sentence, ready to be laid out."""

    data: Mapping[str, Any]
    claim: Claim
    band: Band | None
    protected_words: str

    @property
    def title(self) -> str:
        return str(self.data["title"])

    @property
    def is_shown(self) -> bool:
        return self.data["tier"] != NOTHING

    @property
    def interval(self) -> str:
        if self.data.get("low") is None:
            return _("no interval: everybody changed alike")
        return _("%(low)s to %(high)s") % {
            "low": signed(self.data["low"]),
            "high": signed(self.data["high"]),
        }

    @property
    def _interval_named(self) -> str:
        if self.data.get("low") is None:
            return self.interval
        return _("95%% interval %(ends)s") % {"ends": self.interval}

    @property
    def change(self) -> str:
        return signed(self.data.get("change"))

    @property
    def range_words(self) -> str:
        low, high = (f"{end:g}" for end in self.data["range"])
        return _("%(low)s to %(high)s") % {"low": low, "high": high}

    @property
    def better_words(self) -> str:
        return _("higher is better") if self.data["direction"] == "up" else _("lower is better")

    @property
    def people(self) -> str:
        """Everybody behind the figure: those in both rounds of all enrolled."""
        return _("%(n)d of %(of)d") % {"n": self.data["n"], "of": self.data["of"]}

    @property
    def sentence(self) -> str:
        """What happened, with its people and its interval."""
        if self.claim.code == TOO_FEW:
            return _("Too few people answered both rounds to show a figure.")
        facts = {
            "n": self.data["n"],
            "of": self.data["of"],
            "by": points(abs(self.data["change"])),
            "ci": self._interval_named,
        }
        if self.claim.code == LITTLE:
            return _(
                "Among the %(n)d of %(of)d who answered both rounds, the mean changed by"
                " %(change)s points (%(ci)s): too few to judge."
            ) % (facts | {"change": self.change})
        if self.claim.code == UNCLEAR:
            return _(
                "Participants who completed both surveys (%(n)d of %(of)d) show no clear change: %(change)s"
                " points on average (%(ci)s), so it may be none."
            ) % (facts | {"change": self.change})
        template = (
            _(
                "Participants who completed both surveys (%(n)d of %(of)d) scored %(by)s points higher on"
                " average (%(ci)s)."
            )
            if self.data["change"] > 0
            else _(
                "Participants who completed both surveys (%(n)d of %(of)d) scored %(by)s points lower on"
                " average (%(ci)s)."
            )
        )
        if self.claim.is_one_of_several:
            several = _("Among several outcomes looked at, one such may come by chance.")
            return f"{template % facts} {several}"
        return template % facts

    @property
    def band_words(self) -> str:
        """Where the figure lies beside published ones; above them is a warning, not a star."""
        effect = self.data.get("effect")
        if not (self.band and effect):
            return ""
        words = _("Published studies of this kind: %(low)s to %(high)s (%(source)s).") % {
            "low": number_format(self.band.low, 2),
            "high": number_format(self.band.high, 2),
            "source": self.band.source,
        }
        if effect["g"] > self.band.high:
            words = f"{words} {_(ABOVE)}"
        return f"{words} {_(CAVEAT)}"

    @property
    def band_points(self) -> tuple[float, float] | None:
        """The published changes in points of this scale, lower end first; None where not known."""
        if not (self.band and self.data.get("effect") and self.data["before"]):
            return None
        return in_points(
            self.band,
            sd=(self.data["before"]["sd"] + self.data["after"]["sd"]) / 2,
            is_up=self.data["direction"] == "up",
        )

    @property
    def effect_words(self) -> str:
        effect = self.data.get("effect")
        if not effect:
            return ""
        words = _("g = %(g)s (average of both SDs; %(correction)s)") % {
            "g": number_format(effect["g"], 2).replace("-", "−"),
            "correction": effect["correction"],
        }
        if effect["low"] is None:
            return words
        return (
            words
            + ", "
            + _("95%% interval of d %(low)s to %(high)s (%(how)s)")
            % {
                "low": number_format(effect["low"], 2).replace("-", "−"),
                "high": number_format(effect["high"], 2).replace("-", "−"),
                "how": effect["interval"],
            }
        )

    @property
    def test_words(self) -> str:
        test = self.data.get("test")
        if not test:
            return ""
        words = _("p = %(p)s (%(method)s)") % {"p": test["p"], "method": test["method"]}
        if test["p_holm"]:
            words += "; " + _("%(p)s after Holm's correction for several outcomes") % {
                "p": test["p_holm"]
            }
        if test["wilcoxon"]:
            words += "; " + _("by ranks %(p)s (%(method)s)") % test["wilcoxon"]
        return words.replace("= <", "< ")

    @property
    def attrition(self) -> TippingPoint | None:
        return attrition_of(self.data, self.claim)

    @property
    def attrition_words(self) -> str:
        return attrition_words(self.data, self.claim)

    @property
    def comparison_claim(self) -> Claim | None:
        return comparison_claim(self.data)

    @property
    def is_by_lot(self) -> bool:
        """Whether the comparison may carry the title."""
        return is_by_lot(self.data)

    @property
    def comparison_words(self) -> str:
        return comparison_sentence(self.data)

    @property
    def statements(self) -> list[str]:
        """What may be said, in order: a lot comes first, any other comparison after the change."""
        words = [self.sentence, self.comparison_words]
        return [one for one in (reversed(words) if self.is_by_lot else words) if one]

    @property
    def comparison_note(self) -> str:
        return comparison_note(self.data)

    @property
    def chart(self) -> ChangeChart | None:
        """Its intervals before published bands, to be drawn."""
        return change_chart(self.data, self.band_points)

    @property
    def rounds(self) -> list[RoundRow]:
        """All rounds together; empty with fewer than three."""
        return round_rows(self.data)

    @property
    def rounds_words(self) -> str:
        return round_words(self.data)

    @property
    def share_words(self) -> str:
        return threshold_words(self.data)

    @property
    def reliable_words(self) -> str:
        return reliable_words(self.data)

    @property
    def extreme_words(self) -> str:
        """Whether many began where the scale ends: what they change beyond it cannot be seen."""
        words = {
            "floor": _(
                "More than 15% began at the lowest end of the scale: a change downward cannot show in them."
            ),
            "ceiling": _(
                "More than 15% began at the highest end of the scale: a change upward cannot show in them."
            ),
        }
        return words.get(self.data.get("extreme", ""), "")

    @property
    def tables(self) -> list[tuple[str, list[GroupRow]]]:
        """Breakdowns with a heading each; hidden rows all look alike."""
        headings = {"unit": _("Unit"), "role": _("Profession")}
        return [
            (headings[name], [self._row(row) for row in rows])
            for name, rows in self.data.get("breakdowns", {}).items()
        ]

    def _row(self, row: Mapping[str, Any]) -> GroupRow:
        label = row["label"] or _("not given")
        if row["is_protected"]:
            hidden = self.protected_words
            return GroupRow(label, hidden, hidden, hidden, is_protected=True)
        interval = (
            "–"
            if row["low"] is None
            else _("%(low)s to %(high)s") % {"low": signed(row["low"]), "high": signed(row["high"])}
        )
        people = str(row["n"])
        if tier(row["n"]) == FEW:
            people = _("%(n)s, too few to judge") % {"n": people}
        return GroupRow(label, people, signed(row["change"]), interval, is_protected=False)
