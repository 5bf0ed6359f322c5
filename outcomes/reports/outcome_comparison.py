"""Those who began beside those who had not, in words. The design says how strong they may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from outcomes.engine.bands import ABOVE, CAVEAT, band_for, in_points
from outcomes.engine.claims import LITTLE, LOWER, UNCLEAR, WAITLIST, claim_of
from outcomes.reports.points import points, signed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from outcomes.engine.claims import Claim


def comparison_claim(outcome: Mapping[str, Any]) -> Claim | None:
    """What the comparison of an outcome may be said to show; None without one."""
    found = outcome.get("comparison")
    return claim_of(found, design=_design(found)) if found else None


def is_by_lot(outcome: Mapping[str, Any]) -> bool:
    """Whether a lot decided who began. Releases before there was another design name none."""
    found = outcome.get("comparison")
    return found is not None and _design(found) == WAITLIST


def _design(found: Mapping[str, Any]) -> str:
    return str(found.get("design", WAITLIST))


def comparison_sentence(outcome: Mapping[str, Any]) -> str:
    """The difference with its interval and the people of both arms."""
    found, claim = outcome.get("comparison"), comparison_claim(outcome)
    if not found or claim is None:
        return ""
    facts = {
        "began": found["program"]["both"],
        "waited": found["waiting"]["both"],
        "by": points(abs(found["change"])),
        "change": signed(found["change"]),
        "ci": _("95%% interval %(low)s to %(high)s")
        % {"low": signed(found["low"]), "high": signed(found["high"])},
    }
    if not is_by_lot(outcome):
        return _without_a_lot(claim, facts)
    if claim.code == LITTLE:
        return (
            _(
                "Beside colleagues who waited, allocated by lot, the difference was %(change)s points"
                " (%(ci)s; %(began)d began, %(waited)d waited): too few to judge."
            )
            % facts
        )
    if claim.code == UNCLEAR:
        return (
            _(
                "Beside colleagues who waited, allocated by lot, there is no clear difference: %(change)s"
                " points (%(ci)s; %(began)d began, %(waited)d waited)."
            )
            % facts
        )
    template = (
        _(
            "The %(began)d who began scored %(by)s points lower than the %(waited)d colleagues who"
            " waited, allocated by lot, at equal starts (%(ci)s)."
        )
        if claim.code == LOWER
        else _(
            "The %(began)d who began scored %(by)s points higher than the %(waited)d colleagues who"
            " waited, allocated by lot, at equal starts (%(ci)s)."
        )
    )
    if claim.is_one_of_several:
        several = _("Among several outcomes looked at, one such may come by chance.")
        return f"{template % facts} {several}"
    return template % facts


def _without_a_lot(claim: Claim, facts: Mapping[str, Any]) -> str:
    """Changes beside each other; who began was not left to chance, and that is said at once."""
    if claim.code == LITTLE:
        return (
            _(
                "Beside the change of colleagues who had not begun, not chosen by lot, the difference was"
                " %(change)s points (%(ci)s; %(began)d began, %(waited)d had not): too few to judge."
            )
            % facts
        )
    if claim.code == UNCLEAR:
        return (
            _(
                "Beside the change of colleagues who had not begun, not chosen by lot, there is no clear"
                " difference: %(change)s points (%(ci)s; %(began)d began, %(waited)d had not)."
            )
            % facts
        )
    template = (
        _(
            "The change of the %(began)d who began was %(by)s points lower than that of %(waited)d"
            " colleagues who had not begun (%(ci)s). They were not chosen by lot: something else about"
            " the two groups may explain it."
        )
        if claim.code == LOWER
        else _(
            "The change of the %(began)d who began was %(by)s points higher than that of %(waited)d"
            " colleagues who had not begun (%(ci)s). They were not chosen by lot: something else about"
            " the two groups may explain it."
        )
    )
    if claim.is_one_of_several:
        return f"{template % facts} {_('Among several outcomes looked at, one such may come by chance.')}"
    return template % facts


def comparison_note(outcome: Mapping[str, Any]) -> str:
    """Who was drawn, the method, the standardized difference, the second way of reckoning."""
    found = outcome.get("comparison")
    if not found:
        return ""
    parts = [_who(found, by_lot=is_by_lot(outcome)), _method(found), *_start(found)]
    if test := found.get("test"):
        words = _("p = %(p)s of the difference, two-sided") % {"p": test["p"]}
        if test["p_holm"]:
            words += "; " + _("%(p)s after Holm's correction for several outcomes") % {
                "p": test["p_holm"]
            }
        parts.append(words.replace("= <", "< ") + ".")
    if found["g"] is not None:
        parts.append(
            _("g = %(g)s (%(correction)s).")
            % {
                "g": number_format(found["g"], 2).replace("-", "−"),
                "correction": found["correction"],
            }
        )
        parts += _band(outcome["key"], found["g"])
    return " ".join(parts)


def _who(found: Mapping[str, Any], *, by_lot: bool) -> str:
    words = (
        _(
            "Drawn to begin: %(began)d, of whom %(a)d answered both rounds; drawn to wait: %(waited)d,"
            " of whom %(b)d. Everybody counts with the arm drawn."
        )
        if by_lot
        else _(
            "In the cohort that began: %(began)d, of whom %(a)d answered both rounds; in cohorts that"
            " had not begun: %(waited)d, of whom %(b)d. Not randomized."
        )
    )
    return words % {
        "began": found["program"]["drawn"],
        "a": found["program"]["both"],
        "waited": found["waiting"]["drawn"],
        "b": found["waiting"]["both"],
    }


def _method(found: Mapping[str, Any]) -> str:
    words = _("Method: %(method)s.") % {"method": found["method"]}
    second = found.get("secondary")
    if second:
        words += " " + _("As %(other)s: %(change)s (%(low)s to %(high)s).") % {
            "other": second["method"],
            "change": signed(second["change"]),
            "low": signed(second["low"]),
            "high": signed(second["high"]),
        }
    return words


def _start(found: Mapping[str, Any]) -> list[str]:
    """How unlike the two began: without a lot the first thing to doubt."""
    start = found.get("start")
    if not start:
        return []
    smd = number_format(start["smd"], 1).replace("-", "−")
    if start["is_unlike"]:
        words = _(
            "At the start the two differed by %(smd)s standard deviations: enough to doubt the"
            " comparison."
        )
    else:
        words = _("At the start the two differed by %(smd)s standard deviations.")
    return [words % {"smd": smd}]


def comparison_band(outcome: Mapping[str, Any]) -> tuple[float, float] | None:
    """Controlled studies in points of this scale, lower end first; None where not known."""
    found = outcome.get("comparison")
    band = band_for(instrument=outcome["key"].partition(".")[0], is_controlled=True)
    if not (found and band and found.get("sd")):
        return None
    return in_points(band, sd=found["sd"], is_up=outcome["direction"] == "up")


def _band(key: str, g: float) -> list[str]:
    """Controlled studies beside it: like is compared with like."""
    band = band_for(instrument=key.partition(".")[0], is_controlled=True)
    if band is None:
        return []
    words = _("Published controlled studies: %(low)s to %(high)s (%(source)s).") % {
        "low": number_format(band.low, 2),
        "high": number_format(band.high, 2),
        "source": band.source,
    }
    return [words, *([_(ABOVE)] if g > band.high else []), _(CAVEAT)]
