"""What a coach says of themselves, and how much they take on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel
from programs.models import CohortStaff, Enrollment

if TYPE_CHECKING:
    from accounts.models import User


class CoachProfileQuerySet(models.QuerySet["CoachProfile"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(coach=user)

    def managed_by(self, user: User) -> Self:
        """The practice sets how much each coach takes on."""
        return self.all() if user.is_consultant else self.none()

    def visible_to(self, user: User) -> Self:
        """Clinicians see the coaches of the cohorts they are in; the practice sees all."""
        if user.is_consultant:
            return self.all()
        cohorts = Enrollment.objects.owned_by(user).live().values("cohort")
        staff = CohortStaff.objects.filter(
            cohort__in=cohorts, role=CohortStaff.Role.COACH, ended_at=None
        )
        return self.filter(coach__in=staff.values("person"))


class CoachProfile(BaseModel):
    class Seniority(models.TextChoices):
        ASSOCIATE = "associate", _("associate coach")
        COACH = "coach", _("coach")
        SENIOR = "senior", _("senior coach")

    coach = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="coach_profile"
    )
    specialties = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    regions = ArrayField(models.CharField(max_length=40), default=list, blank=True)  # licensed in
    seniority = models.CharField(
        _("seniority"), max_length=9, choices=Seniority, default=Seniority.COACH
    )
    about = models.CharField(_("about you"), max_length=600, blank=True)
    # How large a share of new sessions; twice the weight, twice the minutes.
    weight = models.PositiveSmallIntegerField(
        _("share"), default=1, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    max_clinicians = models.PositiveSmallIntegerField(
        _("clinicians at most"), null=True, blank=True
    )

    objects = CoachProfileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weight__gte=1), name="coachprofile_weight_is_positive"
            )
        ]

    def __str__(self) -> str:
        return str(self.coach)
