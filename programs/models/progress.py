"""What of a program is done: an append-only record, and where each item was left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from programs.models.enrollments import Enrollment
from programs.models.items import Item

if TYPE_CHECKING:
    from accounts.models import User


class ProgressEventQuerySet(models.QuerySet["ProgressEvent"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(enrollment__clinician=user)

    def standing(self) -> Self:
        """Events no later event voided."""
        return self.filter(voided_by=None)


class ProgressEvent(models.Model):
    """A fact. Never changed; a correction is a new event that voids an old one, with a reason."""

    class Kind(models.TextChoices):
        ITEM_COMPLETED = "item_completed"
        SUBMITTED = "submitted"  # attempt, reflection, field entry, post
        SCENARIO_ENDED = "scenario_ended"
        PRACTICED = "practiced"
        ATTENDED = "attended"
        PROGRAM_COMPLETED = "program_completed"
        VOIDED = "voided"

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="events")
    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=18, choices=Kind)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    source = models.CharField(
        max_length=12, default="player"
    )  # player | facilitator | import | system
    key = models.UUIDField(unique=True)  # made by the client: the same key twice is one event
    payload = models.JSONField(default=dict, blank=True)  # references and counts, never text
    voids = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="voided_by"
    )
    reason = models.CharField(max_length=200, blank=True)

    objects = ProgressEventQuerySet.as_manager()

    class Meta:
        indexes = [
            # Covers the cohort report: 500 people x 30 items from the index alone, at any table size.
            models.Index(
                fields=["enrollment", "item"],
                include=["kind", "occurred_at", "recorded_at"],
                name="progress_by_enrollment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.item_id} {self.occurred_at:%Y-%m-%d}"


class ItemStateQuerySet(models.QuerySet["ItemState"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(enrollment__clinician=user)


class ItemState(models.Model):
    """Where one person left one item. `position` holds step, node, answers, remaining seconds.

    Text that a person writes is not here: it lives in the private tables.
    """

    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="item_states")
    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    position = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ItemStateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "item"], name="itemstate_one_per_item"),
        ]

    def __str__(self) -> str:
        return f"{self.enrollment_id} {self.item_id}"
