"""Times kept for a person between choosing and confirming."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from coaching.models.bookings import Booking
from coaching.models.session_types import SessionType
from core.models import BaseModel
from programs.models import Cohort, Enrollment

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


class HoldQuerySet(models.QuerySet["Hold"]):
    """Organization admins are in none of these."""

    def owned_by(self, user: User) -> Self:
        return self.filter(clinician=user)

    def managed_by(self, user: User) -> Self:
        """Holds `user` may confirm for the clinician: as coach, or looking after the client."""
        return self.filter(
            Q(coach=user) | Q(enrollment__cohort__in=Cohort.objects.managed_by(user))
        )

    def visible_to(self, user: User) -> Self:
        return self.filter(
            Q(clinician=user)
            | Q(coach=user)
            | Q(enrollment__cohort__in=Cohort.objects.managed_by(user))
        )

    def live(self, now: datetime) -> Self:
        """Holds that keep their time: until the instant of expiry, not at it."""
        return self.filter(booking=None, released_at=None, expires_at__gt=now)


class Hold(BaseModel):
    """A time kept for a clinician for some minutes; its claims are rows of `TimeClaim`."""

    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="holds")
    clinician = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    session_type = models.ForeignKey(SessionType, models.CASCADE, related_name="+")
    coach = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    span = DateTimeRangeField()  # half-open, UTC, without buffers
    wall_zone = models.CharField(max_length=64)  # the coach's: in it the time was agreed
    # Which rule staff set aside for it: a code, kept in the booking's history.
    override = models.CharField(max_length=40, blank=True)
    expires_at = models.DateTimeField(db_index=True)
    released_at = models.DateTimeField(null=True, blank=True)
    booking = models.ForeignKey(Booking, models.CASCADE, null=True, blank=True, related_name="+")

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinician", "session_type"],
                condition=Q(booking=None, released_at=None),
                name="hold_one_per_person_and_type",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clinician_id} {self.span}"

    def get_absolute_url(self) -> str:
        return reverse("coaching:hold_detail", args=[self.public_id])

    @property
    def starts_at(self) -> datetime:
        return self.span.lower

    @property
    def ends_at(self) -> datetime:
        return self.span.upper

    def is_live(self, now: datetime) -> bool:
        return self.booking_id is None and self.released_at is None and self.expires_at > now
