"""Calendars that people keep elsewhere: a coach's busy times, a clinician's rota."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.encryption import seal, unseal
from core.models import BaseModel

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

STALE_AFTER = timedelta(hours=24)
_ADDRESS, _UPLOAD = "calendar address", "calendar upload"


class CalendarSourceQuerySet(models.QuerySet["CalendarSource"]):
    def owned_by(self, user: User) -> Self:
        """Nobody else sees that somebody keeps a calendar here, the practice neither."""
        return self.filter(person=user)

    def rotas(self) -> Self:
        return self.filter(kind=CalendarSource.Kind.ROTA)

    def busy_calendars(self) -> Self:
        return self.filter(kind=CalendarSource.Kind.BUSY)

    def due(self, now: datetime) -> Self:
        """To be read, and in nobody's hands."""
        return self.filter(Q(leased_until=None) | Q(leased_until__lte=now), due_at__lte=now)

    def closing(self, now: datetime) -> Self:
        """Busy calendars without which a coach asked to offer nothing, unread for too long."""
        return self.annotate(known_at=Coalesce("good_at", "created_at")).filter(
            kind=CalendarSource.Kind.BUSY,
            is_strict=True,
            origin=CalendarSource.Origin.ADDRESS,
            known_at__lt=now - STALE_AFTER,
        )


class CalendarSource(BaseModel):
    """One calendar, and how reading it went. What it says is kept as spans of time alone."""

    class Kind(models.TextChoices):
        BUSY = "busy", _("busy calendar")
        ROTA = "rota", _("rota")

    class Origin(models.TextChoices):
        ADDRESS = "address", _("by its address")
        UPLOAD = "upload", _("uploaded")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to be read")
        OK = "ok", _("read")
        ERROR = "error", _("could not be read")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_sources"
    )
    kind = models.CharField(max_length=4, choices=Kind)
    origin = models.CharField(max_length=7, choices=Origin)
    host = models.CharField(max_length=253, blank=True)  # all of the address that is ever shown
    sealed_address = models.BinaryField(blank=True, default=b"")
    sealed_upload = models.BinaryField(blank=True, default=b"")  # until it is read
    is_strict = models.BooleanField(default=False)  # offer nothing if it is not known for a day
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    error = models.CharField(max_length=20, blank=True)  # a code; words are made on the page
    warnings = models.JSONField(default=dict, blank=True)  # code -> number of entries
    zone = models.CharField(max_length=64, blank=True)  # the owner's, when it was read
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    due_at = models.DateTimeField(null=True, blank=True)  # none: not by itself
    leased_until = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    good_at = models.DateTimeField(null=True, blank=True)  # last known to be as the calendar is
    read_at = models.DateTimeField(null=True, blank=True)  # when its spans were last worked out

    objects = CalendarSourceQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        indexes = [models.Index(fields=["due_at"], name="calendarsource_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def address(self) -> str:
        """The address in the clear, for the worker alone."""
        return unseal(bytes(self.sealed_address), purpose=_ADDRESS).decode()

    @address.setter
    def address(self, value: str) -> None:
        self.sealed_address = seal(value.encode(), purpose=_ADDRESS)

    @property
    def upload(self) -> bytes:
        return unseal(bytes(self.sealed_upload), purpose=_UPLOAD)

    @upload.setter
    def upload(self, value: bytes) -> None:
        self.sealed_upload = seal(value, purpose=_UPLOAD)

    def is_closing(self, now: datetime) -> bool:
        """Whether it keeps its coach from offering times, as `closing` says of many."""
        return (
            self.kind == self.Kind.BUSY
            and self.is_strict
            and self.origin == self.Origin.ADDRESS
            and (self.good_at or self.created_at) < now - STALE_AFTER
        )
