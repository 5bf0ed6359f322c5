"""A clinician whom none of the open times suits asks for others: ticks, no words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from coaching.models.availability import WEEKDAYS
from coaching.models.bookings import Booking
from coaching.models.session_types import SessionType
from core.models import BaseModel
from programs.models import Cohort, Enrollment

if TYPE_CHECKING:
    from accounts.models import User


class TimeRequestQuerySet(models.QuerySet["TimeRequest"]):
    """Organization admins are in none of these, as with bookings."""

    def owned_by(self, user: User) -> Self:
        return self.filter(enrollment__clinician=user)

    def managed_by(self, user: User) -> Self:
        """Requests to `user` as the clinician's coach, or of cohorts `user` looks after."""
        return self.filter(
            Q(enrollment__coach=user) | Q(enrollment__cohort__in=Cohort.objects.managed_by(user))
        )

    def visible_to(self, user: User) -> Self:
        return self.filter(Q(pk__in=self.owned_by(user)) | Q(pk__in=self.managed_by(user)))

    def open(self) -> Self:
        """Requests nobody closed and no booking has answered since."""
        booked = Booking.objects.live().filter(
            enrollment=OuterRef("enrollment"), created_at__gt=OuterRef("created_at")
        )
        return self.filter(
            ~Exists(booked), closed_at=None, enrollment__in=Enrollment.objects.live()
        )


class TimeRequest(BaseModel):
    class Part(models.TextChoices):
        EARLY = "early", _("before 08:00")
        MORNING = "morning", _("morning")
        AFTERNOON = "afternoon", _("afternoon")
        EVENING = "evening", _("after 17:00")
        NIGHT = "night", _("after 21:00")

    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="time_requests")
    session_type = models.ForeignKey(SessionType, models.PROTECT, related_name="+")
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)]), size=7
    )  # Monday 0
    parts = ArrayField(models.CharField(max_length=9, choices=Part), size=5)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = TimeRequestQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"],
                condition=Q(closed_at=None),
                name="timerequest_one_open_per_enrollment",
            ),
            models.CheckConstraint(
                condition=~Q(weekdays=[]) & ~Q(parts=[]), name="timerequest_names_some_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrollment_id} {self.weekdays} {self.parts}"

    @property
    def weekday_labels(self) -> list[str]:
        return [str(label) for number, label in WEEKDAYS if number in self.weekdays]

    @property
    def part_labels(self) -> list[str]:
        return [str(part.label) for part in self.Part if part in self.parts]
