"""The rules of a contract about booking; the row without an engagement is the practice's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coaching.engine.policies import Policy
from core.models import BaseModel
from programs.models import Engagement

if TYPE_CHECKING:
    from accounts.models import User


class BookingPolicyQuerySet(models.QuerySet["BookingPolicy"]):
    def managed_by(self, user: User) -> Self:
        """Contracts one looks after; the practice's own row is the owner's."""
        mine = Q(engagement__in=Engagement.objects.managed_by(user))
        return self.filter(mine | Q(engagement=None)) if user.is_owner else self.filter(mine)

    def visible_to(self, user: User) -> Self:
        return self.managed_by(user)


class BookingPolicy(BaseModel):
    """Null in any column: the next layer decides (session type, then practice, then built in)."""

    class GroupDebit(models.TextChoices):
        PER_SESSION = "per_session", _("once per session")
        PER_SEAT = "per_seat", _("per place")

    class Debit(models.TextChoices):
        ATTENDED = "attended", _("attended")
        LATE_CANCEL = "late_cancel", _("canceled late")
        NO_SHOW = "no_show", _("missed")
        CLINICAL_DUTY = "clinical_duty", _("called to a patient")

    engagement = models.OneToOneField(
        Engagement, models.CASCADE, null=True, blank=True, related_name="booking_policy"
    )
    notice_min = models.PositiveIntegerField(null=True, blank=True)
    cancel_notice_min = models.PositiveIntegerField(null=True, blank=True)
    debit_states = ArrayField(
        models.CharField(max_length=13, choices=Debit), null=True, blank=True, size=4
    )
    group_debit = models.CharField(max_length=11, choices=GroupDebit, null=True, blank=True)
    max_moves = models.PositiveSmallIntegerField(null=True, blank=True)
    max_sessions = models.PositiveSmallIntegerField(null=True, blank=True)
    period_days = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = BookingPolicyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["engagement"], nulls_distinct=False, name="bookingpolicy_one_per_contract"
            ),
            models.CheckConstraint(
                # A coach's own cancellation never costs the client anything.
                condition=Q(debit_states=None)
                | Q(
                    debit_states__contained_by=[
                        "attended",
                        "late_cancel",
                        "no_show",
                        "clinical_duty",
                    ]
                ),
                name="bookingpolicy_debits_only_what_it_may",
            ),
            models.CheckConstraint(
                condition=Q(max_sessions=None, period_days=None)
                | Q(max_sessions__isnull=False, period_days__isnull=False),
                name="bookingpolicy_period_has_a_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.engagement or _('practice')}"

    def layer(self) -> dict[str, Any]:
        """Return the rules this row sets."""
        return {name: getattr(self, name, None) for name in Policy.__dataclass_fields__}
