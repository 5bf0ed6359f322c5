"""Data for tests of this app and of those above it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import factory
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from factory.django import DjangoModelFactory

from accounts.tests.factories import UserFactory
from coaching.models import (
    AvailabilityRule,
    AvailabilitySchedule,
    Booking,
    BookingPolicy,
    CoachingSession,
    Conflict,
    Hold,
    SessionType,
    TimeClaim,
    WaitlistEntry,
)
from coaching.services.time_claims import claim_hold
from core.tokens import derive_token, hash_token
from programs.tests.factories import CohortFactory, CohortStaffFactory, EnrollmentFactory


class SessionTypeFactory(DjangoModelFactory):
    """A 45-minute 1:1 with 10 minutes kept free after, to be booked an hour ahead."""

    class Meta:
        model = SessionType

    name = factory.Sequence(lambda n: f"Session {n}")
    notice_min = 60
    cancel_notice_min = 24 * 60
    location = "https://meet.example/{key}"


class AvailabilityScheduleFactory(DjangoModelFactory):
    """Hours every day from 08:00 to 18:00 in the coach's zone."""

    class Meta:
        model = AvailabilitySchedule
        skip_postgeneration_save = True

    coach = factory.SubFactory(UserFactory, practice_role="consultant")
    zone = "UTC"

    @factory.post_generation
    def rules(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            AvailabilityRule.objects.bulk_create(
                AvailabilityRule(schedule=self, weekday=weekday, start_min=480, end_min=1080)
                for weekday in range(7)
            )


class CoachedEnrollmentFactory(EnrollmentFactory):
    """An enrollment whose cohort has one coach with open hours, the clinician's own."""

    class Meta:
        skip_postgeneration_save = True

    @factory.post_generation
    def coach_at_work(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            self.coach = CohortStaffFactory(cohort=self.cohort).person
            AvailabilityScheduleFactory(coach=self.coach)
            self.save()


class CoachingSessionFactory(DjangoModelFactory):
    """A scheduled 45-minute session in three days, with the coach's time claimed."""

    class Meta:
        model = CoachingSession
        skip_postgeneration_save = True

    class Params:
        starts_at = factory.LazyFunction(
            lambda: datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
        )

    session_type = factory.SubFactory(SessionTypeFactory)
    cohort = factory.SubFactory(CohortFactory)
    coach = factory.SubFactory(UserFactory, practice_role="consultant")
    span = factory.LazyAttribute(
        lambda session: DateTimeTZRange(
            session.starts_at,
            session.starts_at + timedelta(minutes=session.session_type.length_min),
        )
    )
    wall_start = factory.LazyAttribute(lambda session: f"{session.span.lower:%Y-%m-%dT%H:%M}")
    wall_zone = "UTC"
    tzdb_version = "test"

    @factory.post_generation
    def coach_claim(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            TimeClaim.objects.create(
                person=self.coach, span=self.span, kind="coach", coaching_session=self
            )


class BookingFactory(DjangoModelFactory):
    """A clinician booked in a session of her cohort, with her time claimed."""

    class Meta:
        model = Booking
        skip_postgeneration_save = True

    enrollment = factory.SubFactory(EnrollmentFactory)
    clinician = factory.SelfAttribute("enrollment.clinician")
    actor = factory.SelfAttribute("clinician")
    engagement = factory.SelfAttribute("enrollment.cohort.engagement")
    coaching_session = factory.SubFactory(
        CoachingSessionFactory, cohort=factory.SelfAttribute("..enrollment.cohort"), taken=1
    )

    @factory.post_generation
    def own_claim(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            TimeClaim.objects.create(
                person=self.clinician,
                span=self.coaching_session.span,
                kind="participant",
                coaching_session=self.coaching_session,
                booking=self,
            )


class ConflictFactory(DjangoModelFactory):
    """Two people who know each other personally."""

    class Meta:
        model = Conflict

    person = factory.SubFactory(UserFactory)
    other = factory.SubFactory(UserFactory)
    kind = "personal"
    declared_by = factory.SubFactory(UserFactory, practice_role="consultant")


class WaitlistEntryFactory(DjangoModelFactory):
    """A place of a group, offered for the next hour."""

    class Meta:
        model = WaitlistEntry

    enrollment = factory.SubFactory(EnrollmentFactory)
    clinician = factory.SelfAttribute("enrollment.clinician")
    actor = factory.SelfAttribute("clinician")
    coaching_session = factory.SubFactory(
        CoachingSessionFactory, cohort=factory.SelfAttribute("..enrollment.cohort"), taken=1
    )
    state = "offered"
    joined_at = factory.LazyFunction(lambda: datetime.now(UTC) - timedelta(hours=1))
    offered_at = factory.LazyFunction(lambda: datetime.now(UTC))
    offer_expires_at = factory.LazyFunction(lambda: datetime.now(UTC) + timedelta(hours=1))
    link_hash = factory.LazyAttribute(
        lambda entry: hash_token(
            derive_token(purpose="seat-offer", subject=entry.public_id, revision=0)
        )
    )
    public_id = factory.LazyFunction(uuid4)


class HoldFactory(DjangoModelFactory):
    """A time in four days kept for a clinician with her coach, ten minutes from now."""

    class Meta:
        model = Hold
        skip_postgeneration_save = True

    class Params:
        starts_at = factory.LazyFunction(
            lambda: datetime.now(UTC).replace(microsecond=0) + timedelta(days=4)
        )

    enrollment = factory.SubFactory(CoachedEnrollmentFactory)
    clinician = factory.SelfAttribute("enrollment.clinician")
    actor = factory.SelfAttribute("clinician")
    coach = factory.SelfAttribute("enrollment.coach")
    session_type = factory.SubFactory(SessionTypeFactory)
    wall_zone = "UTC"
    expires_at = factory.LazyFunction(lambda: datetime.now(UTC) + timedelta(minutes=10))
    span = factory.LazyAttribute(
        lambda hold: DateTimeTZRange(
            hold.starts_at, hold.starts_at + timedelta(minutes=hold.session_type.length_min)
        )
    )

    @factory.post_generation
    def claims(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            claim_hold(hold=self)


class BookingPolicyFactory(DjangoModelFactory):
    """The practice's own row; give `engagement` for a contract's."""

    class Meta:
        model = BookingPolicy
