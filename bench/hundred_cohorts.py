"""An organization of a hundred cohorts with a month of nightly figures each; its people are frozen."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts.models import Membership, Organization, User
from programs.models import Cohort, CohortSnapshot, Engagement, ProgramVersion
from programs.reports.latest_snapshots import aggregates_at, last_night

ADMIN = "hundred@bench.example"
COHORTS, NIGHTS = 100, 30


def build_hundred_cohorts() -> None:
    now = timezone.now()
    organization = Organization.objects.create(
        name="Hospital of a hundred cohorts", time_zone="America/New_York"
    )
    admin = User.objects.create(email=ADMIN, name="Admin", time_zone="America/New_York")
    Membership.objects.create(user=admin, organization=organization, role="admin", started_at=now)
    engagement = Engagement.objects.create(
        organization=organization,
        title="Contract",
        starts_on=now.date() - timedelta(days=60),
        ends_on=now.date() + timedelta(days=300),
        seats=10_000,
        coaching_hours=1000,
    )
    Cohort.objects.bulk_create(
        Cohort(
            engagement=engagement,
            version=ProgramVersion.objects.get(pk=1),
            name=f"Cohort {number}",
            starts_on=now.date() - timedelta(days=30),
            ends_on=now.date() + timedelta(days=30),
        )
        for number in range(COHORTS)
    )
    refresh_snapshots()


def refresh_snapshots() -> None:
    """Every cohort has the figures of a real one, for each night of the last month."""
    now = timezone.now()
    cohorts = list(
        Cohort.objects.filter(engagement__organization__name__endswith="hundred cohorts")
    )
    at = last_night(cohorts[0], now)
    if CohortSnapshot.objects.filter(cohort=cohorts[0], at=at).exists():
        return
    real = Cohort.objects.select_related("engagement").get(name="Cohort 1", engagement_id=1)
    figures = aggregates_at(cohort=real, at=at, known_at=now)
    CohortSnapshot.objects.bulk_create(
        (
            CohortSnapshot(
                cohort=cohort,
                at=at - timedelta(days=night),
                taken_at=now,
                aggregates=figures,
            )
            for cohort in cohorts
            for night in range(NIGHTS)
        ),
        ignore_conflicts=True,
        batch_size=500,
    )
