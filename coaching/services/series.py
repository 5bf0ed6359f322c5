"""Several bookings at once, each answered: all or none, or those that can be had."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from coaching.engine.policies import cancel_state
from coaching.engine.series import LONGEST
from coaching.engine.wall_clock import from_epoch, to_epoch
from coaching.models import Booking, CoachingSession, SessionType
from coaching.services import ledger
from coaching.services.booking_states import end, lock_booking
from coaching.services.booking_transactions import run, worded
from coaching.services.idempotency import answer_key, take_key
from coaching.services.new_bookings import book_time
from coaching.services.places import lock_enrollment
from coaching.services.refusals import refuse

if TYPE_CHECKING:
    from accounts.models import User
    from coaching.models import IdempotencyKey
    from programs.models import Engagement, Enrollment

Mode = Literal["atomic", "best_effort"]
NOT_TRIED = "others_refused"  # could be had, but the series is all or none


class Outcome(NamedTuple):
    """What became of one occurrence: a booking, or the code of its refusal."""

    start: datetime
    code: str
    booking: Booking | None


class _RolledBack(Exception):
    def __init__(self, outcomes: list[Outcome]) -> None:
        self.outcomes = outcomes


def book_series(
    *,
    actor: User,
    enrollment: Enrollment,
    session_type: SessionType,
    starts: Sequence[datetime],
    coach: User | None = None,
    mode: Mode,
    idem_key: UUID,
    now: datetime,
) -> list[Outcome]:
    """Book every one of `starts` in one transaction and answer each, in the order asked.

    Every occurrence passes the whole of `book()`: hours, caps, rules, balance, claims.

    Args:
        mode: "atomic": one refusal and none is booked; the answer still says which were refused.
            "best_effort": what is refused is left out.
        idem_key: a repeat returns the first answer. A series of which nothing was booked forgets it.

    Raises:
        ValidationError: "series_length": none or more than 26; "key_reused", "not_enrolled", "busy".
    """
    if not 1 <= len(starts) <= LONGEST:
        raise refuse("series_length")
    request = {
        "series": enrollment.pk,
        "type": session_type.pk,
        "starts": [to_epoch(start) for start in starts],
        "coach": coach.pk if coach else None,
        "mode": mode,
    }

    def work() -> list[Outcome]:
        if earlier := take_key(actor=actor, key=idem_key, request=request, now=now):
            return _replay(earlier)
        enrolled = lock_enrollment(enrollment.pk)
        engagement = ledger.lock_engagement(engagement_id=enrolled.cohort.engagement_id)
        series_id = uuid4()
        outcomes = [
            _book_one(
                actor=actor,
                enrollment=enrolled,
                engagement=engagement,
                session_type=session_type,
                start=start,
                coach=coach,
                series_id=series_id,
                now=now,
            )
            for start in starts
        ]
        refused = [outcome for outcome in outcomes if outcome.booking is None]
        if len(refused) == len(outcomes) or (refused and mode == "atomic"):
            raise _RolledBack(outcomes)
        answer = [
            [to_epoch(start), code, booking.pk if booking else None]
            for start, code, booking in outcomes
        ]
        answer_key(actor=actor, key=idem_key, answer=answer)
        return outcomes

    try:
        return run(work)
    except _RolledBack as none:
        return [Outcome(start, code or NOT_TRIED, None) for start, code, _ in none.outcomes]


def _book_one(
    *,
    actor: User,
    enrollment: Enrollment,
    engagement: Engagement,
    session_type: SessionType,
    start: datetime,
    coach: User | None,
    series_id: UUID,
    now: datetime,
) -> Outcome:
    """Book one occurrence in a savepoint of its own."""
    try:
        with transaction.atomic():
            booking = book_time(
                actor=actor,
                enrollment=enrollment,
                engagement=engagement,
                session_type=session_type,
                start=start,
                coach=coach,
                series_id=series_id,
                now=now,
            )
    except ValidationError as refusal:
        return Outcome(start, refusal.code or "", None)
    except IntegrityError as error:
        return Outcome(start, worded(error).code or "", None)
    return Outcome(start, "", booking)


def _replay(earlier: IdempotencyKey) -> list[Outcome]:
    if earlier.answer is None:
        raise refuse("key_reused")  # of a single booking
    ids = [pk for _, _, pk in earlier.answer if pk]
    found = Booking.objects.select_related("coaching_session").in_bulk(ids)
    return [
        Outcome(from_epoch(start), code, found.get(pk) if pk else None)
        for start, code, pk in earlier.answer
    ]


def later_of_series(*, booking: Booking) -> list[int]:
    """Return the ids of the live bookings of the same person and series that begin later."""
    if booking.series_id is None:
        return []
    return list(
        Booking.objects.live()
        .filter(
            series_id=booking.series_id,
            enrollment=booking.enrollment_id,
            coaching_session__span__startswith__gt=booking.coaching_session.starts_at,
        )
        .order_by("coaching_session", "pk")
        .values_list("pk", flat=True)
    )


def cancel_following(
    *, actor: User, booking: Booking, reason: str = "", expected_rev: int, now: datetime
) -> list[Booking]:
    """Cancel a booking and the later live ones of its series, all or none; return them.

    The ids are read once, under the contract's lock, and those are what is canceled: never another
    person's, another series', or one that was booked by itself.

    Raises:
        ValidationError: as for `cancel`.
    """

    def work() -> list[Booking]:
        ledger.lock_engagement(engagement_id=booking.engagement_id)
        ids = later_of_series(booking=booking)
        # Sessions before people, by id: the global lock order.
        related = CoachingSession.objects.filter(bookings__in=[booking.pk, *ids])
        list(related.order_by("pk").select_for_update(of=("self",), no_key=True))
        canceled = []
        for booking_id in [booking.pk, *ids]:
            rev = expected_rev if booking_id == booking.pk else None
            locked = lock_booking(booking_id=booking_id, expected_rev=rev, now=now)
            if not locked.is_live:
                raise refuse("not_live")
            state, code = cancel_state(
                locked.rules,
                by_clinician=actor.pk == locked.clinician_id,
                on_duty=reason == "clinical_duty" and booking_id == booking.pk,
                start=to_epoch(locked.coaching_session.starts_at),
                now=to_epoch(now),
            )
            if code:
                raise refuse(code)
            why = reason if booking_id == booking.pk else "series"
            canceled.append(end(booking=locked, state=state, actor=actor, reason=why, now=now))
        return canceled

    return run(work)
