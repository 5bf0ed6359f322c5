"""Who waits for a place in a full group, in which order, and to whom one is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coaching.models.bookings import Booking
from coaching.models.sessions import CoachingSession
from core.models import BaseModel
from core.tokens import derive_token, hash_token
from programs.models import Enrollment

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


class WaitlistEntryQuerySet(models.QuerySet["WaitlistEntry"]):
    """Organization admins and other members of the group are in none of these."""

    def owned_by(self, user: User) -> Self:
        return self.filter(clinician=user)

    def managed_by(self, user: User) -> Self:
        """Entries of sessions `user` leads or looks after."""
        return self.filter(coaching_session__in=CoachingSession.objects.managed_by(user))

    def with_token(self, token: str) -> Self:
        """The entry whose mail carries this link token."""
        return self.filter(link_hash=hash_token(token))

    def live(self) -> Self:
        return self.filter(state__in=WaitlistEntry.LIVE)

    def waiting(self) -> Self:
        """Those who wait, first come first; a higher priority goes before."""
        return self.filter(state=WaitlistEntry.State.WAITING).order_by(
            "-priority", "joined_at", "pk"
        )

    def offered(self, now: datetime) -> Self:
        """Places that are kept for somebody and not answered; the first to end comes first."""
        return self.filter(state=WaitlistEntry.State.OFFERED, offer_expires_at__gt=now).order_by(
            "offer_expires_at", "pk"
        )

    def lapsed(self, now: datetime) -> Self:
        """Offers nobody took in time. An offer is live while its end lies ahead."""
        return self.filter(state=WaitlistEntry.State.OFFERED, offer_expires_at__lte=now)


class WaitlistEntry(BaseModel):
    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        OFFERED = "offered", _("offered")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("passed on")
        LEFT = "left", _("left")
        CLOSED = "closed", _("closed")

    LIVE = (State.WAITING, State.OFFERED)

    coaching_session = models.ForeignKey(CoachingSession, models.PROTECT, related_name="waitlist")
    clinician = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="waitlist_entries")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    priority = models.SmallIntegerField(default=0)
    joined_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True, blank=True)
    offer_expires_at = models.DateTimeField(null=True, blank=True)
    booking = models.OneToOneField(
        Booking, models.PROTECT, null=True, blank=True, related_name="waitlist_entry"
    )
    rev = models.PositiveIntegerField(default=1)
    # SHA-256 of the token of the link in the offer's mail, which answers this one offer.
    link_hash = models.CharField(max_length=64, blank=True, db_index=True)

    objects = WaitlistEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coaching_session", "clinician"],
                condition=Q(state__in=["waiting", "offered"]),
                name="waitlistentry_once_per_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="offered") | Q(offer_expires_at__isnull=False),
                name="waitlistentry_an_offer_ends",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted") ^ Q(booking__isnull=True),
                name="waitlistentry_accepted_has_its_booking",
            ),
        ]
        indexes = [
            models.Index(
                fields=["offer_expires_at"],
                condition=Q(state="offered"),
                name="waitlist_offers_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.coaching_session_id} {self.clinician_id} {self.state}"

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE

    @property
    def link_token(self) -> str:
        """The token of the offer's link; the database holds only its hash."""
        return derive_token(purpose="seat-offer", subject=self.public_id, revision=0)
