"""When to remind of sessions: what a person chose, a contract says, or the practice does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coaching.engine.reminders import Lead
from core.models import BaseModel
from programs.models import Engagement

if TYPE_CHECKING:
    from accounts.models import User
    from coaching.models.bookings import Booking

CHANNELS = ("email", "sms")


class ReminderRuleQuerySet(models.QuerySet["ReminderRule"]):
    """A person's own choice is read by that person alone."""

    def owned_by(self, user: User) -> Self:
        return self.filter(person=user)

    def managed_by(self, user: User) -> Self:
        """Rules of contracts one looks after; those of the practice are the owner's."""
        mine = Q(engagement__in=Engagement.objects.managed_by(user))
        if user.is_owner:
            mine |= Q(engagement=None)
        return self.filter(mine, person=None)

    def visible_to(self, user: User) -> Self:
        return self.filter(Q(pk__in=self.managed_by(user).values("pk")) | Q(person=user))

    def of(self, *, person: User | None = None, engagement: Engagement | None = None) -> Self:
        """The rules of exactly one level; the practice's if neither is given."""
        return self.filter(person=person, engagement=engagement)

    def leads_of(self, bookings: Iterable[Booking]) -> dict[int, list[Lead]]:
        """Return the leads that hold for each booking's clinician, by the booking's key.

        Channel by channel, the first level that says something decides: person, contract, practice,
        then the site's setting.
        """
        bookings = list(bookings)
        rows = self.filter(
            Q(person__in={booking.clinician_id for booking in bookings})
            | Q(engagement__in={booking.engagement_id for booking in bookings})
            | Q(person=None, engagement=None)
        )
        levels: dict[tuple[str, int | None, str], list[Lead]] = {}
        for row in rows:
            levels.setdefault((*row.level, row.channel), []).append(row.lead)
        leads = {}
        for booking in bookings:
            chosen: list[Lead] = []
            for channel in CHANNELS:
                chosen += (
                    levels.get(("person", booking.clinician_id, channel))
                    or levels.get(("engagement", booking.engagement_id, channel))
                    or levels.get(("practice", None, channel))
                    or default_leads(channel)
                )
            leads[booking.pk] = chosen
        return leads


def default_leads(channel: str) -> list[Lead]:
    """Return the leads of the site's setting, where nobody chose any."""
    return [Lead(channel, minutes=hours * 60) for hours in settings.REMINDER_LEAD_TIMES_HOURS]


class ReminderRule(BaseModel):
    """One lead of a person, of a contract or, with neither, of the practice."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("SMS")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="reminder_rules",
    )
    engagement = models.ForeignKey(
        Engagement, models.CASCADE, null=True, blank=True, related_name="reminder_rules"
    )
    channel = models.CharField(max_length=5, choices=Channel, default=Channel.EMAIL)
    # Either elapsed time before the start …
    minutes = models.PositiveIntegerField(null=True, blank=True)
    # … or the recipient's wall clock, so many dates before.
    days_before = models.PositiveSmallIntegerField(null=True, blank=True)
    at_min = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = ReminderRuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None) | Q(engagement=None), name="reminderrule_one_level"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=10, minutes__lte=20160, days_before=None, at_min=None)
                | Q(minutes=None, days_before__lte=14, at_min__lt=1440),
                name="reminderrule_elapsed_or_wall",
            ),
            models.UniqueConstraint(
                fields=["person", "engagement", "channel", "minutes", "days_before", "at_min"],
                nulls_distinct=False,
                name="reminderrule_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.lead.rule}"

    @property
    def level(self) -> tuple[str, int | None]:
        if self.person_id is not None:
            return "person", self.person_id
        return (
            ("practice", None) if self.engagement_id is None else ("engagement", self.engagement_id)
        )

    @property
    def lead(self) -> Lead:
        return Lead(self.channel, self.minutes, self.days_before or 0, self.at_min or 0)
