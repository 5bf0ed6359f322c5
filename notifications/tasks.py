"""What beat starts. No logic: one service call each."""

from __future__ import annotations

from celery import shared_task

from notifications.services.clocks import database_now
from notifications.services.dispatch import dispatch_due
from notifications.services.message_lists import purge_closed
from notifications.services.reconcile import reconcile


@shared_task(name="notifications.dispatch_due_messages", ignore_result=True)
def dispatch_due_messages() -> None:
    """Beat, every 10 s. Overlapping runs are harmless: each row is sent under its own lease."""
    dispatch_due(seconds=40)  # the hard limit of a task is 55 s


@shared_task(name="notifications.reconcile_messages", ignore_result=True)
def reconcile_messages() -> None:
    """Beat, every hour: what should be owed and is not, is owed now, and logged."""
    reconcile()


@shared_task(name="notifications.purge_messages", ignore_result=True)
def purge_messages() -> None:
    """Beat, every hour: rows that ended ninety days ago. A second run finds nothing."""
    purge_closed(now=database_now())
