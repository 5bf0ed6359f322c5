"""What this app does by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from outcomes.services import report_schedules, wave_plans


@shared_task(name="outcomes.tend_waves", ignore_result=True)
def tend_waves() -> None:
    """Beat, every five minutes: rounds open and close by themselves. Twice changes nothing."""
    wave_plans.tend_waves(now=timezone.now())


@shared_task(name="outcomes.owe_looks", ignore_result=True)
def owe_looks() -> None:
    """Beat, every hour: mails that ask admins to look. Twice changes nothing."""
    report_schedules.owe_looks(now=timezone.now())
