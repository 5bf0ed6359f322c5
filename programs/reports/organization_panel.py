"""The panel that this app hangs into an organization's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from programs.reports.cohort_lines import engagement_lines

if TYPE_CHECKING:
    from accounts.models import Organization, User


def engagement_panel(organization: Organization, user: User) -> tuple[str, dict[str, Any]]:
    """Contracts and cohorts: four queries."""
    lines = engagement_lines(organization=organization, user=user, now=timezone.now())
    return "programs/_engagement_panel.html", {"organization": organization, "lines": lines}
