"""A program while it is being written in the browser: editable, perhaps faulty, never played."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models

from core.models import BaseModel
from programs.models.programs import Program
from programs.models.versions import ProgramVersion

if TYPE_CHECKING:
    from accounts.models import User


class ProgramDraftQuerySet(models.QuerySet["ProgramDraft"]):
    def managed_by(self, user: User) -> Self:
        """Drafts belong to the practice: everybody who works for it may write on them."""
        return self if user.is_consultant else self.none()


class ProgramDraft(BaseModel):
    slug = models.SlugField(max_length=80)
    program = models.ForeignKey(
        Program, models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    base = models.ForeignKey(ProgramVersion, models.PROTECT, null=True, blank=True)
    content = models.JSONField()  # the shape of ProgramContent
    before = models.JSONField(null=True, blank=True)  # content before the last change, for undo
    revision = models.PositiveIntegerField(default=1)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ProgramDraftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slug"], name="programdraft_one_a_program")]

    def __str__(self) -> str:
        return str(self.content.get("title") or self.slug)
