"""What must be true before a program with a safety text may open, for a cohort and for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from programs.engine.schedule import local_instant
from programs.models import CohortStaff, PracticeConcern, ProgramVersion, Qualification

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from accounts.models import User
    from programs.models import Cohort, Enrollment

CONTACT = "contact"
QUALIFICATION = "qualification"
SCREENING = "screening"


def start_obstacles(cohort: Cohort, now: datetime) -> tuple[str, ...]:
    """Why the modules of `cohort` may not open: `CONTACT`, `QUALIFICATION`, both or neither.

    A qualification counts if it holds on some day from the first day of the cohort to today: what
    was opened stays open when a paper runs out in the middle.
    """
    safety = cohort.version.safety
    if not safety:
        return ()
    found = []
    contact = cohort.contact
    if contact is None or not (contact.is_active and contact.is_consultant):
        found.append(CONTACT)
    key = safety.get("qualification", {}).get("key")
    if key and not _qualified(cohort, key, now):
        found.append(QUALIFICATION)
    return tuple(found)


def hold_of(enrollment: Enrollment, now: datetime) -> str:
    """What keeps every module closed for this learner: a code, or "" if nothing does."""
    obstacles = start_obstacles(enrollment.cohort, now)
    if obstacles:
        return obstacles[0]
    if enrollment.cohort.version.safety and enrollment.screening_read_at is None:
        return SCREENING
    return ""


def _qualified(cohort: Cohort, key: str, now: datetime) -> bool:
    today = now.astimezone(cohort.zone).date()
    begins = local_instant(cohort.starts_on, now.min.time(), cohort.zone)
    leaders = cohort.staff.filter(role=CohortStaff.Role.FACILITATOR).filter(
        Q(ended_at=None) | Q(ended_at__gt=begins)
    )
    valid = Qualification.objects.valid_between(cohort.starts_on, max(today, cohort.starts_on))
    return valid.filter(key=key, person__in=leaders.values("person")).exists()


def concerns_of(contact: User) -> list[PracticeConcern]:
    """The newest calls that reached `contact`; the database shows no others."""
    found = PracticeConcern.objects.reached_by(contact).select_related("author", "module")
    return list(found[:100])


def asked_qualifications() -> dict[str, str]:
    """Key -> words of every qualification that a published program asks for."""
    asked = ProgramVersion.objects.published().exclude(safety=None).values_list("safety", flat=True)
    wanted = [safety["qualification"] for safety in asked if safety and "qualification" in safety]
    return {one["key"]: one["label"] for one in wanted}


def recorded_qualifications() -> QuerySet[Qualification]:
    """For the owner of the practice alone."""
    return Qualification.objects.standing().select_related("person")
