"""Kinds of mail somebody no longer wants: notes and digests, never what concerns a booking."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class OptOutQuerySet(models.QuerySet["OptOut"]):
    def owned_by(self, user: Any) -> Self:
        return self.filter(person=user)

    visible_to = owned_by


class OptOut(models.Model):
    class Topic(models.TextChoices):
        LEARNING = "learning", _("notes about open modules")
        REPORTS = "reports", _("notes about new reports")
        QUESTIONS = "questions", _("invitations to answer questions")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="opt_outs")
    topic = models.CharField(max_length=20, choices=Topic)
    since = models.DateTimeField()

    objects = OptOutQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "topic"], name="optout_once_per_topic"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.topic}"
