"""What an organization was given: every release, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from outcomes.models import Release
from outcomes.reports.outcome_report import outcome_report

if TYPE_CHECKING:
    from accounts.models import Organization, User

NEWEST = 50


@dataclass(frozen=True)
class ReleaseLine:
    release: Release
    finding: str


def release_log(*, organization: Organization, user: User) -> list[ReleaseLine]:
    """The newest fifty of those that `user` manages; two queries."""
    releases = (
        Release.objects.managed_by(user)
        .filter(wave__cohort__engagement__organization=organization)
        .select_related("wave__cohort", "actor")
        .order_by("-released_at", "-pk")[:NEWEST]
    )
    return [ReleaseLine(one, outcome_report(one.payload).finding) for one in releases]
