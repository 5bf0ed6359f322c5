"""The outbox: one row for each piece of mail owed to a person. Ids and names, never text."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.registry import Registry

if TYPE_CHECKING:
    from datetime import datetime, timedelta

# Higher apps know who looks after whom: each adds a function from a person to a QuerySet of people.
RECIPIENT_SCOPES: Registry[Callable[[Any], models.QuerySet[Any]]] = Registry("recipient scope")


class MessageQuerySet(models.QuerySet["Message"]):
    def pending(self) -> Self:
        return self.filter(state=Message.State.PENDING)

    def due(self, now: datetime) -> Self:
        return self.pending().filter(next_attempt_at__lte=now)

    def in_hand(self) -> Self:
        return self.filter(state__in=[Message.State.CLAIMED, Message.State.SENDING])

    def lapsed(self, now: datetime) -> Self:
        """Rows whose sender is gone."""
        return self.in_hand().filter(lease_until__lt=now)

    def retryable(self, now: datetime) -> Self:
        """What did not arrive, or perhaps not, and is still worth sending."""
        return self.filter(state__in=[Message.State.FAILED, Message.State.UNKNOWN]).filter(
            Q(not_after=None) | Q(not_after__gt=now)
        )

    def oldest_due_age(self, now: datetime) -> timedelta | None:
        """How long the oldest due row has waited: the one figure that says whether mail flows."""
        firsts = [
            self.due(now).filter(channel=channel).aggregate(at=models.Min("next_attempt_at"))["at"]
            for channel in Message.Channel.values
        ]
        return max((now - first for first in firsts if first is not None), default=None)

    def visible_to(self, user: Any) -> Self:
        """Messages to the people whose mail `user` may know of, as higher apps have said.

        Never a message's text, which is not kept; never mail to a bare address, which is nobody's.
        """
        whose = Q()
        for people in RECIPIENT_SCOPES:
            whose |= Q(recipient__in=people(user).values("pk"))
        return self.filter(whose) if whose else self.none()

    managed_by = visible_to

    def newest_first(self) -> Self:
        return self.select_related("recipient").order_by("-due_at", "-pk")

    def troubled(self) -> Self:
        """What somebody should look at: not delivered, or nobody knows; until they are done with it."""
        return self.filter(
            state__in=[Message.State.FAILED, Message.State.UNKNOWN, Message.State.MISSED],
            handled_at=None,
        )

    def undeliverable(self) -> Self:
        """Refused for good by the recipient's own server or network: the address is wrong."""
        return self.troubled().filter(
            Q(last_error_code__startswith="recipient_refused_5")
            | Q(last_error_code__in=["no_number", "provider_400", "provider_404", "provider_422"]),
            state=Message.State.FAILED,
        )

    def closed_before(self, instant: datetime) -> Self:
        return self.filter(closed_at__lt=instant)


class Message(models.Model):
    """A message owed. Its text is made when it is sent, from the subject as it is then."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        CLAIMED = "claimed", _("about to be sent")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        SUPERSEDED = "superseded", _("no longer needed")
        SKIPPED_LATE = "skipped_late", _("skipped: already past when planned")
        MISSED = "missed", _("missed: too late to send")
        FAILED = "failed", _("not delivered")
        UNKNOWN = "unknown", _("perhaps delivered")

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("SMS")

    kind = models.CharField(max_length=60)
    dedupe_key = models.CharField(max_length=240)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    subject_rev = models.PositiveIntegerField(default=1)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="owed_messages",
        db_index=False,  # message_by_recipient does; each index slows each step of each message
    )
    address = models.EmailField(max_length=254, blank=True)  # of somebody without an account
    channel = models.CharField(max_length=5, choices=Channel, default=Channel.EMAIL)
    rule = models.CharField(max_length=40, blank=True)  # which of several, e.g. 24h
    due_at = models.DateTimeField()
    not_after = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    resends = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    message_id = models.CharField(max_length=120)  # RFC 5322, fixed here: a repeat has the same
    provider_id = models.CharField(max_length=200, blank=True)  # for SMTP, the 250 line
    last_error_code = models.CharField(max_length=40, blank=True)  # a code, never a server's words
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # A person has seen that it did not arrive, and needs no reminding of it.
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    loaded: Any = None  # what `Kind.load` read for it; not a column

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            # Not `unique=True`, which would add an index for LIKE.
            models.UniqueConstraint(fields=["dedupe_key"], name="message_once"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["claimed", "sending"],
                    lease_token__isnull=False,
                    lease_until__isnull=False,
                )
                | (~Q(state__in=["claimed", "sending"]) & Q(lease_token=None, lease_until=None)),
                name="message_lease_while_in_hand",
            ),
            models.CheckConstraint(
                condition=Q(handled_at=None) | Q(state__in=["failed", "unknown", "missed"]),
                name="message_handled_after_trouble",
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) ^ ~Q(address=""),
                name="message_has_one_recipient",
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "next_attempt_at"],
                condition=Q(state="pending"),
                name="message_due",
            ),
            models.Index(
                F("lease_until"),
                condition=Q(state__in=["claimed", "sending"]),
                name="message_leased",
            ),
            models.Index(
                fields=["subject_kind", "subject_id"],
                condition=Q(state__in=["pending", "claimed"]),
                name="message_subject",
            ),
            models.Index(fields=["recipient", "-due_at"], name="message_by_recipient"),
            models.Index(fields=["-due_at", "-id"], name="message_newest"),
            models.Index(
                F("due_at"),
                condition=Q(state__in=["failed", "unknown", "missed"], handled_at=None),
                name="message_trouble",
            ),
            models.Index(
                F("handled_by"),
                condition=Q(handled_by__isnull=False),
                name="message_handled_by",
            ),
            models.Index(
                fields=["closed_at"], condition=Q(closed_at__isnull=False), name="message_closed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def sms_reference(self) -> str:
        """Its name at a provider, the same at each try; `dedupe_key` itself would tell the kind."""
        return hashlib.sha256(self.dedupe_key.encode()).hexdigest()[:32]

    @property
    def is_troubled(self) -> bool:
        """Whether somebody should look at it still; see `troubled`."""
        return self.handled_at is None and self.state in (
            self.State.FAILED,
            self.State.UNKNOWN,
            self.State.MISSED,
        )

    def is_retryable_at(self, now: datetime) -> bool:
        """Whether a person may have it sent again; see `retryable`."""
        return self.state in (self.State.FAILED, self.State.UNKNOWN) and (
            self.not_after is None or self.not_after > now
        )
