"""Who read or exported what about whom. Rows are only ever added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models

from accounts.models.organizations import Organization

if TYPE_CHECKING:
    from accounts.models.users import User


class AccessLogQuerySet(models.QuerySet["AccessLog"]):
    def owned_by(self, user: User) -> Self:
        """Entries about `user`."""
        return self.filter(subject=user)

    def visible_to(self, user: User) -> Self:
        """Entries about `user` and `user`'s own acts."""
        return self.filter(models.Q(subject=user) | models.Q(actor=user))


class AccessLog(models.Model):
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    action = models.CharField(max_length=12)  # viewed | exported | downloaded
    kind = models.CharField(max_length=60)  # e.g. programs.cohort_people; never text
    object_public_id = models.UUIDField(null=True, blank=True)
    organization = models.ForeignKey(
        Organization, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["subject", "-at"], name="accesslog_subject")]

    def __str__(self) -> str:
        return f"{self.action} {self.kind} {self.at:%Y-%m-%d}"
