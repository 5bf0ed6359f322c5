"""Client organizations."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organization, User


@transaction.atomic
def create_organization(*, name: str, time_zone: str, actor: User) -> Organization:
    """Add a client; `actor` is its first account lead.

    Raises:
        ValidationError: a name that is taken, whatever its case.
    """
    organization = Organization(name=name.strip(), time_zone=time_zone)
    organization.full_clean()
    organization.save()
    organization.consultants.add(actor)
    return organization


@transaction.atomic
def change_organization(
    *, organization: Organization, name: str, time_zone: str, consultants: Iterable[User]
) -> Organization:
    """Change name, zone and account leads.

    Raises:
        ValidationError: "not_staff" for a lead who does not work for the practice; "no_lead".
    """
    leads = list(consultants)
    if not leads:
        raise ValidationError(_("Somebody has to look after a client."), code="no_lead")
    if not all(lead.is_consultant and lead.is_active for lead in leads):
        raise ValidationError(_("Only consultants look after clients."), code="not_staff")
    organization.name, organization.time_zone = name.strip(), time_zone
    organization.full_clean()
    organization.save(update_fields=["name", "time_zone", "updated_at"])
    organization.consultants.set(leads)
    return organization
