"""Ask for other times than those that are open; take the request back; close it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from coaching.models import SessionType, TimeRequest
from coaching.services.refusals import refuse
from programs.models import Enrollment


@transaction.atomic
def ask_for_times(
    *,
    enrollment: Enrollment,
    session_type: SessionType,
    weekdays: Iterable[int],
    parts: Iterable[str],
    now: datetime,
) -> TimeRequest:
    """Note when a clinician could meet; a new request takes the place of an open one.

    Args:
        weekdays: Monday 0, at least one.
        parts: of the day, in the clinician's zone; at least one.

    Raises:
        ValidationError: "not_enrolled"; no weekday or part, or one that does not exist.
    """
    live = Enrollment.objects.live().select_for_update(no_key=True)
    if not live.filter(pk=enrollment.pk).exists():
        raise refuse("not_enrolled")
    TimeRequest.objects.filter(enrollment=enrollment, closed_at=None).update(closed_at=now)
    request = TimeRequest(
        enrollment=enrollment,
        session_type=session_type,
        weekdays=sorted(set(weekdays)),
        parts=sorted(set(parts)),
    )
    request.full_clean()
    request.save()
    return request


def close_request(*, request: TimeRequest, now: datetime) -> None:
    """Close a request: its clinician takes it back, or its coach has seen to it. Twice is once."""
    TimeRequest.objects.filter(pk=request.pk, closed_at=None).update(closed_at=now)
