"""Shares of people in words: at or above a measure's own mark, and changed beyond measurement error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping


def threshold_words(data: Mapping[str, Any]) -> str:
    """Before and after, to five percent, with their intervals."""
    found = data.get("share")
    if not found:
        return ""
    return _(
        "At %(mark)s or more (“%(words)s”), of %(n)d people: %(before)d%% before (95%% interval"
        " %(before_low)d to %(before_high)d%%), %(after)d%% after (%(after_low)d to %(after_high)d%%);"
        " to the nearest 5%%."
    ) % {
        "mark": number_format(found["at_least"]),
        "words": found["words"],
        "n": found["n"],
        **{
            f"{when}{end}": found[when][part]
            for when in ("before", "after")
            for end, part in (("", "percent"), ("_low", "low"), ("_high", "high"))
        },
    }


def reliable_words(data: Mapping[str, Any]) -> str:
    """Shares of people whose change is more than measurement error; pooled, to five percent."""
    found = data.get("reliable")
    if not found:
        return ""
    words = {
        "improved": _("improved"),
        "unchanged": _("unchanged"),
        "deteriorated": _("worse"),
        "unchanged+deteriorated": _("not improved"),
        "improved+unchanged": _("not worse"),
    }
    shares = ", ".join(
        f"{words['+'.join(part['classes'])]} {part['percent']}%" for part in found["parts"]
    )
    said = _("Beyond measurement error, of %(n)d people: %(shares)s, to the nearest 5%%.") % {
        "n": found["n"],
        "shares": shares,
    }
    if found["left_out"]:
        said += " " + _("%(n)d began too near the end of the scale to be counted.") % {
            "n": found["left_out"]
        }
    return said
