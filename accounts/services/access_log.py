"""Note who read or exported whose named record. In the reading transaction; never text."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from accounts.models import AccessLog, Organization, User


def log_access(
    *,
    actor: User,
    subject: User | None,
    action: str,
    kind: str,
    object_public_id: UUID | None,
    organization: Organization | None,
    now: datetime,
) -> AccessLog:
    """Add a row: `actor` did `action` ("viewed", "exported", "downloaded") to one `kind` of record.

    Args:
        subject: whose record it is; None for a list of many people.
        kind: "app.noun", e.g. "programs.cohort_people".
        object_public_id: of the record or list that was read, if it has one.
    """
    entry = AccessLog(
        at=now,
        actor=actor,
        subject=subject,
        action=action,
        kind=kind,
        object_public_id=object_public_id,
        organization=organization,
    )
    entry.full_clean()
    entry.save()
    return entry
