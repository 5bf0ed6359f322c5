"""Data for tests of this app and of those above it. Explicit relations stay inside one tenant."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.tests.factories import ConsentFactory, OrganizationFactory, UserFactory
from programs.models import (
    Certificate,
    Cohort,
    CohortStaff,
    Engagement,
    Enrollment,
    Item,
    LiveSlot,
    Module,
    Program,
    ProgramVersion,
)
from programs.services.badge_keys import active_key

READING_BODY = {
    "steps": [
        {"title": "Sharing", "markdown": "You feel **with** somebody."},
        {"title": "Understanding", "markdown": "You know what it is like."},
        {"title": "Acting", "markdown": "You show it."},
    ],
    "sources": ["Made up for tests"],
}
REFLECTION_BODY = {
    "prompt": "Think of one patient.",
    "questions": [{"id": "noticed", "label": "What did you notice?"}],
}


def _today() -> date:
    return datetime.now(UTC).date()


class ProgramFactory(DjangoModelFactory):
    class Meta:
        model = Program

    slug = factory.Sequence(lambda n: f"program-{n}")
    title = factory.Sequence(lambda n: f"Program {n}")


class ItemFactory(DjangoModelFactory):
    """A required reading of three steps; give `kind` and `body` for another kind."""

    class Meta:
        model = Item

    module = factory.SubFactory("programs.tests.factories.ModuleFactory", items=0)
    key = factory.Sequence(lambda n: f"item-{n}")
    identity = factory.LazyAttribute(
        lambda item: f"{item.module.version.program.slug}/{item.module.key}/{item.key}"
    )
    position = factory.LazyAttribute(lambda item: item.module.items.count() + 1)
    kind = Item.Kind.READING
    title = factory.Sequence(lambda n: f"Step {n}")
    minutes = 5
    required = True
    body = factory.LazyFunction(lambda: json.loads(json.dumps(READING_BODY)))


class ModuleFactory(DjangoModelFactory):
    """A module with a reading and a reflection; `items=0` leaves it empty."""

    class Meta:
        model = Module
        skip_postgeneration_save = True

    version = factory.SubFactory("programs.tests.factories.ProgramVersionFactory", modules=0)
    position = factory.LazyAttribute(lambda module: module.version.modules.count() + 1)
    key = factory.LazyAttribute(lambda module: f"module-{module.position}")
    title = factory.LazyAttribute(lambda module: f"Module {module.position}")
    summary = "What this week is about."
    release = factory.LazyFunction(lambda: {"anchor": "cohort_start", "offset": "P0D"})
    due = factory.LazyFunction(lambda: {"anchor": "cohort_start", "offset": "P7D"})

    @factory.post_generation
    def items(self, create: bool, extracted: int | None, **kwargs: Any) -> None:
        if not create or extracted == 0:
            return
        ItemFactory(module=self, key="read", title="Read first")
        ItemFactory(
            module=self,
            key="reflect",
            title="Look back",
            kind=Item.Kind.REFLECTION,
            body=json.loads(json.dumps(REFLECTION_BODY)),
        )


class ProgramVersionFactory(DjangoModelFactory):
    """A published edition with two modules of a reading and a reflection each; `modules=n`."""

    class Meta:
        model = ProgramVersion
        skip_postgeneration_save = True

    program = factory.SubFactory(ProgramFactory)
    version = factory.Sequence(lambda n: f"1.{n}.0")
    schema = "empathy-program/1"
    sha256 = factory.LazyAttribute(
        lambda edition: hashlib.sha256(
            f"{edition.program.slug} {edition.version}".encode()
        ).hexdigest()
    )
    content = factory.LazyFunction(dict)
    completion = factory.LazyFunction(
        lambda: {"required_items": "all", "attendance_min": 0.66, "checks_min": 0.7}
    )
    published_at = factory.LazyFunction(lambda: datetime.now(UTC) - timedelta(days=100))

    @factory.post_generation
    def modules(self, create: bool, extracted: int | None, **kwargs: Any) -> None:
        if create:
            for _ in range(2 if extracted is None else extracted):
                ModuleFactory(version=self)


class EngagementFactory(DjangoModelFactory):
    class Meta:
        model = Engagement

    organization = factory.SubFactory(OrganizationFactory)
    title = factory.Sequence(lambda n: f"Contract {n}")
    starts_on = factory.LazyFunction(lambda: _today() - timedelta(days=60))
    ends_on = factory.LazyFunction(lambda: _today() + timedelta(days=300))
    seats = 60
    coaching_hours = 120
    po_number = "4711"
    visibility = Engagement.Visibility.COMPLETION


class CohortFactory(DjangoModelFactory):
    """A cohort that started two weeks ago. It has no schedule rows and no staff yet."""

    class Meta:
        model = Cohort

    engagement = factory.SubFactory(EngagementFactory)
    version = factory.SubFactory(ProgramVersionFactory)
    name = factory.Sequence(lambda n: f"Cohort {n}")
    starts_on = factory.LazyFunction(lambda: _today() - timedelta(days=14))
    ends_on = factory.LazyFunction(lambda: _today() + timedelta(days=60))


class CohortStaffFactory(DjangoModelFactory):
    """A coach; give `role="facilitator"` for a facilitator."""

    class Meta:
        model = CohortStaff

    cohort = factory.SubFactory(CohortFactory)
    person = factory.SubFactory(UserFactory, practice_role="consultant")
    role = CohortStaff.Role.COACH


class EnrollmentFactory(DjangoModelFactory):
    """A clinician who accepted two weeks ago and signed her organization's disclosure."""

    class Meta:
        model = Enrollment

    cohort = factory.SubFactory(CohortFactory)
    clinician = factory.SubFactory(UserFactory)
    profession = "nurse"
    invited_at = factory.LazyFunction(lambda: datetime.now(UTC) - timedelta(days=16))
    accepted_at = factory.LazyFunction(lambda: datetime.now(UTC) - timedelta(days=14))
    consent = factory.LazyAttribute(
        lambda enrollment: (
            ConsentFactory(
                user=enrollment.clinician,
                disclosure__organization=enrollment.cohort.engagement.organization,
            )
            if enrollment.accepted_at
            else None
        )
    )


class LiveSlotFactory(DjangoModelFactory):
    """A live hour of the whole cohort in three days."""

    class Meta:
        model = LiveSlot

    cohort = factory.SubFactory(CohortFactory)
    key = factory.Sequence(lambda n: f"session-{n}")
    title = factory.Sequence(lambda n: f"Live session {n}")
    starts_at = factory.LazyFunction(lambda: datetime.now(UTC) + timedelta(days=3))
    ends_at = factory.LazyAttribute(lambda slot: slot.starts_at + timedelta(hours=1))
    place = "Room 4"


class CertificateFactory(DjangoModelFactory):
    """A standing certificate, whether or not its enrollment is completed."""

    class Meta:
        model = Certificate

    enrollment = factory.SubFactory(EnrollmentFactory)
    holder_name = factory.LazyAttribute(lambda made: made.enrollment.clinician.name)
    program_title = factory.LazyAttribute(lambda made: made.enrollment.cohort.version.program.title)
    program_version = factory.LazyAttribute(lambda made: made.enrollment.cohort.version.version)
    practice_name = "Northlight"
    completed_on = factory.LazyFunction(_today)
    issued_at = factory.LazyFunction(lambda: datetime.now(UTC))
    status_index = factory.Sequence(lambda n: n)
    badge_key = factory.LazyFunction(lambda: active_key(now=datetime.now(UTC))[0])
    badge = "made.for.tests"
