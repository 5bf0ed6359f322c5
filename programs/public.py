"""The names under which everything outside this app drives a program: the handbook's, in one place.

Each does what the service of the same name does. Here everything is a keyword, and what a caller
at a prompt or in a test rarely knows may be left out: `now` is the clock, a signature is looked up,
a key that repeats makes a repeated call do nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Consent
from programs.models import Certificate
from programs.reports.cohort_progress import CohortProgress, cohort_progress
from programs.reports.cohort_series import CohortSeries, cohort_series
from programs.services import (
    certificates,
    cohorts,
    corrections,
    credit_claims,
    edition_moves,
    enrollments,
    live_slots,
    progress,
    schedules,
    snapshots,
    text_revisions,
    versions,
)

if TYPE_CHECKING:
    from pathlib import Path

    from accounts.models import Unit, User
    from programs.models import (
        AttendanceRecord,
        Cohort,
        CohortGroup,
        CohortSnapshot,
        CreditOffer,
        Enrollment,
        Item,
        LiveSlot,
        ProgramVersion,
        ProgressEvent,
        ScheduleRow,
        VersionChange,
    )

__all__ = [
    "CohortProgress",
    "CohortSeries",
    "accept",
    "apply_text_revision",
    "cohort_progress",
    "cohort_series",
    "edit_date",
    "enroll",
    "extend",
    "import_program",
    "migrate_cohort",
    "move_slot",
    "open_everything",
    "record_attendance",
    "record_event",
    "take_snapshot",
    "transfer",
    "void",
    "void_event",
    "withdraw",
]


def import_program(
    *, path: Path, by: User | None = None, now: datetime | None = None
) -> versions.ImportOutcome:
    """created | unchanged | refused, with reasons."""
    return versions.import_program(path=path, by=by, now=now or timezone.now())


def enroll(
    *,
    cohort: Cohort,
    user: User,
    group: CohortGroup | None = None,
    unit: Unit | None = None,
    profession: str = "",
    by: User,
    now: datetime | None = None,
) -> Enrollment:
    return enrollments.enroll(
        cohort=cohort,
        user=user,
        group=group,
        unit=unit,
        profession=profession,
        by=by,
        now=now or timezone.now(),
    )


def accept(
    *, enrollment: Enrollment, consent: Consent | None = None, now: datetime | None = None
) -> Enrollment:
    """Begin under `consent`, or under the newest signature the person gave the organization.

    Raises:
        ValidationError: "wrong_consent": nothing is signed; as for the service.
    """
    if consent is None:
        consent = (
            Consent.objects.filter(
                user=enrollment.clinician_id,
                disclosure__organization=enrollment.cohort.engagement.organization_id,
            )
            .order_by("-at", "-pk")
            .first()
        )
    if consent is None:
        raise ValidationError(_("This person has signed nothing yet."), code="wrong_consent")
    return enrollments.accept(enrollment=enrollment, consent=consent, now=now or timezone.now())


def withdraw(
    *, enrollment: Enrollment, by: User | None, reason: str = "", now: datetime | None = None
) -> Enrollment:
    return enrollments.withdraw(
        enrollment=enrollment, by=by, reason=reason, now=now or timezone.now()
    )


def transfer(
    *, enrollment: Enrollment, to: Cohort, by: User, now: datetime | None = None
) -> Enrollment:
    return enrollments.transfer(enrollment=enrollment, to=to, by=by, now=now or timezone.now())


def void(
    *, enrollment: Enrollment, by: User | None, reason: str, now: datetime | None = None
) -> Enrollment:
    return enrollments.void(enrollment=enrollment, by=by, reason=reason, now=now or timezone.now())


def record_event(
    *,
    enrollment: Enrollment,
    item: Item | None,
    kind: str,
    occurred_at: datetime,
    key: UUID | str | None = None,
    source: str = "player",
    payload: dict[str, Any] | None = None,
    now: datetime | None = None,
) -> ProgressEvent:
    """Append one fact. The same key twice: no-op; any text is a key."""
    if not isinstance(key, UUID):
        key = uuid5(NAMESPACE_URL, key) if key else uuid4()
    return progress.record_event(
        enrollment=enrollment,
        item=item,
        kind=kind,
        occurred_at=occurred_at,
        key=key,
        source=source,
        payload=payload,
        now=now or timezone.now(),
    )


def void_event(
    *, event: ProgressEvent, by: User, reason: str, now: datetime | None = None
) -> ProgressEvent:
    return corrections.void_event(event=event, by=by, reason=reason, now=now or timezone.now())


def record_attendance(
    *,
    enrollment: Enrollment,
    slot: LiveSlot,
    status: str,
    method: str = "facilitator",
    by: User | None,
    joined_at: datetime | None = None,
    left_at: datetime | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> AttendanceRecord:
    return live_slots.record_attendance(
        enrollment=enrollment,
        slot=slot,
        status=status,
        method=method,
        by=by,
        joined_at=joined_at,
        left_at=left_at,
        reason=reason,
        now=now or timezone.now(),
    )


def move_slot(
    *,
    slot: LiveSlot,
    starts_at: datetime,
    ends_at: datetime,
    by: User | None,
    now: datetime | None = None,
) -> LiveSlot:
    return live_slots.move_slot(slot=slot, starts_at=starts_at, ends_at=ends_at, by=by, now=now)


def edit_date(
    *, row: ScheduleRow, at: datetime, by: User, reason: str, now: datetime | None = None
) -> ScheduleRow:
    return schedules.edit_date(row=row, at=at, by=by, reason=reason, now=now)


def extend(
    *,
    enrollments: Iterable[Enrollment],
    items: Iterable[Item],
    by_days: int,
    by: User,
    reason: str = "",
    now: datetime | None = None,
) -> int:
    """Move the due date of every undone one of `items` by exactly `by_days`; return how many."""
    return schedules.extend(
        enrollments=enrollments,
        items=items,
        by_days=by_days,
        by=by,
        reason=reason,
        from_due=True,
        now=now or timezone.now(),
    )


def open_everything(*, cohort: Cohort, by: User, now: datetime | None = None) -> Cohort:
    return cohorts.open_everything(cohort=cohort, by=by, now=now or timezone.now())


def apply_text_revision(
    *, cohort: Cohort, version: ProgramVersion, by: User | None, now: datetime | None = None
) -> Cohort:
    """Let people read the text of `version`, the cohort's own edition or a later patch of it."""
    return text_revisions.apply_text_revision(cohort=cohort, version=version, by=by, now=now)


def migrate_cohort(
    *,
    cohort: Cohort,
    version: ProgramVersion,
    mapping: Mapping[str, str | None] | None = None,
    by: User | None,
    now: datetime | None = None,
) -> VersionChange:
    """Pin a later edition; completions are kept. `mapping`: identity of a step to that of its heir."""
    return edition_moves.migrate_cohort(
        cohort=cohort, version=version, mapping=mapping, by=by, now=now
    )


def take_snapshot(*, cohort: Cohort, at: datetime, now: datetime | None = None) -> CohortSnapshot:
    """Freeze the aggregates at `at`, as known `now`."""
    return snapshots.take_snapshot(cohort=cohort, at=at, now=now or timezone.now())


def issue_certificate(
    *,
    enrollment: Enrollment,
    offer: CreditOffer | None = None,
    attested: Decimal | None = None,
    degree: str = "other",
    by: User | None = None,
    now: datetime | None = None,
) -> Certificate:
    """Issue the certificate of a completed program; with an offer, with the credit `attested`.

    The learner has answered the questions before a claim; `degree` is what they say of themselves.
    """
    now = now or timezone.now()
    issued = certificates.issue_certificate(enrollment=enrollment, by=by, now=now)
    if offer is None:
        return issued
    amount = attested if attested is not None else Decimal(0)
    credit_claims.claim_credit(
        enrollment=enrollment, offer=offer, degree=degree, amount=amount, now=now
    )
    return Certificate.objects.standing().get(enrollment=enrollment)
