"""Random histories: whatever people do in whatever order, the books stay true."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from coaching.engine.policies import FREEING, LIVE
from coaching.models import Booking, CoachingSession, Hold, HoursEntry, TimeClaim
from coaching.services.attendance import mark
from coaching.services.availability import add_override
from coaching.services.bookings import book, cancel, move
from coaching.services.holds import place_hold
from coaching.services.ledger import adjust
from coaching.services.refusals import CODES
from coaching.tests.factories import (
    AvailabilityScheduleFactory,
    CoachedEnrollmentFactory,
    SessionTypeFactory,
)
from notifications.models import Message
from programs.tests.factories import CohortStaffFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db

START = datetime(2027, 6, 1, 6, tzinfo=UTC)

steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["book", "book", "keep", "confirm", "move", "cancel", "mark", "adjust", "wait"]
            + ["close_day"]
        ),
        st.integers(0, 2),  # who
        st.integers(0, 11),  # which booking, coach or state
        st.integers(0, 40),  # when: half hours from the third day on
    ),
    min_size=8,
    max_size=24,
)


class Practice:
    """Three clinicians, two coaches, one contract of six hours, and a clock."""

    def __init__(self) -> None:
        first = CoachedEnrollmentFactory(
            cohort__engagement__coaching_hours=6,
            cohort__engagement__starts_on=date(2027, 1, 1),
            cohort__engagement__ends_on=date(2027, 12, 31),
        )
        second = CohortStaffFactory(cohort=first.cohort).person
        AvailabilityScheduleFactory(coach=second)
        self.coaches = [first.coach, second, None]
        self.people = [first, *(EnrollmentFactory(cohort=first.cohort) for _ in range(2))]
        self.kind = SessionTypeFactory(length_min=60, step_min=30, buffer_before_min=10)
        self.now = START

    def at(self, half_hours: int) -> datetime:
        days, rest = divmod(half_hours, 20)
        return START + timedelta(days=2 + days, hours=2, minutes=30 * rest)

    def pick(self, number: int) -> Booking | None:
        rows = list(Booking.objects.select_related("coaching_session").order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def act(self, action: str, who: int, which: int, when: int) -> None:
        booking = self.pick(which)
        if action == "wait":
            self.now += timedelta(hours=which * 4)
        elif action == "close_day":
            day = self.at(when).date()
            add_override(coach=self.coaches[which % 2], day=day, kind="replace")
        elif action == "book":
            person = self.people[who]
            book(
                actor=person.clinician,
                enrollment=person,
                session_type=self.kind,
                start=self.at(when),
                coach=self.coaches[which % 3],
                idem_key=uuid4(),
                now=self.now,
            )
        elif action == "keep":
            person = self.people[who]
            self.now += timedelta(minutes=when % 12)  # what lapsed meanwhile is gone: no way back
            place_hold(
                actor=person.clinician,
                enrollment=person,
                session_type=self.kind,
                start=self.at(when),
                coach=self.coaches[which % 3],
                now=self.now,
            )
        elif action == "confirm":
            hold = Hold.objects.filter(enrollment=self.people[who]).order_by("-pk").first()
            if hold is not None:
                book(
                    actor=hold.clinician,
                    enrollment=hold.enrollment,
                    hold=hold,
                    idem_key=uuid4(),
                    now=self.now,
                )
        elif action == "adjust":
            adjust(
                engagement=self.people[0].cohort.engagement,
                minutes=(which - 6) * 30 or 15,
                reason="correction",
                actor=self.coaches[0],
                now=self.now,
            )
        elif booking is None:
            return
        elif action == "move":
            move(
                actor=booking.clinician if who else booking.coaching_session.coach,
                booking=booking,
                start=self.at(when),
                expected_rev=booking.rev,
                idem_key=uuid4(),
                now=self.now,
            )
        else:
            actor = booking.clinician if who else booking.coaching_session.coach
            fields = {"actor": actor, "booking": booking, "expected_rev": booking.rev}
            if action == "cancel":
                reason = "clinical_duty" if when % 2 else ""
                cancel(**fields, reason=reason, now=self.now)
            else:
                states = ["attended", "no_show", "clinical_duty", "late_cancel"]
                mark(**fields, state=states[which % 4], now=self.now)


def check_the_books(now: datetime) -> None:
    kept = Hold.objects.live(now)
    assert kept.count() == kept.values("clinician", "session_type").distinct().count()
    claims = TimeClaim.objects.filter(hold__in=kept)
    assert claims.count() == 2 * kept.count()
    assert not TimeClaim.objects.filter(kind="hold", hold__booking__isnull=False).exists()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM coaching_timeclaim a JOIN coaching_timeclaim b"
            " ON a.person_id = b.person_id AND a.id < b.id AND a.span && b.span"
            " WHERE a.active AND b.active"
        )
        assert cursor.fetchone()[0] == 0
    live = Booking.objects.filter(state__in=LIVE)
    for session in CoachingSession.objects.all():
        places = session.bookings.exclude(state__in=FREEING).count()
        # What was held stays as it was, even if its outcome is corrected afterwards.
        assert session.taken == places or session.status == "held"
        claims = TimeClaim.objects.filter(coaching_session=session, active=True)
        assert claims.count() in {"cancelled": {0}, "held": {0, 2}}.get(session.status, {2})
    balance = HoursEntry.objects.balance()
    assert balance.left == (HoursEntry.objects.aggregate(sum=Sum("minutes"))["sum"] or 0)
    assert balance.left >= 0
    assert balance.held == 60 * live.count()
    debited = [booking for booking in Booking.objects.all() if booking.rules.debits(booking.state)]
    assert balance.used - balance.returned == 60 * len(debited)
    for booking in Booking.objects.all():
        revisions = list(booking.events.values_list("rev", flat=True))
        assert revisions == list(range(1, booking.rev + 1))
    pending = Message.objects.filter(state="pending")
    for reminder in pending.filter(kind="coaching.session_reminder"):
        booking = Booking.objects.select_related("coaching_session").get(pk=reminder.subject_id)
        assert booking.rev == reminder.subject_rev
        start = booking.coaching_session.starts_at
        assert reminder.due_at < reminder.not_after < start
    for booking in live:
        rules = Message.objects.filter(
            kind="coaching.session_reminder",
            subject_id=booking.pk,
            subject_rev=booking.rev,
            state__in=["pending", "skipped_late"],
        ).values_list("rule", flat=True)
        assert sorted(rules) == ["1h", "24h"]


def outcome(practice: Practice, step: tuple[str, int, int, int]) -> str:
    try:
        practice.act(*step)
    except ValidationError as refusal:
        return refusal.code
    return "done"


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # each step asks PostgreSQL: shrinking takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=steps)
def test_the_books_stay_true(db, history):
    before = transaction.savepoint()  # each history starts from nothing
    practice = Practice()
    for step in history:
        assert outcome(practice, step) in CODES | {"done"}
        check_the_books(practice.now)
    transaction.savepoint_rollback(before)
