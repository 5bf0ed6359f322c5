"""Close what lies in the past: mails of weeks ago count as sent, nights have their snapshots."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from config.demo.cohorts import DemoCohort
from notifications.models import Message
from programs.services.flags import refresh_flags
from programs.services.snapshots import latest_snapshot


def close_past_mail(*, now: datetime) -> None:
    """Mark mails that were due before the demo was loaded as sent when they were due.

    They belong to the story, and nobody wants five hundred of them in the mailbox on the first day.
    """
    Message.objects.filter(
        state=Message.State.PENDING, due_at__lt=now - timedelta(minutes=1)
    ).update(
        state=Message.State.SENT,
        attempts=1,
        provider_id="demo",
        sent_at=F("due_at"),
        closed_at=F("due_at"),
    )


def take_snapshots(*, cohorts: list[DemoCohort], now: datetime) -> None:
    for demo in cohorts:
        latest_snapshot(cohort=demo.cohort, now=now)
        refresh_flags(cohort=demo.cohort, now=now)
