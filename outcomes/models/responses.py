"""One person's answers to one round. Answers are a private table: row-level security shows them to
the person alone, and to the analysis that has said so (`core.acting.analyzing`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import BaseModel
from outcomes.models.instruments import Instrument
from outcomes.models.waves import Wave
from programs.models import CohortStaff, Enrollment

if TYPE_CHECKING:
    from accounts.models import User


class ResponseQuerySet(models.QuerySet["Response"]):
    """There is no scope for staff: that somebody answered is nobody else's business."""

    def owned_by(self, user: User) -> Self:
        return self.filter(respondent=user)

    def submitted(self) -> Self:
        return self.filter(submitted_at__isnull=False, withdrawn_at=None)


class Response(BaseModel):
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="responses")
    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="responses")
    respondent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # its answers are deleted
    shared_at = models.DateTimeField(null=True, blank=True)  # scores, with the own coach
    position = models.PositiveSmallIntegerField(default=0)  # question to come back to
    flags = models.JSONField(default=list, blank=True)  # longstring, fast, duplicate

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wave", "enrollment"], name="response_once_per_wave"),
            models.CheckConstraint(
                condition=Q(shared_at=None) | Q(submitted_at__isnull=False),
                name="response_shared_after_submission",
            ),
        ]

    def __str__(self) -> str:
        return f"response {self.public_id}"


class AnswerQuerySet(models.QuerySet["Answer"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(respondent=user)


class Answer(models.Model):
    response = models.ForeignKey(Response, models.CASCADE, related_name="answers")
    respondent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="+")
    item_id = models.CharField(max_length=40)
    value = models.FloatField(null=True, blank=True)  # raw, as chosen; null: skipped, or no answer
    text = models.TextField(blank=True)  # of items that are answered in words
    elapsed_ms = models.PositiveIntegerField(null=True, blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["response", "instrument", "item_id"], name="answer_once_per_item"
            )
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class ScoreQuerySet(models.QuerySet["Score"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(response__respondent=user, response__withdrawn_at=None)

    def visible_to(self, user: User) -> Self:
        """One's own; and for a coach those that somebody of their cohort or group shared."""
        if not user.is_consultant:
            return self.owned_by(user)
        staff = CohortStaff.objects.filter(person=user, ended_at=None)
        theirs = Q(response__enrollment__cohort__in=staff.filter(group=None).values("cohort")) | Q(
            response__enrollment__group__in=staff.exclude(group=None).values("group")
        )
        shared = Q(response__shared_at__isnull=False, response__withdrawn_at=None)
        return self.filter(Q(response__respondent=user) | (shared & theirs))


class Score(models.Model):
    """A subscale's value on its instrument's own scale; null if too little was answered."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="scores")
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="+")
    subscale = models.CharField(max_length=40)
    value = models.FloatField(null=True)
    n_answered = models.PositiveSmallIntegerField()
    n_items = models.PositiveSmallIntegerField()
    prorated = models.BooleanField(default=False)
    scoring_revision = models.PositiveSmallIntegerField(default=1)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["response", "instrument", "subscale"], name="score_once_per_subscale"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subscale} of response {self.response_id}"
