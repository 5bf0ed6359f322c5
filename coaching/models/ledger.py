"""The hours of a contract: an append-only ledger in minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from coaching.models.bookings import Booking
from coaching.models.sessions import CoachingSession
from programs.models import Engagement

if TYPE_CHECKING:
    from accounts.models import User


class HoursBalance(NamedTuple):
    """Minutes of one contract: left = purchased - held - used + returned."""

    purchased: int  # with adjustments
    held: int
    used: int
    returned: int

    @property
    def left(self) -> int:
        return self.purchased - self.held - self.used + self.returned


class HoursEntryQuerySet(models.QuerySet["HoursEntry"]):
    def managed_by(self, user: User) -> Self:
        return self.filter(engagement__in=Engagement.objects.managed_by(user))

    def visible_to(self, user: User) -> Self:
        """Rows name bookings: for the practice only. Admins see the balance (reports)."""
        return self.managed_by(user)

    def balance(self) -> HoursBalance:
        """Add up these entries; ask with the entries of one engagement."""

        def total(*kinds: str) -> Coalesce:
            return Coalesce(Sum("minutes", filter=Q(kind__in=kinds)), 0)

        sums = self.order_by().aggregate(
            purchased=total("purchase", "adjust"),
            held=total("hold", "release"),
            used=total("use"),
            returned=total("return"),
        )
        return HoursBalance(sums["purchased"], -sums["held"], -sums["used"], sums["returned"])


class HoursEntry(models.Model):
    """Never changed, never deleted. The balance is the sum of `minutes`."""

    class Kind(models.TextChoices):
        PURCHASE = "purchase", _("purchased")
        HOLD = "hold", _("held")
        RELEASE = "release", _("released")
        USE = "use", _("used")
        RETURN = "return", _("returned")
        ADJUST = "adjust", _("adjusted")

    class Reason(models.TextChoices):
        GOODWILL = "goodwill", _("goodwill")
        CORRECTION = "correction", _("correction of a mistake")
        TRANSFER = "transfer", _("moved between contracts")
        OTHER_WORK = "other_work", _("work outside sessions")

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="hours")
    kind = models.CharField(max_length=8, choices=Kind)
    minutes = models.IntegerField()
    coaching_session = models.ForeignKey(
        CoachingSession, models.PROTECT, null=True, blank=True, related_name="hours"
    )
    booking = models.ForeignKey(
        Booking, models.PROTECT, null=True, blank=True, related_name="hours"
    )
    booking_rev = models.PositiveIntegerField(null=True, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Why somebody adjusted the hours by hand.
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    created_at = models.DateTimeField()

    objects = HoursEntryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="adjust")
                | Q(kind__in=["hold", "use"], minutes__lt=0)
                | Q(kind__in=["purchase", "release", "return"], minutes__gt=0),
                name="hoursentry_sign_follows_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["purchase", "adjust"])
                | Q(booking__isnull=False, coaching_session__isnull=False),
                name="hoursentry_links_to_its_cause",
            ),
            models.UniqueConstraint(
                F("booking"),
                F("booking_rev"),
                F("kind"),
                condition=Q(booking__isnull=False),
                name="hoursentry_once_per_change",
            ),
        ]
        indexes = [
            models.Index(fields=["engagement"], include=["kind", "minutes"], name="hours_balance")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.minutes} min"
