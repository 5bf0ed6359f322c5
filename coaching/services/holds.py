"""Keep a time for ten minutes between choosing and confirming."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from psycopg.types.range import TimestamptzRange

from coaching.models import Hold, SessionType, TimeClaim
from coaching.services import ledger
from coaching.services.booking_transactions import run
from coaching.services.places import choose_place, lock_enrollment
from coaching.services.time_claims import claim_hold, release_holds
from programs.models import Enrollment

if TYPE_CHECKING:
    from accounts.models import User

KEPT_FOR = timedelta(minutes=10)
_REMEMBERED = timedelta(days=7)


def place_hold(
    *,
    actor: User,
    enrollment: Enrollment,
    session_type: SessionType,
    start: datetime,
    coach: User | None = None,
    override: bool = False,
    now: datetime,
) -> Hold:
    """Keep `start` for the clinician until ten minutes from `now`; it replaces what was kept before.

    Caps, rules, contract dates and hours are checked here, and the hold counts in them; confirming
    it with `book(hold=…)` checks no more.

    Args:
        override: staff set the coach's hours, notice and caps aside; the hold remembers which.

    Raises:
        ValidationError: as for `book`.
    """

    def work() -> Hold:
        enrolled = lock_enrollment(enrollment.pk)
        engagement = ledger.lock_engagement(engagement_id=enrolled.cohort.engagement_id)
        place = choose_place(
            enrollment=enrolled,
            engagement=engagement,
            session_type=session_type,
            start=start,
            coach=coach,
            override=override,
            now=now,
        )
        if session_type.uses_hours:
            ledger.check_hours(engagement=engagement, minutes=session_type.length_min, now=now)
        hold = Hold(
            enrollment=enrolled,
            clinician=enrolled.clinician,
            actor=actor,
            session_type=session_type,
            coach=place.coach,
            span=TimestamptzRange(start, start + timedelta(minutes=session_type.length_min)),
            wall_zone=place.zone,
            override=place.override,
            expires_at=now + KEPT_FOR,
        )
        hold.save(force_insert=True)
        claim_hold(hold=hold)
        return hold

    return run(work)


@transaction.atomic
def release_hold(*, hold: Hold, now: datetime) -> None:
    """Let a kept time go: others see it at once. One that was booked or has lapsed stays as it is."""
    enrollment = Enrollment.objects.select_for_update(no_key=True).get(pk=hold.enrollment_id)
    ledger.lock_engagement(engagement_id=enrollment.cohort.engagement_id)
    kept = Hold.objects.filter(pk=hold.pk, booking=None, released_at=None)
    release_holds(holds=list(kept), now=now)


def purge_holds(*, now: datetime) -> int:
    """Delete holds that lapsed a week ago, and the claims of lapsed ones; return how many holds."""
    TimeClaim.objects.expired(now).delete()
    return Hold.objects.filter(expires_at__lt=now - _REMEMBERED).delete()[0]
