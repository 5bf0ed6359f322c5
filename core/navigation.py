"""The navigation of each role, by URL name. A name that does not resolve leaves its item out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class NavItem:
    view: str
    label: str | Promise
    icon: str
    # Views below this item, by the start of their name: the item is current on them too.
    covers: tuple[str, ...] = ()


@dataclass(frozen=True)
class NavLink:
    """A `NavItem` with its address, as the template draws it."""

    url: str
    label: str | Promise
    icon: str
    is_current: bool
    in_bar: bool  # on a phone: in the tab bar, not behind "More"


NAVIGATION: dict[str, tuple[NavItem, ...]] = {
    "clinician": (
        NavItem("outcomes:today", _("Today"), "today"),
        NavItem(
            "coaching:booking_start",
            _("Book"),
            "book",
            (
                *(
                    f"coaching:{name}_"
                    for name in ("booking", "session", "hold", "series", "group")
                ),
                *(f"coaching:{name}" for name in ("time_request_", "my_coach", "coach_rematch")),
            ),
        ),
        NavItem("programs:learn", _("Learn"), "learn", ("programs:",)),
        NavItem("outcomes:progress", _("Progress"), "progress", ("outcomes:organization_view",)),
    ),
    "consultant": (
        NavItem("outcomes:consultant_today", _("Today"), "today"),
        NavItem(
            "accounts:organization_list",
            _("Organizations"),
            "organizations",
            (
                *("accounts:organization_", "accounts:unit_", "programs:engagement_"),
                *("coaching:booking_policy_", "coaching:hours_", "coaching:engagement_"),
                *("outcomes:indicator_", "outcomes:rating_"),
            ),
        ),
        NavItem(
            "programs:cohort_list",
            _("Cohorts"),
            "cohorts",
            (
                *("programs:cohort_", "programs:roster_", "programs:enrollment_"),
                *("programs:live_slot_", "programs:flag_", "programs:nudge_"),
                *("outcomes:cohort_", "outcomes:wave", "outcomes:questionnaire"),
                *("coaching:group_list", "coaching:group_plan"),
                *("coaching:matching", "coaching:conflict_", "coaching:booking_for"),
                *("coaching:hold_", "coaching:series_"),
            ),
        ),
        NavItem(
            "coaching:week_calendar",
            _("Calendar"),
            "sessions",
            tuple(
                f"coaching:{name}_"
                for name in ("session", "booking", "group", "agreed", "time_request", "dispute")
            ),
        ),
        NavItem(
            "coaching:availability",
            _("Availability"),
            "clock",
            (
                *("coaching:availability_", "coaching:session_type_", "coaching:busy_calendars"),
                *("coaching:calendar_source_", "coaching:coach_profile"),
            ),
        ),
        NavItem("programs:observation_list", _("Observations"), "eye", ("programs:observation_",)),
        NavItem("programs:program_list", _("Programs"), "learn", ("programs:program_",)),
        NavItem("notifications:message_list", _("Sent mail"), "mail", ("notifications:message_",)),
    ),
    "organization": (
        NavItem("outcomes:overview", _("Overview"), "overview", ("outcomes:cohort_",)),
        NavItem("outcomes:outcome_list", _("Outcomes"), "check", ("outcomes:outcome_",)),
        NavItem("outcomes:people", _("People"), "people"),
        NavItem(
            "outcomes:own_indicators",
            _("Indicators"),
            "progress",
            ("outcomes:indicator_", "outcomes:rating_"),
        ),
        NavItem("outcomes:disclosure_detail", _("What we can see"), "eye"),
    ),
}
BAR_SIZE = 4  # items under the thumb; where there are more, the last place is "More"


def usual_role(user: Any) -> str:
    """The role whose navigation a person sees where nothing says which one they act in."""
    return "consultant" if getattr(user, "is_consultant", False) else "clinician"


def current_view(request: HttpRequest | None) -> str:
    match = getattr(request, "resolver_match", None)
    return match.view_name if match else ""


def items_for(role: str, view: str) -> list[NavLink]:
    """The items of `role` whose pages exist; at most one is current on the page `view`."""
    found: list[tuple[NavItem, str]] = []
    for item in NAVIGATION.get(role, ()):
        try:
            found.append((item, reverse(item.view)))
        except NoReverseMatch:
            continue
    # The longest matching name wins, so that "cohort_list" is not also "cohort_".
    score = [_closeness(item, view) for item, _url in found]
    best = max(score, default=0)
    here = score.index(best) if best else -1
    in_bar = len(found) if len(found) <= BAR_SIZE + 1 else BAR_SIZE
    return [
        NavLink(url, item.label, item.icon, is_current=place == here, in_bar=place < in_bar)
        for place, (item, url) in enumerate(found)
    ]


def _closeness(item: NavItem, view: str) -> int:
    if view and item.view == view:
        return 1000
    return max((len(start) for start in item.covers if view.startswith(start)), default=0)
