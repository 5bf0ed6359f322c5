"""A person whom somebody of the practice should have a word with, and the words that were had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel
from programs.models.enrollments import Enrollment

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


class FlagQuerySet(models.QuerySet["Flag"]):
    def visible_to(self, user: User) -> Self:
        """For staff of the practice only; nobody else has a scope that holds a flag."""
        seen = self.filter(enrollment__in=Enrollment.objects.reached_by(user))
        # Of minutes of practice only the one hears to whom they are shown.
        return seen.exclude(~Q(owner=user), reason=Flag.Reason.PRACTICE)

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def awake(self, at: datetime) -> Self:
        """Open, and not put off beyond `at`."""
        return self.open().filter(Q(snoozed_until=None) | Q(snoozed_until__lte=at))


class Flag(BaseModel):
    """One reason that holds for one person. No text: a reason, an owner, an outcome.

    Closed by somebody with an outcome, or by itself once its reason is gone (`gone_at`). As long as
    the reason of a closed one holds, it is not raised again within two weeks.
    """

    class Reason(models.TextChoices):
        NOT_STARTED = "not_started", _("nothing done in the first week")
        QUIET = "quiet", _("nothing done for ten days, and a step is overdue")
        OVERDUE = "overdue", _("two steps or more overdue")
        ATTENDANCE = "attendance", _("too few live sessions are left to complete")
        PRACTICE = "practice", _("little practice two weeks running (shared log)")

    class Outcome(models.TextChoices):
        SPOKE = "spoke", _("We spoke; they go on")
        MORE_TIME = "more_time", _("They get more time")
        LEAVES = "leaves", _("They leave the program")
        NO_ANSWER = "no_answer", _("No answer")
        NOT_NEEDED = "not_needed", _("No word needed")
        BY_ITSELF = "by_itself", _("Went away by itself")

    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="flags")
    reason = models.CharField(max_length=12, choices=Reason)
    raised_at = models.DateTimeField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    snoozed_until = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    gone_at = models.DateTimeField(null=True, blank=True)  # its reason no longer holds

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "reason"],
                condition=Q(gone_at=None),
                name="flag_once_per_reason",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | ~Q(closed_at=None) & ~Q(outcome=""),
                name="flag_closed_with_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.enrollment_id}"


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(enrollment__in=Enrollment.objects.reached_by(user))


class Contact(BaseModel):
    """Somebody of the practice got in touch: who, when and how. Never what was said."""

    class How(models.TextChoices):
        NUDGE = "nudge", _("a note by mail")
        CALL = "call", _("a call")
        IN_PERSON = "in_person", _("in person")
        MESSAGE = "message", _("a message")

    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="contacts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    how = models.CharField(max_length=9, choices=How)
    at = models.DateTimeField()
    on = models.DateField()  # the day in the cohort's zone

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "on"],
                condition=Q(how="nudge"),
                name="contact_one_nudge_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.how} {self.at:%Y-%m-%d}"
