"""A person's phone number: kept only once a code that was sent to it came back."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notifications.models import DeliveryPreference, PhoneCode
from notifications.notices import PHONE_CODE, code_of
from notifications.services.messages import owe

GOOD_FOR = timedelta(minutes=10)
MOST_TRIES = 5
MOST_CODES = 5  # a person, within a day: each costs money and reaches somebody
_DAY = timedelta(days=1)


def number_of(person_id: int) -> str:
    """Return the verified number of a person, or ""."""
    row = DeliveryPreference.objects.filter(person=person_id).first()
    return row.phone if row else ""


@transaction.atomic
def send_code(*, person: Any, phone: str, now: datetime) -> PhoneCode:
    """Owe an SMS with a six-digit code to `phone`; earlier codes end.

    Args:
        phone: E.164, "+13125550100".

    Raises:
        ValidationError: "too_many_codes": five within a day; and what is no number.
    """
    _lock(person)
    if PhoneCode.objects.owned_by(person).filter(created_at__gt=now - _DAY).count() >= MOST_CODES:
        raise ValidationError(
            _("Five codes were sent today. Please try again tomorrow."), code="too_many_codes"
        )
    PhoneCode.objects.owned_by(person).open_at(now).update(closed_at=now)
    code = PhoneCode(person=person, phone=phone, created_at=now, expires_at=now + GOOD_FOR)
    code.full_clean()
    code.save()
    owe(
        kind=PHONE_CODE,
        subject=code,
        recipient=person,
        channel="sms",
        due_at=now,
        not_after=code.expires_at,
        now=now,
    )
    return code


@transaction.atomic
def enter_code(*, person: Any, typed: str, now: datetime) -> bool:
    """Keep the number if `typed` is the newest open code; say whether it was.

    A wrong code counts even when nothing is kept; after five the code is worth nothing.
    """
    preference = _lock(person)
    code = PhoneCode.objects.owned_by(person).open_at(now).select_for_update().first()
    if code is None:
        return False
    is_right = hmac.compare_digest(code_of(code).encode(), typed.strip().encode())
    code.tries += 1
    if is_right or code.tries >= MOST_TRIES:
        code.closed_at = now
    code.save(update_fields=["tries", "closed_at"])
    if is_right:
        preference.phone, preference.phone_verified_at = code.phone, now
        preference.by_sms = True
        preference.save()
    return is_right


@transaction.atomic
def forget_phone(*, person: Any) -> None:
    """Take the number out; nothing is sent by SMS any more."""
    preference = _lock(person)
    preference.phone, preference.phone_verified_at, preference.by_sms = "", None, False
    preference.save()


def _lock(person: Any) -> DeliveryPreference:
    DeliveryPreference.objects.bulk_create(
        [DeliveryPreference(person_id=person.pk)], ignore_conflicts=True
    )
    return DeliveryPreference.objects.select_for_update().get(person=person)
