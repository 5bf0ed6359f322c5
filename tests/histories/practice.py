"""A small practice with a clock of its own, for random histories."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from coaching.models import (
    Booking,
    CalendarSource,
    CoachingSession,
    ExternalBusy,
    Hold,
    WaitlistEntry,
)
from coaching.services.bookings import book
from coaching.services.group_sessions import schedule_group
from coaching.services.holds import place_hold
from coaching.services.series import Mode, Outcome, book_series
from coaching.tests.factories import (
    AvailabilityScheduleFactory,
    CoachedEnrollmentFactory,
    SessionTypeFactory,
)
from programs.tests.factories import CohortStaffFactory, EnrollmentFactory

START = datetime(2027, 6, 1, 6, tzinfo=UTC)
HOURS = (8, 18)  # both coaches, every day, UTC
LENGTH, BEFORE, AFTER = 60, 10, 20  # minutes


class Killed(BaseException):
    """The process died here. Nothing in the code may catch it."""


class killed_at:  # reads as a statement
    """Die just before the nth statement of the block reaches the database."""

    def __init__(self, statement: int) -> None:
        self.left = statement

    def __call__(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if "SAVEPOINT" not in sql:  # Django's own brackets: a server that lost us drops them
            self.left -= 1
            if self.left == 0:
                raise Killed
        return execute(sql, params, many, context)

    def __enter__(self) -> None:
        self.wrapper = connection.execute_wrapper(self)
        self.wrapper.__enter__()

    def __exit__(self, *error: object) -> None:
        self.wrapper.__exit__(*error)


class Practice:
    """Four clinicians, two coaches, one contract of twelve hours, one group of two places."""

    def __init__(self) -> None:
        first = CoachedEnrollmentFactory(
            cohort__engagement__coaching_hours=12,
            cohort__engagement__starts_on=date(2027, 1, 1),
            cohort__engagement__ends_on=date(2027, 12, 31),
        )
        second = CohortStaffFactory(cohort=first.cohort).person
        AvailabilityScheduleFactory(coach=second)
        self.cohort = first.cohort
        self.engagement = first.cohort.engagement
        self.coaches = [first.coach, second]
        self.people = [first, *(EnrollmentFactory(cohort=first.cohort) for _ in range(3))]
        buffers = {"buffer_before_min": BEFORE, "buffer_after_min": AFTER, "step_min": 30}
        self.one = SessionTypeFactory(length_min=LENGTH, max_per_day=4, **buffers)
        self.asked = SessionTypeFactory(length_min=LENGTH, needs_approval=True, **buffers)
        self.group = SessionTypeFactory(
            kind="group", length_min=LENGTH, capacity=2, cancel_notice_min=60, **buffers
        )
        self.now = START
        self.closed: set[tuple[int, date]] = set()  # coach, day
        self.session = schedule_group(
            actor=second,
            cohort=self.cohort,
            session_type=self.group,
            coach=second,
            start=START + timedelta(days=4, hours=5),
            now=self.now,
        )

    def at(self, half_hours: int) -> datetime:
        """The nth half hour of the working days from the third day on."""
        days, rest = divmod(half_hours, 20)
        return START + timedelta(days=2 + days, hours=2, minutes=30 * rest)

    def pick(self, number: int) -> Booking | None:
        rows = list(Booking.objects.select_related("coaching_session__session_type").order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def group_session(self) -> CoachingSession:
        return CoachingSession.objects.get(pk=self.session.pk)

    def book(self, who: int, coach: int, when: int, key: UUID, *, asked: bool = False) -> Booking:
        person = self.people[who]
        return book(
            actor=person.clinician,
            enrollment=person,
            session_type=self.asked if asked else self.one,
            start=self.at(when),
            coach=[*self.coaches, None][coach],
            idem_key=key,
            now=self.now,
        )

    def hold(self, who: int, coach: int, when: int) -> Hold:
        person = self.people[who]
        return place_hold(
            actor=person.clinician,
            enrollment=person,
            session_type=self.one,
            start=self.at(when),
            coach=[*self.coaches, None][coach],
            now=self.now,
        )

    def pick_hold(self, number: int) -> Hold | None:
        rows = list(Hold.objects.filter(booking=None, released_at=None).order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def confirm(self, hold: Hold, key: UUID) -> Booking:
        return book(
            actor=hold.clinician,
            enrollment=hold.enrollment,
            hold=hold,
            idem_key=key,
            now=self.now,
        )

    def series(self, who: int, when: int, count: int, mode: Mode, key: UUID) -> list[Outcome]:
        """Every other day, from the nth half hour on."""
        person = self.people[who]
        return book_series(
            actor=person.clinician,
            enrollment=person,
            session_type=self.one,
            starts=[self.at(when) + timedelta(days=2 * number) for number in range(count)],
            mode=mode,
            idem_key=key,
            now=self.now,
        )

    def pick_entry(self, number: int) -> WaitlistEntry | None:
        rows = list(WaitlistEntry.objects.select_related("clinician").order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def be_busy(self, coach: int, when: int) -> None:
        """An hour and a half in the coach's own calendar."""
        person = self.coaches[coach]
        source, _ = CalendarSource.objects.get_or_create(
            person=person, kind="busy", origin="upload", defaults={"sealed_upload": b"x"}
        )
        span = DateTimeTZRange(self.at(when), self.at(when) + timedelta(minutes=90))
        ExternalBusy.objects.create(source=source, person=person, span=span)

    def join(self, who: int, key: UUID) -> Booking:
        person = self.people[who]
        return book(
            actor=person.clinician,
            enrollment=person,
            session=self.group_session(),
            idem_key=key,
            now=self.now,
        )
