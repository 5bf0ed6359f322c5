"""How a person wants to hear from us: channels, phone number, quiet hours."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime

NINE_PM, EIGHT_AM, LAST_MINUTE = 21 * 60, 8 * 60, 24 * 60 - 1


class DeliveryPreferenceQuerySet(models.QuerySet["DeliveryPreference"]):
    """Read by their owner alone: nobody else sees a number or when somebody sleeps."""

    def owned_by(self, user: Any) -> Self:
        return self.filter(person=user)

    visible_to = owned_by


class DeliveryPreference(models.Model):
    """One row a person; without one, the defaults below hold."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="delivery_preference"
    )
    by_mail = models.BooleanField(_("by e-mail"), default=True)
    by_sms = models.BooleanField(_("by SMS"), default=False)
    # E.164; empty until a code sent to it came back.
    phone = models.CharField(
        max_length=16, blank=True, validators=[RegexValidator(r"^\+[1-9][0-9]{6,14}$")]
    )
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    is_quiet = models.BooleanField(_("keep quiet hours"), default=True)
    quiet_from_min = models.PositiveSmallIntegerField(
        default=NINE_PM, validators=[MaxValueValidator(LAST_MINUTE)]
    )
    quiet_until_min = models.PositiveSmallIntegerField(
        default=EIGHT_AM, validators=[MaxValueValidator(LAST_MINUTE)]
    )
    quiet_for_mail = models.BooleanField(_("for e-mail too"), default=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DeliveryPreferenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(phone="", phone_verified_at=None)
                | (~Q(phone="") & Q(phone_verified_at__isnull=False)),
                name="deliverypreference_phone_is_verified",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from_min__lte=LAST_MINUTE, quiet_until_min__lte=LAST_MINUTE),
                name="deliverypreference_minutes_of_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"preferences of {self.person_id}"

    @property
    def takes_sms(self) -> bool:
        return self.by_sms and bool(self.phone)


class PhoneCodeQuerySet(models.QuerySet["PhoneCode"]):
    def owned_by(self, user: Any) -> Self:
        return self.filter(person=user)

    visible_to = owned_by

    def open_at(self, now: datetime) -> Self:
        """Codes that may still be entered, the newest first."""
        return self.filter(expires_at__gt=now, closed_at=None).order_by("-created_at", "-pk")


class PhoneCode(models.Model):
    """A code sent to a number, to see that it is the person's. The code itself is derived, not kept."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="phone_codes")
    phone = models.CharField(max_length=16, validators=[RegexValidator(r"^\+[1-9][0-9]{6,14}$")])
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(
        null=True, blank=True
    )  # used, replaced or guessed at too often

    objects = PhoneCodeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["person", "-created_at"], name="phonecode_by_person")]

    def __str__(self) -> str:
        return f"code for {self.person_id}"
