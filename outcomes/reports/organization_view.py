"""What a clinician's organizations see of them: the admin's rows, made by the admin's function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from outcomes.reports.participation import (
    ParticipationRow,
    effective_visibility,
    participation_rows,
)
from programs.models import Engagement, Enrollment

if TYPE_CHECKING:
    from accounts.models import Consent, Organization, User


@dataclass(frozen=True)
class OrganizationView:
    organization: Organization
    rows: list[ParticipationRow]
    is_unnamed: bool  # some contract or signature of this organization shows no name
    threshold: int  # the smallest group whose totals are shown
    consent: Consent | None  # what the person signed last


def organization_views(*, user: User) -> list[OrganizationView]:
    """Return one view per organization in whose cohorts `user` is or was."""
    enrollments = (
        Enrollment.objects.owned_by(user)
        .filter(voided_at=None, transferred_out_at=None)
        .select_related("cohort__engagement__organization", "consent__disclosure")
        .order_by("pk")
    )
    by_organization: dict[Organization, list[Enrollment]] = {}
    for enrollment in enrollments:
        organization = enrollment.cohort.engagement.organization
        by_organization.setdefault(organization, []).append(enrollment)
    return [
        OrganizationView(
            organization=organization,
            rows=participation_rows(organization=organization, person=user),
            is_unnamed=any(
                effective_visibility(enrollment) == Engagement.Visibility.AGGREGATE_ONLY
                for enrollment in own
            ),
            threshold=max(e.cohort.engagement.threshold_progress for e in own),
            consent=next((e.consent for e in reversed(own) if e.consent), None),
        )
        for organization, own in by_organization.items()
    ]
