"""Memberships: held for an invited person, started by accepting, ended."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, Organization, Unit, User


def hold_membership(
    *, user: User, organization: Organization, role: str, unit: Unit | None
) -> None:
    """Make the membership that accepting will start; a newer roster may name another unit.

    The caller holds the organization's lock.
    """
    membership = Membership.objects.filter(
        user=user, organization=organization, role=role, ended_at=None
    ).first()
    if membership is None:
        Membership.objects.create(user=user, organization=organization, role=role, unit=unit)
    elif unit is not None and membership.unit_id != unit.pk:
        membership.unit = unit
        membership.save(update_fields=["unit", "updated_at"])


def start_membership(
    *, user: User, organization: Organization, role: str, now: datetime
) -> Membership:
    """Let a person in from `now`; one who already is stays as they are."""
    membership, _made = Membership.objects.get_or_create(
        user=user, organization=organization, role=role, ended_at=None
    )
    if membership.started_at is None:
        membership.started_at = now
        membership.save(update_fields=["started_at", "updated_at"])
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, now: datetime) -> Membership:
    """End a person's role in an organization: its sight of them ends, their account stays.

    Raises:
        ValidationError: "ended" if it already was.
    """
    locked = Membership.objects.select_for_update().get(pk=membership.pk)
    if locked.ended_at:
        raise ValidationError(_("This role has already ended."), code="ended")
    locked.ended_at = now
    locked.save(update_fields=["ended_at", "updated_at"])
    return locked
