"""Every step of a practice conversation: node, choice, code, seconds. Rewinds are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from programs.models.enrollments import Enrollment
from programs.models.items import Item

if TYPE_CHECKING:
    from accounts.models import User


class ScenarioStepQuerySet(models.QuerySet["ScenarioStep"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(enrollment__clinician=user)


class ScenarioStep(models.Model):
    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="scenario_steps")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    run = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    node = models.CharField(max_length=60)
    choice = models.CharField(max_length=20, blank=True)  # empty at an end
    code = models.CharField(max_length=12, blank=True)  # continuer | terminator
    move = models.CharField(max_length=12, blank=True)
    latency_ms = models.PositiveIntegerField(default=0)
    is_rewind = models.BooleanField(default=False)
    to_node = models.CharField(max_length=60, blank=True)  # of a rewind that the learner chose
    at = models.DateTimeField()

    objects = ScenarioStepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "item", "run", "number"], name="scenariostep_number_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node} {self.choice}"
