"""Planned live sessions of a cohort, and who was there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel
from programs.models.cohorts import Cohort, CohortGroup
from programs.models.enrollments import Enrollment

if TYPE_CHECKING:
    from accounts.models import User


class LiveSlotQuerySet(models.QuerySet["LiveSlot"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(
            models.Q(cohort__in=Cohort.objects.visible_to(user))
            | models.Q(cohort__in=Enrollment.objects.owned_by(user).values("cohort"))
        )

    def managed_by(self, user: User) -> Self:
        return self.filter(cohort__in=Cohort.objects.visible_to(user))


class LiveSlot(BaseModel):
    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("scheduled")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("canceled")

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="live_slots")
    group = models.ForeignKey(
        CohortGroup, models.CASCADE, null=True, blank=True, related_name="live_slots"
    )
    key = models.SlugField(max_length=40)  # start, mid, close: what `session:mid` refers to
    title = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=240, blank=True)  # address or link
    state = models.CharField(max_length=9, choices=State, default=State.SCHEDULED)

    objects = LiveSlotQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "group", "key"], name="liveslot_key_unique", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="liveslot_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AttendanceRecord(BaseModel):
    """What was marked for one person at one live session; a correction is a newer row."""

    class Status(models.TextChoices):
        PRESENT = "present", _("present")
        EXCUSED = "excused", _("excused")
        ABSENT = "absent", _("absent")

    slot = models.ForeignKey(LiveSlot, models.CASCADE, related_name="attendance")
    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="attendance")
    status = models.CharField(max_length=7, choices=Status)
    method = models.CharField(
        max_length=12, default="facilitator"
    )  # facilitator | code | video_log
    joined_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "enrollment"],
                condition=models.Q(superseded_at=None),
                name="attendance_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot_id} {self.enrollment_id} {self.status}"
