"""Days on which a coach offers no times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from coaching.models.sessions import CoachingSession
from core.db import DateRange, Int8Range
from core.models import BaseModel

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User


class LeaveQuerySet(models.QuerySet["Leave"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(coach=user)

    def managed_by(self, user: User) -> Self:
        """A coach's own; the practice owner's are all."""
        return self.all() if user.is_owner else self.filter(coach=user)

    def ending_from(self, day: date) -> Self:
        return self.filter(last__gte=day)


class Leave(BaseModel):
    """Closes days, on the coach's clock. Never moves or cancels what is booked: it lists it."""

    coach = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="leaves")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))  # included
    # Sessions that take place all the same, because the coach said so.
    kept = models.ManyToManyField(CoachingSession, related_name="+", blank=True)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="leave_dates_in_order",
            ),
            ExclusionConstraint(
                name="leave_each_day_once",
                expressions=[
                    (Int8Range(F("coach"), F("coach"), Value("[]")), RangeOperators.OVERLAPS),
                    (DateRange(F("first"), F("last"), Value("[]")), RangeOperators.OVERLAPS),
                ],
                violation_error_code="overlap",
                violation_error_message=_("Some of these days are leave already."),
            ),
        ]

    def clean(self) -> None:
        # Before the constraint is asked: PostgreSQL makes no range of dates in disorder.
        if self.first and self.last and self.last < self.first:
            words = _("The last day must not lie before the first.")
            raise ValidationError({"last": ValidationError(words, code="ends_before_start")})

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"
