"""Another clock for some dates: a coach who travels keeps her hours on the clock of the place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from coaching.models.availability import AvailabilitySchedule
from core.db import DateRange, Int8Range
from core.models import BaseModel

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User


class TravelZoneQuerySet(models.QuerySet["TravelZone"]):
    """Where somebody is on which days: for that person alone."""

    def owned_by(self, user: User) -> Self:
        return self.filter(schedule__coach=user)

    def ending_from(self, day: date) -> Self:
        return self.filter(last__gte=day)


class TravelZone(BaseModel):
    """On these dates the hours are read in `zone`. Booked sessions keep their instant."""

    schedule = models.ForeignKey(AvailabilitySchedule, models.CASCADE, related_name="travel_zones")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))  # included
    zone = models.CharField(_("time zone"), max_length=64)

    objects = TravelZoneQuerySet.as_manager()

    class Meta:
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="travelzone_dates_in_order",
            ),
            ExclusionConstraint(
                name="travelzone_one_clock_a_day",
                expressions=[
                    (Int8Range(F("schedule"), F("schedule"), Value("[]")), RangeOperators.OVERLAPS),
                    (DateRange(F("first"), F("last"), Value("[]")), RangeOperators.OVERLAPS),
                ],
                violation_error_code="overlap",
                violation_error_message=_("Some of these days already have another time zone."),
            ),
        ]

    def clean(self) -> None:
        # Before the constraint is asked: PostgreSQL makes no range of dates in disorder.
        if self.first and self.last and self.last < self.first:
            words = _("The last day must not lie before the first.")
            raise ValidationError({"last": ValidationError(words, code="ends_before_start")})

    def __str__(self) -> str:
        return f"{self.first} to {self.last}: {self.zone}"
