"""A small practice with two clients that mirror each other, for tests that walk the whole site.

Every persona of security.md stands in it, and there is an object for every argument of an address.
Tenant A belongs to `clinician`, `peer`, `admin` and `consultant`; tenant B to the `_other` ones.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, Organization, Practice, Unit, User
from accounts.tests.factories import (
    ConsentFactory,
    InvitationFactory,
    MembershipFactory,
    OrganizationFactory,
    UnitFactory,
    UserFactory,
)
from coaching.models import (
    AvailabilityOverride,
    Booking,
    CalendarSource,
    HolidayProposal,
    Leave,
    SessionType,
    TravelZone,
)
from coaching.services.time_requests import ask_for_times
from coaching.tests.factories import (
    AvailabilityScheduleFactory,
    BookingFactory,
    CoachingSessionFactory,
    ConflictFactory,
    HoldFactory,
    SessionTypeFactory,
    WaitlistEntryFactory,
)
from core.acting import acting_as
from core.tokens import hash_token
from notifications.services.opt_outs import stop_address
from programs.models import (
    Attempt,
    Cohort,
    CohortStaff,
    Engagement,
    Enrollment,
    FieldEntry,
    Flag,
    Item,
    Observation,
    ProgramVersion,
    Reflection,
    ThreadPost,
)
from programs.services.engagements import create_engagement
from programs.services.rosters import map_columns, upload_roster
from programs.tests.credit import credit_arguments
from programs.tests.dates import schedule_arguments
from programs.tests.factories import (
    CertificateFactory,
    CohortFactory,
    CohortStaffFactory,
    EnrollmentFactory,
    ItemFactory,
    LiveSlotFactory,
    ModuleFactory,
    ProgramVersionFactory,
)
from programs.tests.kinds import BODIES
from tests.world_learning import draft_of, learning_arguments, write_learning_text
from tests.world_outcomes import outcome_arguments, write_answers

ROSTER = b"Name,E-mail,Unit\nNew Person,new.person@ward.example,Ward\n"
LIVE_KEY = "start"


@dataclass
class Tenant:
    """One client: its people and one object of each kind."""

    organization: Organization
    unit: Unit
    engagement: Engagement
    cohort: Cohort
    admin: User
    consultant: User
    clinician: User
    peer: User
    enrollment: Enrollment
    booking: Booking
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    people: dict[str, User | None]
    a: Tenant
    b: Tenant
    version: ProgramVersion
    items: dict[str, Item]

    def client(self, persona: str) -> Client:
        """A browser of `persona`. The deactivated one signed in while they still could."""
        client = Client(raise_request_exception=False)
        user = self.people[persona]
        if user is not None:
            client.force_login(user)
        return client


@contextmanager
def untouched() -> Iterator[None]:
    """A block whose writes are taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def one_transaction() -> Iterator[None]:
    """Hold a module's world; it is gone afterwards."""
    outermost = transaction.atomic()
    # As Django's own TestCase does: services may then ask for a durable transaction inside.
    outermost._from_testcase = True  # type: ignore[attr-defined]
    with outermost:
        yield
        transaction.set_rollback(True)


def fingerprint() -> dict[str, tuple[int, int]]:
    """Table -> number of rows and a sum over their text; sessions apart, they change by looking."""
    tables = sorted(set(connection.introspection.table_names()) - {"django_session"})
    query = " UNION ALL ".join(
        f"SELECT '{table}', count(*), coalesce(sum(hashtext(t::text)::bigint), 0) FROM {table} t"  # noqa: S608
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {table: (count, int(total)) for table, count, total in cursor.fetchall()}


def build_world() -> World:
    Practice.objects.get_or_create(
        defaults={"name": "Fixture Practice", "sender_name": "Fixture Practice"}
    )
    version = ProgramVersionFactory(modules=0, program__title="Fixture Empathy Course")
    module = ModuleFactory(version=version, items=0)
    items = {
        kind: ItemFactory(module=module, kind=kind, body=body, key=f"the-{kind.replace('_', '-')}")
        for kind, body in BODIES.items()
    }
    owner = UserFactory(name="Olivia Owner", practice_role="owner")
    session_type = SessionTypeFactory(buffer_after_min=0)
    a = build_tenant("Alder Hospital", version, items, session_type)
    b = build_tenant("Birch Clinics", version, items, session_type)
    former = UserFactory(name="Fay Former", practice_role="consultant")
    CohortStaffFactory(cohort=a.cohort, person=former, ended_at=datetime.now(UTC))
    deactivated = UserFactory(name="Dora Deactivated", practice_role="consultant")
    a.organization.consultants.add(deactivated)
    CohortStaffFactory(cohort=a.cohort, person=deactivated)
    User.objects.filter(pk=deactivated.pk).update(is_active=False)
    superuser = UserFactory(name="Sue Superuser", is_staff=True, is_superuser=True)
    people: dict[str, User | None] = {
        "anonymous": None,
        "clinician": a.clinician,
        "peer": a.peer,
        "clinician_other": b.clinician,
        "admin": a.admin,
        "admin_other": b.admin,
        "consultant": a.consultant,
        "consultant_other": b.consultant,
        "consultant_former": former,
        "owner": owner,
        "superuser": superuser,
        "deactivated": deactivated,
    }
    return World(people, a, b, version, items)


def build_tenant(
    name: str, version: ProgramVersion, items: dict[str, Item], session_type: SessionType
) -> Tenant:
    now = datetime.now(UTC).replace(microsecond=0)
    organization = OrganizationFactory(name=name)
    unit = UnitFactory(organization=organization, name=f"{name} Ward")
    admin = UserFactory(name=f"{name} Admin")
    admin_role = MembershipFactory(
        user=admin, organization=organization, role=Membership.Role.ADMIN
    )
    consultant = UserFactory(name=f"{name} Coach", practice_role="consultant")
    organization.consultants.add(consultant)
    engagement = create_engagement(
        organization=organization,
        by=consultant,
        now=now - timedelta(days=60),
        title=f"{name} contract",
        starts_on=now.date() - timedelta(days=60),
        ends_on=now.date() + timedelta(days=300),
        seats=60,
        coaching_hours=120,
        visibility="completion",
    )
    cohort = CohortFactory(
        engagement=engagement,
        version=version,
        name=f"{name} group",
        everything_open_at=now - timedelta(days=10),
        contact=consultant,
    )
    staff = CohortStaffFactory(cohort=cohort, person=consultant)
    CohortStaffFactory(cohort=cohort, person=consultant, role=CohortStaff.Role.FACILITATOR)
    schedule = AvailabilityScheduleFactory(coach=consultant)
    override = AvailabilityOverride.objects.create(
        schedule=schedule,
        date=now.date() + timedelta(days=20),
        kind="remove",
        start_min=540,
        end_min=600,
    )
    leave = Leave.objects.create(
        coach=consultant,
        first=now.date() + timedelta(days=30),
        last=now.date() + timedelta(days=40),
    )
    travel = TravelZone.objects.create(
        schedule=schedule,
        first=now.date() + timedelta(days=50),
        last=now.date() + timedelta(days=55),
        zone="Asia/Tokyo",
    )
    proposal = HolidayProposal.objects.create(
        schedule=schedule,
        date=now.date() + timedelta(days=60),
        name="Fixture Day",
        region="US",
    )
    clinician, peer = (
        enroll_person(cohort, f"{name} {first}", unit=unit, coach=consultant)
        for first in ("Clinician", "Peer")
    )
    rota = CalendarSource.objects.create(
        person=clinician.clinician, kind="rota", origin="address", host="rota.example.com"
    )
    slot = LiveSlotFactory(
        cohort=cohort,
        key=LIVE_KEY,
        starts_at=now - timedelta(days=1),
        ends_at=now - timedelta(days=1) + timedelta(hours=1),
    )
    booking = BookingFactory(
        enrollment=clinician,
        coaching_session=CoachingSessionFactory(
            cohort=cohort, coach=consultant, session_type=session_type, taken=1
        ),
    )
    Booking.objects.filter(pk=booking.pk).update(link_hash=hash_token(booking.link_token))
    group = CoachingSessionFactory(
        cohort=cohort,
        coach=consultant,
        starts_at=now + timedelta(days=6),
        session_type=SessionTypeFactory(kind="group", capacity=1),
        taken=1,
    )
    conflict = ConflictFactory(
        person=peer.clinician, other=clinician.clinician, declared_by=peer.clinician
    )
    offer = WaitlistEntryFactory(coaching_session=group, enrollment=peer)
    hold = HoldFactory(
        enrollment=clinician,
        coach=consultant,
        session_type=session_type,
        starts_at=now + timedelta(days=5),
    )
    observation = Observation.objects.create(
        enrollment=clinician,
        item=items[Item.Kind.OBSERVATION],
        observer=consultant,
        observed_on=now.date(),
    )
    asked = ask_for_times(
        enrollment=clinician, session_type=session_type, weekdays=[1], parts=["evening"], now=now
    )
    roster = upload_roster(cohort=cohort, content=ROSTER, file_name="roster.csv", by=consultant)
    map_columns(roster=roster, column_map={"name": 0, "email": 1, "unit": 2})
    invitation = InvitationFactory(organization=organization, invited_by=consultant)
    EnrollmentFactory(cohort=cohort, clinician=invitation.user, accepted_at=None, unit=unit)
    tenant = Tenant(
        organization=organization,
        unit=unit,
        engagement=engagement,
        cohort=cohort,
        admin=admin,
        consultant=consultant,
        clinician=clinician.clinician,
        peer=peer.clinician,
        enrollment=clinician,
        booking=booking,
    )
    module = next(iter(items.values())).module
    Flag.objects.create(enrollment=clinician, reason="overdue", raised_at=timezone.now())
    certificate = CertificateFactory(enrollment=clinician)
    tenant.arguments = {
        "certificate_id": certificate.public_id,
        "code": certificate.code,
        "slug": cohort.version.program.slug,
        "version": cohort.version.version,
        "organization_id": organization.public_id,
        "unit_id": unit.public_id,
        "membership_id": admin_role.public_id,
        "invitation_id": invitation.public_id,
        "invitation_token": invitation.token(),
        "booking_token": booking.link_token,
        "move_token": booking.action_token("booking_move"),
        "cancel_token": booking.action_token("booking_cancel"),
        "stop_token": stop_address(person=clinician.clinician, topic="learning").split("/")[-2],
        "user_id": consultant.public_id,
        "engagement_id": engagement.public_id,
        "cohort_id": cohort.public_id,
        **schedule_arguments(cohort),
        "staff_id": staff.public_id,
        "slot_id": slot.public_id,
        "roster_id": roster.public_id,
        "enrollment_id": clinician.public_id,
        "module_id": module.public_id,
        "observation_id": observation.public_id,
        "booking_id": booking.public_id,
        "group_id": group.public_id,
        "conflict_id": conflict.public_id,
        "offer_token": offer.link_token,
        "hold_id": hold.public_id,
        "session_id": booking.coaching_session.public_id,
        "override_id": override.public_id,
        "source_id": rota.public_id,
        "leave_id": leave.public_id,
        "travel_id": travel.public_id,
        "proposal_id": proposal.public_id,
        "session_type_id": session_type.public_id,
        "request_id": asked.public_id,
        "version_id": cohort.version.public_id,
        "draft_id": draft_of(f"draft-{organization.pk}").public_id,
        **learning_arguments(clinician, peer, items, now),
        **outcome_arguments(clinician),
        **credit_arguments(clinician),
    }
    return tenant


def enroll_person(cohort: Cohort, name: str, **fields: Any) -> Enrollment:
    """A member of the cohort's organization who signed what is in force there."""
    engagement = cohort.engagement
    user = UserFactory(name=name)
    MembershipFactory(user=user, organization=engagement.organization)
    consent = ConsentFactory(user=user, disclosure=engagement.disclosure)
    return EnrollmentFactory(cohort=cohort, clinician=user, consent=consent, **fields)


def write_private_text(
    enrollment: Enrollment, items: dict[str, Item], marks: dict[str, str]
) -> None:
    """Put a mark into every private column, as its author: column ("app.Model.field") -> mark."""
    author, now = enrollment.clinician, datetime.now(UTC)
    coach = enrollment.coach
    with acting_as(author.pk):
        Reflection.objects.filter(author=author, enrollment=enrollment).update(
            answers={"noticed": marks["programs.Reflection.answers"]}
        )
        FieldEntry.objects.create(
            author=author,
            enrollment=enrollment,
            item=items[Item.Kind.FIELD_LOG],
            happened_on=now.date(),
            answers={"tried": marks["programs.FieldEntry.answers"]},
            submitted_at=now,
        )
    ThreadPost.objects.create(
        cohort=enrollment.cohort,
        group=enrollment.group,
        item=items[Item.Kind.THREAD],
        author=author,
        text=marks["programs.ThreadPost.text"],
    )
    Observation.objects.create(
        enrollment=enrollment,
        item=items[Item.Kind.OBSERVATION],
        observer=coach,
        observed_on=now.date(),
        ratings={"named": "seen", "mark": marks["programs.Observation.ratings"]},
        note=marks["programs.Observation.note"],
        submitted_at=now,
    )
    Attempt.objects.create(
        enrollment=enrollment,
        item=items[Item.Kind.CHECK],
        number=1,
        answers={"q1": ["b"], "q2": [marks["programs.Attempt.answers"]]},
        score=0,
        passed=False,
        submitted_at=now,
    )
    write_learning_text(enrollment, items, marks, now)
    write_answers(enrollment, marks)


def nobodys(arguments: dict[str, Any]) -> dict[str, Any]:
    """The same arguments, of objects that do not exist."""
    return {
        name: uuid.uuid4() if isinstance(value, uuid.UUID) else "no-such-thing-" + "x" * 29
        for name, value in arguments.items()
    }
