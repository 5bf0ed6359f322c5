"""A person's calendar: what our entries are called there, and the secret address to subscribe to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.tokens import hash_token

if TYPE_CHECKING:
    from accounts.models import User

MAX_LABEL = 40


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    """Its owner's alone."""

    def owned_by(self, user: User) -> Self:
        return self.filter(person=user)

    visible_to = owned_by

    def with_token(self, token: str) -> Self:
        """The feed with this secret, while its owner may sign in."""
        return self.filter(token_hash=hash_token(token), person__is_active=True)


class CalendarFeed(models.Model):
    """One row a person, once they chose something. Of the secret only a hash is kept."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed"
    )
    # What a clinician's own entries are called; empty is "Appointment".
    label = models.CharField(_("name of our entries"), max_length=MAX_LABEL, blank=True)
    token_hash = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["token_hash"],
                condition=~Q(token_hash=""),
                name="calendarfeed_one_per_token",
            ),
            models.CheckConstraint(
                condition=Q(token_hash="", made_at=None)
                | (~Q(token_hash="") & Q(made_at__isnull=False)),
                name="calendarfeed_made_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"calendar of {self.person_id}"

    @property
    def is_on(self) -> bool:
        return bool(self.token_hash)
