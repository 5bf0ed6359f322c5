"""One clinician in one cohort."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Consent, Organization, Unit
from core.models import BaseModel
from programs.models.cohorts import Cohort, CohortGroup, CohortStaff

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    """Every read of enrollments in a view starts with one of these scopes.

    Organization admins are in none of them: what they may see of a person is a
    `ParticipationRow` from outcomes/reports/participation.py, never this row.
    """

    def owned_by(self, user: User) -> Self:
        return self.filter(clinician=user)

    def managed_by(self, user: User) -> Self:
        """Enrollments `user` may change: those of the organizations they look after."""
        managed = Organization.objects.managed_by(user)
        return self.filter(cohort__engagement__organization__in=managed)

    def visible_to(self, user: User) -> Self:
        """Enrollments `user` may read: their own, their cohorts', those they manage."""
        # `__in` subqueries, not joins: no duplicate rows, so no distinct() is needed.
        return self.filter(
            Q(clinician=user)
            | Q(cohort__in=Cohort.objects.staffed_by(user))
            | Q(cohort__engagement__organization__in=Organization.objects.managed_by(user))
        )

    def reached_by(self, user: User) -> Self:
        """People whom `user` may write to: of cohorts they manage or staff; of one's own group, if
        one's part is limited to it. Never one's own place."""
        if not user.is_consultant:
            return self.none()
        staff = CohortStaff.objects.filter(person=user, ended_at=None)
        return self.exclude(clinician=user).filter(
            Q(cohort__in=Cohort.objects.managed_by(user))
            | Q(cohort__in=staff.filter(group=None).values("cohort"))
            | Q(group__in=staff.exclude(group=None).values("group"))
        )

    def accepted(self) -> Self:
        """Those who signed and are in, whatever became of them since."""
        return self.exclude(accepted_at=None)

    def live(self) -> Self:
        """Those who take part now: accepted, not withdrawn, transferred or void."""
        return self.exclude(accepted_at=None).filter(
            withdrawn_at=None, transferred_out_at=None, voided_at=None
        )

    def counted_at(self, at: datetime) -> Self:
        """The E of every report: accepted by `at`, minus void and transferred out."""
        return self.filter(accepted_at__lte=at, voided_at=None).filter(
            Q(transferred_out_at=None) | Q(transferred_out_at__gt=at)
        )


class Enrollment(BaseModel):
    class State(models.TextChoices):
        INVITED = "invited", _("invited")
        ACTIVE = "active", _("active")
        COMPLETED = "completed", _("completed")
        WITHDRAWN = "withdrawn", _("withdrawn")
        TRANSFERRED_OUT = "transferred_out", _("transferred out")
        VOID = "void", _("void")

    class Track(models.TextChoices):
        SHORT = "short", _("short")
        FULL = "full", _("full")

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="enrollments")
    group = models.ForeignKey(
        CohortGroup, models.SET_NULL, null=True, blank=True, related_name="enrollments"
    )
    clinician = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrollments"
    )
    # Frozen at enrollment, so that a later move does not rewrite an old report.
    profession = models.CharField(max_length=80, blank=True)
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="+")
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="coached_enrollments",
    )
    consent = models.ForeignKey(Consent, models.PROTECT, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    transferred_out_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=200, blank=True)
    # Only programs with home practice ask; assigned minutes follow it.
    practice_track = models.CharField(max_length=5, choices=Track, default=Track.SHORT)
    screening_read_at = models.DateTimeField(null=True, blank=True)  # "read", never an answer

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "clinician"],
                condition=Q(voided_at=None, transferred_out_at=None),
                name="enrollment_once_per_cohort",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(consent__isnull=False),
                name="enrollment_accepted_has_consent",
            ),
            models.CheckConstraint(
                condition=Q(completed_at=None) | Q(accepted_at__isnull=False),
                name="enrollment_completed_was_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clinician} in {self.cohort}"

    def get_absolute_url(self) -> str:
        return reverse("programs:enrollment_detail", args=[self.public_id])

    @property
    def state(self) -> str:
        """The lifecycle state; completion outlives a later withdrawal."""
        if self.voided_at:
            return self.State.VOID
        if self.transferred_out_at:
            return self.State.TRANSFERRED_OUT
        if self.completed_at:
            return self.State.COMPLETED
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        return self.State.ACTIVE if self.accepted_at else self.State.INVITED
