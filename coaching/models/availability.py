"""A coach's hours: weekly rules and dated exceptions, as wall time in one zone. Slots are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel

if TYPE_CHECKING:
    from accounts.models import User


def window_words(start_min: int, end_min: int) -> str:
    """Say a window plainly: "09:00 until 12:00", "22:00 until 06:00 the next day"."""
    start, end = (f"{at // 60 % 24:02d}:{at % 60:02d}" for at in (start_min, end_min))
    if end_min > 1440:
        return gettext("%(start)s until %(end)s the next day") % {"start": start, "end": end}
    return gettext("%(start)s until %(end)s") % {
        "start": start,
        "end": end if end_min < 1440 else gettext("midnight"),
    }


WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class AvailabilityScheduleQuerySet(models.QuerySet["AvailabilitySchedule"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(coach=user)

    def managed_by(self, user: User) -> Self:
        """A coach's own; the practice owner's are all."""
        return self.all() if user.is_owner else self.filter(coach=user)

    def visible_to(self, user: User) -> Self:
        """Clinicians see slots, never hours; within the practice hours are no secret."""
        return self.all() if user.is_consultant else self.none()


class AvailabilitySchedule(BaseModel):
    coach = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="availability"
    )
    zone = models.CharField(_("time zone"), max_length=64)
    # Whose public holidays are proposed: a country, or a part of one ("US-IL"). Empty: nobody's.
    region = models.CharField(_("public holidays of"), max_length=12, blank=True)

    objects = AvailabilityScheduleQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.coach} · {self.zone}"


class AvailabilityRule(BaseModel):
    """A weekly window in wall minutes since 00:00; past 1440 it runs into the next day."""

    schedule = models.ForeignKey(AvailabilitySchedule, models.CASCADE, related_name="rules")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=WEEKDAYS)
    start_min = models.PositiveSmallIntegerField(_("from"))
    end_min = models.PositiveSmallIntegerField(_("until"))
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_to = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        ordering = ["weekday", "start_min"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6), name="availabilityrule_weekday_exists"
            ),
            models.CheckConstraint(
                condition=Q(start_min__lt=F("end_min"), start_min__lte=1439, end_min__lte=2880),
                name="availabilityrule_ends_after_it_starts",
                violation_error_code="ends_before_start",
                violation_error_message=_("The end must come after the start."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="availabilityrule_dates_in_order",
                violation_error_code="ends_before_start",
                violation_error_message=_("The last day must not lie before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.start_min}-{self.end_min}"


class AvailabilityOverride(BaseModel):
    """What differs on one date. `replace` without times closes it."""

    class Kind(models.TextChoices):
        REPLACE = "replace", _("these hours instead")
        ADD = "add", _("these hours as well")
        REMOVE = "remove", _("not in these hours")

    schedule = models.ForeignKey(AvailabilitySchedule, models.CASCADE, related_name="overrides")
    date = models.DateField(_("date"))
    kind = models.CharField(max_length=7, choices=Kind)
    start_min = models.PositiveSmallIntegerField(_("from"), null=True, blank=True)
    end_min = models.PositiveSmallIntegerField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["date", "start_min"]
        constraints = [
            models.CheckConstraint(
                # A comparison with null would pass: hence the explicit not-null.
                condition=Q(start_min=None, end_min=None, kind="replace")
                | Q(start_min__isnull=False, end_min__isnull=False)
                & Q(start_min__lt=F("end_min"), start_min__lte=1439, end_min__lte=2880),
                name="availabilityoverride_times_in_order",
                violation_error_code="ends_before_start",
                violation_error_message=_("The end must come after the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.kind}"

    @property
    def words(self) -> str:
        """What differs: "closed", "these hours instead: 09:00 until 12:00"."""
        if self.start_min is None or self.end_min is None:
            return gettext("closed")
        return f"{self.get_kind_display()}: {window_words(self.start_min, self.end_min)}"
