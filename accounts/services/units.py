"""Units of an organization: wards, departments, sites."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts.models import Membership, Organization, Unit


@transaction.atomic
def create_unit(*, organization: Organization, name: str) -> Unit:
    """Add a ward, department or site.

    Raises:
        ValidationError: a name that the organization has already, whatever its case.
    """
    unit = Unit(organization=organization, name=" ".join(name.split()))
    unit.full_clean()
    unit.save()
    return unit


@transaction.atomic
def rename_unit(*, unit: Unit, name: str) -> Unit:
    """Give a unit another name; reports show the new one."""
    unit.name = " ".join(name.split())
    unit.full_clean()
    unit.save(update_fields=["name", "updated_at"])
    return unit


@transaction.atomic
def delete_unit(*, unit: Unit) -> None:
    """Remove a unit that nobody belongs or belonged to.

    Raises:
        ValidationError: "unit_in_use": removing it would rewrite old reports.
    """
    locked = Unit.objects.select_for_update().get(pk=unit.pk)
    if Membership.objects.filter(unit=locked).exists():
        raise ValidationError(
            _("People belong to this unit. Rename it instead."), code="unit_in_use"
        )
    try:
        locked.delete()
    except ProtectedError as error:
        raise ValidationError(
            _("Figures of this unit are kept. Rename it instead."), code="unit_in_use"
        ) from error
