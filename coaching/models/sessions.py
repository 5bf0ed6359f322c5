"""Meetings. A 1:1 is a session with one place."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.fields.ranges import RangeStartsWith
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coaching.models.session_types import SessionType
from core.models import BaseModel
from programs.models import Cohort, Enrollment, LiveSlot

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


class CoachingSessionQuerySet(models.QuerySet["CoachingSession"]):
    """Organization admins are in none of these: they see hours and totals, never a session."""

    def owned_by(self, user: User) -> Self:
        """Sessions in which `user` has, had or asked for a place."""
        # A subquery, not a join: somebody may have canceled and booked again.
        booked = self.model.objects.filter(bookings__clinician=user)
        return self.filter(pk__in=booked.values("pk"))

    def managed_by(self, user: User) -> Self:
        """Sessions `user` may change: as their coach, or looking after the organization."""
        return self.filter(Q(coach=user) | Q(cohort__in=Cohort.objects.managed_by(user)))

    def visible_to(self, user: User) -> Self:
        """Sessions one had a place in, those one manages, and group sessions one may join."""
        booked = self.model.objects.owned_by(user)
        cohorts = Enrollment.objects.owned_by(user).live().values("cohort")
        return self.filter(
            Q(coach=user)
            | Q(cohort__in=Cohort.objects.managed_by(user))
            | Q(pk__in=booked.values("pk"))
            | Q(session_type__kind=SessionType.Kind.GROUP, cohort__in=cohorts)
        )

    def scheduled(self) -> Self:
        return self.filter(status=CoachingSession.Status.SCHEDULED)

    def starting_between(self, lo: datetime, hi: datetime) -> Self:
        """Sessions that begin in [lo, hi), earliest first."""
        return self.filter(span__startswith__gte=lo, span__startswith__lt=hi).order_by(
            "span__startswith", "pk"
        )


class CoachingSession(BaseModel):
    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("planned")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("canceled")

    session_type = models.ForeignKey(SessionType, models.PROTECT, related_name="sessions")
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="coached_sessions"
    )
    cohort = models.ForeignKey(
        Cohort, models.PROTECT, null=True, blank=True, related_name="coaching_sessions"
    )
    live_slot = models.ForeignKey(
        LiveSlot, models.SET_NULL, null=True, blank=True, related_name="coaching_sessions"
    )
    span = DateTimeRangeField()  # half-open, UTC, without buffers
    # What was agreed, should a zone's rules change later: the instant above stays as it is.
    wall_start = models.CharField(max_length=16)  # 2027-06-15T09:00
    wall_zone = models.CharField(max_length=64)
    tzdb_version = models.CharField(max_length=12)
    capacity = models.PositiveSmallIntegerField(default=1)
    taken = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=9, choices=Status, default=Status.SCHEDULED)
    rev = models.PositiveIntegerField(default=1)
    ics_uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # the coach's entry
    ics_seq = models.PositiveIntegerField(default=0)
    location = models.CharField(max_length=240, blank=True)
    # Groups: whether members see each other's names before, and whether somebody may sit in it
    # together with a person who has a say over their work.
    shows_roster = models.BooleanField(_("members see who else comes"), default=False)
    allows_hierarchy = models.BooleanField(
        _("people may share it with those who supervise them"), default=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = CoachingSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity")),
                name="coachingsession_not_overbooked",
                violation_error_code="full",
                violation_error_message=_("All places are taken."),
            ),
        ]
        indexes = [
            models.Index(F("coach"), RangeStartsWith(F("span")), name="coachingsession_by_coach"),
            models.Index(RangeStartsWith(F("span")), name="coachingsession_by_start"),
        ]

    def __str__(self) -> str:
        return f"{self.session_type} {self.starts_at:%Y-%m-%d %H:%M}Z"

    def get_absolute_url(self) -> str:
        return reverse("coaching:session_detail", args=[self.public_id])

    @property
    def starts_at(self) -> datetime:
        return self.span.lower

    @property
    def ends_at(self) -> datetime:
        return self.span.upper

    @property
    def length_min(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    @property
    def is_group(self) -> bool:
        return self.session_type.kind == SessionType.Kind.GROUP

    @property
    def places_left(self) -> int:
        return self.capacity - self.taken

    def starts_in(self, zone: ZoneInfo) -> datetime:
        """Return the start on the clock of `zone`."""
        return self.starts_at.astimezone(zone)
