"""A questionnaire of the practice's own while it is written: editable, asked of nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel

if TYPE_CHECKING:
    from accounts.models import User


class QuestionnaireDraftQuerySet(models.QuerySet["QuestionnaireDraft"]):
    def managed_by(self, user: User) -> Self:
        """Drafts belong to the practice: everybody who works for it may write on them."""
        return self if user.is_consultant else self.none()


class QuestionnaireDraft(BaseModel):
    class Direction(models.TextChoices):
        UP = "up", _("more is better")
        DOWN = "down", _("less is better")

    key = models.SlugField(max_length=40, unique=True)  # of the instrument that it becomes
    title = models.CharField(_("title"), max_length=160)
    purpose = models.CharField(_("what it measures"), max_length=300, blank=True)
    instructions = models.CharField(_("instructions"), max_length=300, blank=True)
    direction = models.CharField(
        _("of the value"), max_length=4, choices=Direction, default=Direction.UP
    )
    questions = models.JSONField(default=list, blank=True)  # engine/questionnaires.py

    objects = QuestionnaireDraftQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title
