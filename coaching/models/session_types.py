"""Kinds of meetings the practice offers: how long, how far ahead, how many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coaching.engine.slots import SlotShape
from core.models import BaseModel

if TYPE_CHECKING:
    from accounts.models import User


class SessionTypeQuerySet(models.QuerySet["SessionType"]):
    def visible_to(self, user: User) -> Self:
        """What may be booked; the practice also sees the archived ones."""
        return self.all() if user.is_consultant else self.filter(archived_at=None)

    def managed_by(self, user: User) -> Self:
        return self.all() if user.is_consultant else self.none()

    def bookable(self) -> Self:
        """One-to-one meetings that a clinician can choose now, the usual ones before first talks."""
        kinds = [SessionType.Kind.ONE, SessionType.Kind.INTRO]
        return self.filter(archived_at=None, kind__in=kinds).order_by("-kind", "name")


class SessionType(BaseModel):
    class Kind(models.TextChoices):
        ONE = "one", _("one to one")
        GROUP = "group", _("group")
        INTRO = "intro", _("first talk")

    class Channel(models.TextChoices):
        VIDEO = "video", _("video")
        PHONE = "phone", _("phone")
        ROOM = "room", _("in person")

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind, default=Kind.ONE)
    length_min = models.PositiveSmallIntegerField(
        _("length, minutes"), default=45, validators=[MinValueValidator(5)]
    )
    buffer_before_min = models.PositiveSmallIntegerField(_("kept free before"), default=0)
    buffer_after_min = models.PositiveSmallIntegerField(_("kept free after"), default=10)
    # Null: the practice's rule holds (BookingPolicy without an engagement).
    notice_min = models.PositiveIntegerField(
        _("book at least so long before"), null=True, blank=True
    )
    cancel_notice_min = models.PositiveIntegerField(
        _("cancel at least so long before"), null=True, blank=True
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("book at most so many days ahead"), default=60
    )
    step_min = models.PositiveSmallIntegerField(
        _("starts every, minutes"), default=15, validators=[MinValueValidator(5)]
    )
    capacity = models.PositiveSmallIntegerField(
        _("places"), default=1, validators=[MinValueValidator(1)]
    )
    # Over all types of the coach, per coach-local date and week from Monday. Null: no limit.
    max_per_day = models.PositiveSmallIntegerField(null=True, blank=True)
    max_per_week = models.PositiveSmallIntegerField(null=True, blank=True)
    max_minutes_per_day = models.PositiveSmallIntegerField(null=True, blank=True)
    max_minutes_per_week = models.PositiveSmallIntegerField(null=True, blank=True)
    needs_approval = models.BooleanField(_("the coach confirms each"), default=False)
    uses_hours = models.BooleanField(_("uses the contract's hours"), default=True)
    channel = models.CharField(max_length=5, choices=Channel, default=Channel.VIDEO)
    # A room, a number, or a link; "{key}" in it becomes a random word of each session.
    location = models.CharField(_("where"), max_length=240, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = SessionTypeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(archived_at=None), name="sessiontype_name_unique"
            ),
            models.CheckConstraint(
                condition=Q(length_min__gte=5, step_min__gte=5, capacity__gte=1),
                name="sessiontype_numbers_make_sense",
            ),
            models.CheckConstraint(
                condition=Q(kind="group") | Q(capacity=1), name="sessiontype_only_groups_have_seats"
            ),
            models.CheckConstraint(
                condition=~Q(kind="intro") | Q(uses_hours=False),
                name="sessiontype_a_first_talk_uses_no_hours",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def shape(self, *, notice_min: int) -> SlotShape:
        """Return what the slot engine needs; the notice is the one resolved for the contract."""
        return SlotShape(
            length=self.length_min * 60,
            before=self.buffer_before_min * 60,
            after=self.buffer_after_min * 60,
            step=self.step_min * 60,
            notice=notice_min * 60,
            horizon_days=self.horizon_days,
            max_per_day=self.max_per_day,
            max_per_week=self.max_per_week,
            max_seconds_per_day=_seconds(self.max_minutes_per_day),
            max_seconds_per_week=_seconds(self.max_minutes_per_week),
        )


def _seconds(minutes: int | None) -> int | None:
    return None if minutes is None else minutes * 60
