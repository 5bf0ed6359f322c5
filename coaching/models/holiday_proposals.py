"""Public holidays, each proposed to the coach, who closes the day or does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coaching.models.availability import AvailabilityOverride, AvailabilitySchedule
from core.models import BaseModel

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User


class HolidayProposalQuerySet(models.QuerySet["HolidayProposal"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(schedule__coach=user)

    def proposed(self) -> Self:
        """Those the coach has not answered."""
        return self.filter(state=HolidayProposal.State.PROPOSED)

    def starting_from(self, day: date) -> Self:
        return self.filter(date__gte=day)


class HolidayProposal(BaseModel):
    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        ACCEPTED = "accepted", _("closed")
        DISMISSED = "dismissed", _("open as usual")

    schedule = models.ForeignKey(
        AvailabilitySchedule, models.CASCADE, related_name="holiday_proposals"
    )
    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=200)
    region = models.CharField(max_length=12)  # the schedule's when it was proposed
    state = models.CharField(max_length=9, choices=State, default=State.PROPOSED)
    override = models.OneToOneField(  # what closes the day
        AvailabilityOverride, models.RESTRICT, null=True, blank=True, related_name="holiday"
    )

    objects = HolidayProposalQuerySet.as_manager()

    class Meta:
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "date"], name="holidayproposal_one_a_day"),
            models.CheckConstraint(
                condition=Q(state="accepted", override__isnull=False)
                | Q(~Q(state="accepted"), override=None),
                name="holidayproposal_closes_when_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
