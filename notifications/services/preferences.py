"""Set how a person wants to hear from us."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notifications.models import DeliveryPreference

COLUMNS = frozenset(
    ("by_mail", "by_sms", "is_quiet", "quiet_from_min", "quiet_until_min", "quiet_for_mail")
)


@transaction.atomic
def set_preference(*, person: Any, **columns: Any) -> DeliveryPreference:
    """Set some of a person's preferences; the phone number has its own way in (`phones`).

    Raises:
        ValidationError: quiet without a length, or no time of a day.
        TypeError: no such preference.
    """
    if unknown := columns.keys() - COLUMNS:
        raise TypeError(f"no such preference: {', '.join(sorted(unknown))}")
    DeliveryPreference.objects.bulk_create(
        [DeliveryPreference(person_id=person.pk)], ignore_conflicts=True
    )
    preference = DeliveryPreference.objects.select_for_update().get(person=person)
    for name, value in columns.items():
        setattr(preference, name, value)
    if preference.is_quiet and preference.quiet_from_min == preference.quiet_until_min:
        raise ValidationError(_("Quiet hours need two different times."), code="quiet")
    preference.full_clean()
    preference.save()
    return preference
