"""Make and change contracts; each publishes what its organization will see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.disclosures import publish_disclosure
from programs.models import Engagement, Enrollment
from programs.signals import engagement_saved

if TYPE_CHECKING:
    from accounts.models import Organization, User

EDITABLE = (
    "title",
    "starts_on",
    "ends_on",
    "seats",
    "coaching_hours",
    "po_number",
    "rate_minor",
    "currency",
    "visibility",
    "threshold_progress",
    "threshold_means",
    "threshold_distributions",
    "threshold_reliable_change",
)
_THRESHOLDS = ("progress", "means", "distributions", "reliable_change")


@transaction.atomic
def create_engagement(
    *, organization: Organization, by: User, now: datetime, **fields: Any
) -> Engagement:
    """Add a contract to `organization` and publish its disclosure.

    Args:
        fields: those named in `EDITABLE`.

    Raises:
        ValidationError: by field; "threshold_below_floor", "threshold_lowered",
            "ends_before_start".
    """
    return _save(Engagement(organization=organization), fields, by, now)


@transaction.atomic
def edit_engagement(
    *, engagement: Engagement, by: User, now: datetime, **fields: Any
) -> Engagement:
    """Change a contract. A looser visibility binds only those who sign it from now on.

    Raises:
        ValidationError: as for `create_engagement`; "seats_taken": fewer seats than people.
    """
    return _save(lock_engagement(engagement.pk), fields, by, now)


def lock_engagement(engagement_id: int) -> Engagement:
    """Lock a contract: its seats are counted and taken under this lock only."""
    return (
        Engagement.objects.select_for_update(no_key=True, of=("self",))
        .select_related("organization")
        .get(pk=engagement_id)
    )


def seats_taken(engagement: Engagement) -> int:
    """Count places held in the contract's cohorts: invited, active and completed."""
    return Enrollment.objects.filter(
        cohort__engagement=engagement,
        voided_at=None,
        transferred_out_at=None,
        withdrawn_at=None,
    ).count()


def _save(engagement: Engagement, fields: Mapping[str, Any], by: User, now: datetime) -> Engagement:
    if unknown := fields.keys() - set(EDITABLE):
        raise TypeError(f"not fields of a contract: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(engagement, name, value)
    engagement.full_clean()
    if engagement.pk and engagement.seats < (taken := seats_taken(engagement)):
        message = _("%(taken)s seats are taken already.") % {"taken": taken}
        raise ValidationError({"seats": ValidationError(message, code="seats_taken")})
    engagement.disclosure = publish_disclosure(
        organization=engagement.organization,
        visibility=engagement.visibility,
        thresholds={name: getattr(engagement, f"threshold_{name}") for name in _THRESHOLDS},
        now=now,
    )
    engagement.save()
    engagement_saved.send(sender=Engagement, engagement=engagement, by=by, now=now)
    return engagement
