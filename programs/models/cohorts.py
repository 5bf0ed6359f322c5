"""A group of one engagement that takes one program version together, and its staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from core.models import BaseModel
from programs.models.engagements import Engagement
from programs.models.versions import ProgramVersion

if TYPE_CHECKING:
    from datetime import datetime


class CohortQuerySet(models.QuerySet["Cohort"]):
    def staffed_by(self, user: User) -> Self:
        """Cohorts in which `user` is facilitator or coach today."""
        return self.filter(
            pk__in=CohortStaff.objects.filter(person=user, ended_at=None).values("cohort")
        )

    def managed_by(self, user: User) -> Self:
        return self.filter(engagement__organization__in=Organization.objects.managed_by(user))

    def administered_by(self, user: User) -> Self:
        """Cohorts of organizations whose admin `user` is: for aggregate reports only."""
        return self.filter(engagement__organization__in=Organization.objects.administered_by(user))

    def visible_to(self, user: User) -> Self:
        """Cohorts whose staff pages `user` may open."""
        return self.filter(
            Q(pk__in=self.model.objects.staffed_by(user).values("pk"))
            | Q(engagement__organization__in=Organization.objects.managed_by(user))
        )


class Cohort(BaseModel):
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="cohorts")
    version = models.ForeignKey(ProgramVersion, models.PROTECT, related_name="cohorts")
    # The same edition or a later patch of it; null: the edition's own text.
    text_version = models.ForeignKey(
        ProgramVersion, models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("name"), max_length=120)
    starts_on = models.DateField(_("start"))
    ends_on = models.DateField(_("end"))
    time_zone = models.CharField(_("time zone"), max_length=64, default="America/New_York")
    grace_days = models.PositiveSmallIntegerField(default=3)
    lapse_days = models.PositiveSmallIntegerField(default=14)
    skips_weekends = models.BooleanField(_("nothing opens or falls due on weekends"), default=False)
    everything_open_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("named contact"),
    )

    objects = CohortQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "name"], name="cohort_name_unique_in_engagement"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="cohort_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programs:cohort_detail", args=[self.public_id])

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def coaches(self, at: datetime | None = None) -> models.QuerySet[User]:
        """Active coaches of this cohort, by id."""
        staff = self.staff.filter(role=CohortStaff.Role.COACH, ended_at=None)
        return User.objects.filter(is_active=True, pk__in=staff.values("person")).order_by("pk")


class CohortGroupQuerySet(models.QuerySet["CohortGroup"]):
    def managed_by(self, user: User) -> Self:
        return self.filter(cohort__in=Cohort.objects.managed_by(user))


class CohortGroup(BaseModel):
    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="groups")
    name = models.CharField(max_length=80)

    objects = CohortGroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "name"], name="cohortgroup_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class CohortStaffQuerySet(models.QuerySet["CohortStaff"]):
    def facilitating(self, user: User) -> Self:
        """Standing roles in which `user` leads a group; `group` is None for the whole cohort."""
        roles = [CohortStaff.Role.FACILITATOR, CohortStaff.Role.CO_FACILITATOR]
        return self.filter(person=user, ended_at=None, role__in=roles)

    def managed_by(self, user: User) -> Self:
        return self.filter(cohort__in=Cohort.objects.managed_by(user))


class CohortStaff(BaseModel):
    class Role(models.TextChoices):
        FACILITATOR = "facilitator", _("facilitator")
        CO_FACILITATOR = "co_facilitator", _("co-facilitator")
        COACH = "coach", _("coach")

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="staff")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="cohort_roles"
    )
    role = models.CharField(max_length=14, choices=Role)
    group = models.ForeignKey(
        CohortGroup, models.SET_NULL, null=True, blank=True, related_name="staff"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CohortStaffQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "person", "role"],
                condition=Q(ended_at=None),
                name="cohortstaff_once_per_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()}"
