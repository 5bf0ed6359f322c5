"""What a cohort's figures say, in one sentence fit for the title of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from datetime import date


def cohort_finding(
    *, enrolled: int, completed: int, on_pace: int, starts_on: date, has_begun: bool
) -> str:
    """Say how many of those enrolled are well on their way; before the start, that it is coming.

    Whoever calls has made sure that `enrolled` people are enough to speak of.
    """
    if not has_begun:
        return ngettext(
            "%(all)d person has joined; it starts on %(day)s",
            "%(all)d people have joined; it starts on %(day)s",
            enrolled,
        ) % {"all": enrolled, "day": date_format(starts_on, "j F")}
    if completed == enrolled:
        return _("All %(all)d people have completed the program") % {"all": enrolled}
    return ngettext(
        "%(good)d of %(all)d person is on pace or done",
        "%(good)d of %(all)d people are on pace or done",
        enrolled,
    ) % {"good": completed + on_pace, "all": enrolled}


def too_few() -> str:
    return _("Too few people to show figures yet")
