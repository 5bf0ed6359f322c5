"""How a learner rated a conversation of their own, kept apart from what its observer saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from core.models import BaseModel
from programs.models.rubrics import Observation

if TYPE_CHECKING:
    from accounts.models import User


class SelfRatingQuerySet(models.QuerySet["SelfRating"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(observation__enrollment__clinician=user)

    def visible_to(self, user: User) -> Self:
        """The own ones; and for an observer those beside a rubric that is filed already."""
        filed = Q(observation__observer=user, observation__submitted_at__isnull=False)
        return self.filter(Q(observation__enrollment__clinician=user) | filed)


class SelfRating(BaseModel):
    observation = models.OneToOneField(Observation, models.CASCADE, related_name="self_rating")
    ratings = models.JSONField(default=dict)  # behavior key -> seen | not_seen | no_occasion
    rated_at = models.DateTimeField()

    objects = SelfRatingQuerySet.as_manager()

    def __str__(self) -> str:
        return f"self-rating {self.public_id}"
