"""A person's place in a session, and what happened to it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coaching.engine.policies import DUTY_S, LIVE, Policy, request_deadline
from coaching.engine.wall_clock import from_epoch, to_epoch
from coaching.models.sessions import CoachingSession
from core.models import BaseModel
from core.tokens import SignedLink, derive_token, hash_token, sign_link
from programs.models import Cohort, Engagement, Enrollment

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

MOVE_LINK, CANCEL_LINK = "booking_move", "booking_cancel"


class BookingQuerySet(models.QuerySet["Booking"]):
    """Organization admins are in none of these: they see hours and totals, never a booking."""

    def owned_by(self, user: User) -> Self:
        return self.filter(clinician=user)

    def managed_by(self, user: User) -> Self:
        """Bookings `user` may change for the clinician: as coach, or looking after the client."""
        return self.filter(
            Q(coaching_session__coach=user)
            | Q(enrollment__cohort__in=Cohort.objects.managed_by(user))
        )

    def visible_to(self, user: User) -> Self:
        return self.filter(
            Q(clinician=user)
            | Q(coaching_session__coach=user)
            | Q(enrollment__cohort__in=Cohort.objects.managed_by(user))
        )

    def with_token(self, token: str) -> Self:
        """The booking whose mails carry this link token."""
        return self.filter(link_hash=hash_token(token))

    def with_link(self, link: SignedLink) -> Self:
        """The booking that a signed link of a mail is about, whatever became of it."""
        return self.filter(public_id=link.subject)

    def live(self) -> Self:
        """Bookings that hold a place: asked for or booked."""
        return self.filter(state__in=sorted(LIVE))

    def upcoming(self, now: datetime) -> Self:
        """Live bookings of sessions that have not ended, earliest first."""
        return (
            self.live()
            .filter(coaching_session__span__endswith__gt=now)
            .order_by("coaching_session__span__startswith", "pk")
        )

    def requested(self, now: datetime) -> Self:
        """Requests that still wait for their coach's answer, earliest session first."""
        return self.filter(
            state=Booking.State.REQUESTED, coaching_session__span__startswith__gt=now
        ).order_by("coaching_session__span__startswith", "pk")

    def disputed(self) -> Self:
        """Bookings of which clinician and coach told differently, the oldest first."""
        return self.filter(disputed_at__isnull=False).order_by("disputed_at", "pk")

    def unmarked(self, now: datetime) -> Self:
        """Bookings whose session is over and whose outcome nobody told: for the coach's Today."""
        return self.filter(state=Booking.State.BOOKED, coaching_session__span__endswith__lte=now)


class Booking(BaseModel):
    class State(models.TextChoices):
        REQUESTED = "requested", _("asked for")
        BOOKED = "booked", _("booked")
        ATTENDED = "attended", _("attended")
        LATE_CANCEL = "late_cancel", _("canceled late")
        NO_SHOW = "no_show", _("missed")
        CLINICAL_DUTY = "clinical_duty", _("called to a patient")
        COACH_CANCEL = "coach_cancel", _("canceled by the coach")
        CANCELLED = "cancelled", _("canceled")
        DECLINED = "declined", _("declined")

    coaching_session = models.ForeignKey(CoachingSession, models.PROTECT, related_name="bookings")
    clinician = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bookings")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="+")
    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="bookings")
    state = models.CharField(max_length=13, choices=State, default=State.BOOKED)
    rev = models.PositiveIntegerField(default=1)
    ics_uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ics_seq = models.PositiveIntegerField(default=0)
    policy = models.JSONField(
        default=dict
    )  # the rules it was booked under; later edits do not count
    series_id = models.UUIDField(null=True, blank=True)
    move_count = models.PositiveSmallIntegerField(default=0)
    # Coach and clinician told different outcomes: the practice owner settles it.
    disputed_at = models.DateTimeField(null=True, blank=True)
    # SHA-256 of the token of the link in the mails, which shows the time and lets one move or cancel.
    link_hash = models.CharField(max_length=64, blank=True, db_index=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coaching_session", "clinician"],
                condition=Q(state__in=["requested", "booked"]),
                name="booking_one_live_place_per_person",
                violation_error_code="already_booked",
                violation_error_message=_("You already have a place in this session."),
            ),
        ]
        indexes = [models.Index(fields=["enrollment", "state"], name="booking_by_enrollment")]

    def __str__(self) -> str:
        return f"{self.coaching_session_id} {self.clinician_id} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("coaching:session_detail", args=[self.coaching_session.public_id])

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def answer_until(self) -> datetime:
        """When an unanswered request counts as declined."""
        asked, start = to_epoch(self.created_at), to_epoch(self.coaching_session.starts_at)
        return from_epoch(request_deadline(start=start, now=asked))

    @property
    def link_token(self) -> str:
        """The token of the link in the mails; the database holds only its hash."""
        return derive_token(purpose="booking", subject=self.public_id, revision=0)

    def action_token(self, purpose: str) -> str:
        """Return the token of a link that may do one thing to the booking as it is now, once.

        Doing it raises `rev`, and with that all links made before are used up.

        Args:
            purpose: "booking_move", good until the start; "booking_cancel", until nobody can say any
                more that they were called to a patient.
        """
        good_for = DUTY_S if purpose == CANCEL_LINK else 0
        expires = int(self.coaching_session.starts_at.timestamp()) + good_for
        link = SignedLink(self.public_id, self.rev, expires)
        return sign_link(purpose=purpose, link=link)

    @property
    def rules(self) -> Policy:
        """The rules this booking was made under."""
        return Policy.from_json(self.policy)


class BookingEvent(models.Model):
    """One change of a booking. Never changed, never deleted."""

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="events")
    rev = models.PositiveIntegerField()
    from_state = models.CharField(max_length=13, blank=True)
    to_state = models.CharField(max_length=13)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=40, blank=True)  # a code, never free text
    at = models.DateTimeField()

    class Meta:
        ordering = ["booking", "rev"]
        constraints = [
            models.UniqueConstraint(fields=["booking", "rev"], name="bookingevent_one_per_rev")
        ]

    def __str__(self) -> str:
        return f"{self.booking_id} r{self.rev} {self.to_state}"
