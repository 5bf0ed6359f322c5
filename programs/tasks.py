"""What this app does by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from programs.services import buddies, certificates, digests, flags, rosters, snapshots


@shared_task(name="programs.take_due_snapshots", ignore_result=True)
def take_due_snapshots() -> None:
    """Beat, every hour: midnight comes at another hour in every zone. Twice changes nothing."""
    snapshots.take_due_snapshots(now=timezone.now())


@shared_task(name="programs.empty_old_rosters", ignore_result=True)
def empty_old_rosters() -> None:
    """Beat, every hour: uploaded rows that nobody imported are dropped after seven days."""
    rosters.empty_old_rosters(now=timezone.now())


@shared_task(name="programs.refresh_due_flags", ignore_result=True)
def refresh_due_flags() -> None:
    """Beat, every hour: who needs a word. Twice changes nothing."""
    flags.refresh_due_flags(now=timezone.now())


@shared_task(name="programs.owe_due_digests", ignore_result=True)
def owe_due_digests() -> None:
    """Beat, every hour: what opens within a day is told in that day's digest. Twice is once."""
    digests.owe_due_digests(now=timezone.now())


@shared_task(name="programs.issue_due_certificates", ignore_result=True)
def issue_due_certificates() -> None:
    """Beat, every hour: what completion by another road left out. Twice changes nothing."""
    certificates.issue_due_certificates(now=timezone.now())


@shared_task(name="programs.tend_buddies", ignore_result=True)
def tend_buddies() -> None:
    """Beat, every hour: pair those who wait; this week's question. Twice changes nothing."""
    buddies.tend_buddies(now=timezone.now())
