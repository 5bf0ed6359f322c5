"""Spans of people's time that are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from coaching.models.bookings import Booking
from coaching.models.holds import Hold
from coaching.models.sessions import CoachingSession
from core.db import Int8Range
from core.models import BaseModel

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


class TimeClaimQuerySet(models.QuerySet["TimeClaim"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(person=user)

    def expired(self, now: datetime) -> Self:
        """Holds that nobody confirmed in time."""
        return self.filter(kind=TimeClaim.Kind.HOLD, expires_at__lte=now)


class TimeClaim(BaseModel):
    """A span of one person's time that is taken: the backstop against double booking."""

    class Kind(models.TextChoices):
        COACH = "coach"
        PARTICIPANT = "participant"
        HOLD = "hold"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    span = DateTimeRangeField()  # half-open, UTC; a coach's claim includes the buffers
    kind = models.CharField(max_length=11, choices=Kind)
    coaching_session = models.ForeignKey(
        CoachingSession, models.CASCADE, null=True, blank=True, related_name="time_claims"
    )
    booking = models.ForeignKey(
        Booking, models.CASCADE, null=True, blank=True, related_name="time_claims"
    )
    hold = models.ForeignKey(
        Hold, models.CASCADE, null=True, blank=True, related_name="time_claims"
    )
    active = models.BooleanField(default=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = TimeClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="timeclaim_person_not_double_booked",
                # Ranges of one value overlap when the values are equal: so the constraint
                # needs no PostgreSQL extension (btree_gist).
                expressions=[
                    (Int8Range(F("person"), F("person"), Value("[]")), RangeOperators.OVERLAPS),
                    ("span", RangeOperators.OVERLAPS),
                ],
                condition=Q(active=True),
                violation_error_code="time_taken",
                violation_error_message=_("That time was just taken."),
            ),
            models.CheckConstraint(
                name="timeclaim_only_a_hold_expires",
                condition=Q(kind="hold") ^ Q(expires_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.span}"
