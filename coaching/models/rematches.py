"""Who coaches whom since when, and who asked for somebody else. No reasons are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel
from programs.models import Cohort, Enrollment

if TYPE_CHECKING:
    from accounts.models import User


class CoachAssignment(models.Model):
    """A clinician got a coach. Never changed, never deleted."""

    class Reason(models.TextChoices):
        CHOSEN = "chosen", _("chosen by the clinician")
        ASSIGNED = "assigned", _("assigned by the practice")
        MATCHED = "matched", _("matched automatically")

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="coach_assignments")
    coach = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=8, choices=Reason)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["coach", "at"], name="coachassignment_latest")]

    def __str__(self) -> str:
        return f"{self.enrollment_id} {self.coach_id} {self.reason}"


class RematchRequestQuerySet(models.QuerySet["RematchRequest"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(enrollment__clinician=user)

    def managed_by(self, user: User) -> Self:
        """Not the coach whom somebody wants to leave, unless they look after the client too."""
        return self.filter(enrollment__cohort__in=Cohort.objects.managed_by(user))

    def open(self) -> Self:
        return self.filter(answered_at=None)


class RematchRequest(BaseModel):
    """A clinician would like another coach; what they wish for instead, never why."""

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="rematch_requests")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    specialty = models.CharField(_("specialty"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=40, blank=True)
    seniority = models.CharField(_("seniority"), max_length=9, blank=True)
    region = models.CharField(_("licensed in"), max_length=40, blank=True)

    objects = RematchRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"],
                condition=Q(answered_at=None),
                name="rematchrequest_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrollment_id} {self.asked_at:%Y-%m-%d}"
