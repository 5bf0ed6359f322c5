"""Who needs a word in a cohort: one line a person, with the reasons and the last word they had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from programs.models import Contact, Enrollment, Flag

if TYPE_CHECKING:
    from accounts.models import User
    from programs.models import Cohort


@dataclass(frozen=True)
class PersonToReach:
    """`later_until` is set if every flag is put off beyond now."""

    enrollment: Enrollment
    flags: tuple[Flag, ...]
    last_contact: Contact | None
    later_until: datetime | None

    @property
    def owner(self) -> User | None:
        return next((flag.owner for flag in self.flags if flag.owner), None)


def people_to_reach(*, cohort: Cohort, viewer: User, now: datetime) -> list[PersonToReach]:
    """Return those with an open flag that `viewer` may see: the longest waiting first, put off last.

    Two queries, whatever the cohort's size.
    """
    flags: dict[int, list[Flag]] = {}
    rows = (
        Flag.objects.visible_to(viewer)
        .open()
        .filter(enrollment__cohort=cohort)
        .select_related("enrollment__clinician", "enrollment__unit", "owner")
        .order_by("raised_at", "pk")
    )
    for flag in rows:
        flags.setdefault(flag.enrollment_id, []).append(flag)
    contacts = {
        contact.enrollment_id: contact
        for contact in Contact.objects.filter(enrollment__in=flags)
        .select_related("by")
        .order_by("enrollment_id", "-at")
        .distinct("enrollment_id")
    }
    people = [
        PersonToReach(
            own[0].enrollment, tuple(own), contacts.get(enrollment), _later_until(own, now)
        )
        for enrollment, own in flags.items()
    ]
    return sorted(people, key=lambda person: person.later_until is not None)


def _later_until(flags: list[Flag], now: datetime) -> datetime | None:
    awake = [flag for flag in flags if flag.snoozed_until is None or flag.snoozed_until <= now]
    return None if awake else min(flag.snoozed_until for flag in flags if flag.snoozed_until)
