"""What a clinician's organizations see of them: the admin's rows, made by the admin's function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Min, Q

from accounts.models import AccessLog
from outcomes.models import Release
from outcomes.reports.outcome_report import outcome_report
from outcomes.reports.participation import (
    ParticipationRow,
    effective_visibility,
    participation_rows,
)
from programs.models import Engagement, Enrollment

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Consent, Organization, User
    from outcomes.reports.outcome_report import OutcomeReport

WHO_LOOKED_SHOWN = 20
PEOPLE = "outcomes.people"  # the kind under which the admins' page of names is logged


@dataclass(frozen=True)
class GroupRelease:
    """The last figures about a cohort of the person that its organization was given."""

    release: Release
    report: OutcomeReport


@dataclass(frozen=True)
class OrganizationView:
    organization: Organization
    rows: list[ParticipationRow]
    is_unnamed: bool  # some contract or signature of this organization shows no name
    threshold: int  # the smallest group whose totals are shown
    averages: int  # the smallest group of which averages of answers are released
    consent: Consent | None  # what the person signed last
    releases: list[GroupRelease]  # the newest of each cohort, as the organization got it


def organization_views(*, user: User) -> list[OrganizationView]:
    """Return one view per organization in whose cohorts `user` is or was."""
    enrollments = (
        Enrollment.objects.owned_by(user)
        .filter(voided_at=None, transferred_out_at=None)
        .select_related("cohort__engagement__organization", "consent__disclosure")
        .order_by("pk")
    )
    released = _last_releases({enrollment.cohort_id for enrollment in enrollments})
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
            averages=min(e.cohort.engagement.threshold_means for e in own),
            consent=next((e.consent for e in reversed(own) if e.consent), None),
            releases=[released[e.cohort_id] for e in own if e.cohort_id in released],
        )
        for organization, own in by_organization.items()
    ]


def _last_releases(cohorts: set[int]) -> dict[int, GroupRelease]:
    """Cohort -> its last release with figures: frozen and masked, so what the admin sees. One query."""
    found = (
        Release.objects.filter(wave__cohort__in=cohorts)
        .exclude(payload__baseline=None)
        .select_related("wave")
        .order_by("wave__cohort_id", "-released_at", "-number")
        .distinct("wave__cohort_id")
    )
    return {one.wave.cohort_id: GroupRelease(one, outcome_report(one.payload)) for one in found}


@dataclass(frozen=True)
class Look:
    """One line of "Who looked"."""

    at: datetime
    who: str  # "" if the account is gone
    organization: str  # whose admin it was; "" for the practice's own people
    is_export: bool
    is_list: bool  # the person was one of many on a page


def who_looked(*, user: User, views: list[OrganizationView]) -> list[Look]:
    """Return who read or exported a record of `user`, or a list with their name, newest first."""
    named_in = [view.organization for view in views if view.rows or not view.is_unnamed]
    joined = user.enrollments.aggregate(first=Min("invited_at"))["first"]
    lists = Q(subject=None, kind=PEOPLE, organization__in=named_in)
    if joined is not None:
        lists &= Q(at__gte=joined)
    entries = (
        AccessLog.objects.filter(Q(pk__in=AccessLog.objects.owned_by(user).values("pk")) | lists)
        .exclude(actor=user)
        .select_related("actor", "organization")
        .order_by("-at")[:WHO_LOOKED_SHOWN]
    )
    return [
        Look(
            at=entry.at,
            who=entry.actor.name if entry.actor else "",
            organization=_organization_of(entry),
            is_export=entry.action == "exported",
            is_list=entry.subject_id is None,
        )
        for entry in entries
    ]


def _organization_of(entry: AccessLog) -> str:
    is_staff = entry.actor is not None and entry.actor.is_consultant
    return "" if is_staff or entry.organization is None else entry.organization.name
