"""What beat starts. No logic: one service call each."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from coaching.services.calendar_fetches import due_ids, read_one
from coaching.services.holds import purge_holds
from coaching.services.holidays import propose_all_holidays
from coaching.services.idempotency import purge_keys
from coaching.services.matching import match_waiting
from coaching.services.requests import lapse_requests
from coaching.services.waitlist import pass_on_due_offers


@shared_task(name="coaching.purge_idempotency_keys", ignore_result=True)
def purge_idempotency_keys() -> None:
    """Beat, hourly: keys after a week, and kept times that lapsed. A second run finds nothing."""
    purge_keys(now=timezone.now())
    purge_holds(now=timezone.now())


@shared_task(name="coaching.due", ignore_result=True)
def end_what_is_due() -> None:
    """Beat, every 10 s. Overlapping runs are harmless: each row is locked and read again."""
    lapse_requests(now=timezone.now())
    pass_on_due_offers(now=timezone.now())


@shared_task(name="coaching.propose_holidays", ignore_result=True)
def propose_holidays() -> None:
    """Beat, daily. A second run proposes nothing new."""
    propose_all_holidays(now=timezone.now())


@shared_task(name="coaching.match_waiting", ignore_result=True)
def match_coaches() -> None:
    """Beat, hourly. A second run finds nobody; each person is locked and read again."""
    match_waiting(now=timezone.now())


@shared_task(name="coaching.read_due_calendars", ignore_result=True)
def read_due_calendars() -> None:
    """Beat, every minute: one job for each calendar that is due. A lease keeps two from one."""
    for source_id in due_ids(now=timezone.now()):
        read_calendar.apply_async([source_id], expires=55)


@shared_task(name="coaching.read_calendar", ignore_result=True)
def read_calendar(source_id: int) -> None:
    """Not on a schedule: asked for by `read_due_calendars`."""
    read_one(source_id=source_id, now=timezone.now())
