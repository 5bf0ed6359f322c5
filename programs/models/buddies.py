"""Pairs of colleagues who asked for one. What they write is the pair's alone, in the database too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import BaseModel
from programs.models.cohorts import Cohort
from programs.models.enrollments import Enrollment

if TYPE_CHECKING:
    from accounts.models import User


class BuddyWishQuerySet(models.QuerySet["BuddyWish"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(enrollment__clinician=user)

    def standing(self) -> Self:
        return self.filter(ended_at=None)


class BuddyWish(BaseModel):
    """A learner asked for a buddy, and has not left since."""

    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="buddy_wishes")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = BuddyWishQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"], condition=Q(ended_at=None), name="buddywish_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class BuddyPairQuerySet(models.QuerySet["BuddyPair"]):
    def owned_by(self, user: User) -> Self:
        """Pairs `user` is or was in. Nobody else reads a pair, staff included."""
        return self.filter(Q(one__clinician=user) | Q(other__clinician=user))

    def of(self, enrollment: Enrollment) -> Self:
        return self.filter(Q(one=enrollment) | Q(other=enrollment))

    def standing(self) -> Self:
        return self.filter(ended_at=None)


class BuddyPair(BaseModel):
    """Two enrollments of one cohort; `one` is the lower id."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="+")
    one = models.ForeignKey(Enrollment, models.CASCADE, related_name="+")
    other = models.ForeignKey(Enrollment, models.CASCADE, related_name="+")
    paired_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = BuddyPairQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="buddypair_in_order"),
            models.UniqueConstraint(
                fields=["one"], condition=Q(ended_at=None), name="buddypair_one_once"
            ),
            models.UniqueConstraint(
                fields=["other"], condition=Q(ended_at=None), name="buddypair_other_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    def partner_of(self, enrollment: Enrollment) -> Enrollment:
        return self.other if self.one_id == enrollment.pk else self.one


class BuddyMessageQuerySet(models.QuerySet["BuddyMessage"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(Q(pair__one__clinician=user) | Q(pair__other__clinician=user))


class BuddyMessage(BaseModel):
    pair = models.ForeignKey(BuddyPair, models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    text = models.TextField(max_length=4000)
    written_at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    objects = BuddyMessageQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return str(self.public_id)


class BuddyReportQuerySet(models.QuerySet["BuddyReport"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(author=user)

    def managed_by(self, user: User) -> Self:
        """Those that `user` received as named contact."""
        return self.filter(contact=user)


class BuddyReport(BaseModel):
    """Something is wrong in a pair: to the cohort's named contact alone."""

    pair = models.ForeignKey(BuddyPair, models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    contact = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(max_length=2000, blank=True)
    reported_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = BuddyReportQuerySet.as_manager()

    class Meta:
        ordering = ["-reported_at"]

    def __str__(self) -> str:
        return str(self.public_id)
