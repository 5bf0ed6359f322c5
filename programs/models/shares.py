"""What a learner shares, with whom, until when. A share names one person, or the own group.

Minutes of practice go to a coach as minutes only. A reflection opens for its named reader in the
database too: the policy on its table asks this one (see the migration that protects it). A successor inherits nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel
from programs.models.enrollments import Enrollment
from programs.models.reflections import Reflection

if TYPE_CHECKING:
    from accounts.models import User


class ShareQuerySet(models.QuerySet["Share"]):
    def standing(self) -> Self:
        return self.filter(ended_at=None)

    def owned_by(self, user: User) -> Self:
        return self.filter(enrollment__clinician=user)

    def of_practice(self) -> Self:
        """Standing shares of minutes: whoever is named may see them."""
        return self.standing().filter(kind=Share.Kind.PRACTICE)

    def visible_to(self, user: User) -> Self:
        """Standing shares that name `user`, or the group in which `user` takes part now."""
        groups = Enrollment.objects.owned_by(user).live()
        # A cohort without groups is one group: its shares have no group either.
        grouped = Q(group__in=groups.exclude(group=None).values("group")) | Q(
            group=None, enrollment__cohort__in=groups.filter(group=None).values("cohort")
        )
        return self.standing().filter(
            Q(person=user) | (Q(with_group=True) & grouped & ~Q(enrollment__clinician=user))
        )


class Share(BaseModel):
    class Kind(models.TextChoices):
        PRACTICE = "practice", _("minutes of practice")
        REFLECTION = "reflection", _("reflection")

    enrollment = models.ForeignKey(Enrollment, models.CASCADE, related_name="shares")
    kind = models.CharField(max_length=10, choices=Kind)
    reflection = models.ForeignKey(
        Reflection, models.CASCADE, null=True, blank=True, related_name="shares"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    with_group = models.BooleanField(default=False)
    group = models.ForeignKey(
        "programs.CohortGroup", models.CASCADE, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["started_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="practice", reflection=None, with_group=False)
                | Q(kind="reflection", reflection__isnull=False),
                name="share_names_what",
            ),
            models.CheckConstraint(
                condition=Q(person=None, with_group=True)
                | Q(person__isnull=False, with_group=False, group=None),
                name="share_names_one_reader",
            ),
            models.UniqueConstraint(
                fields=["enrollment", "kind", "reflection", "person", "with_group"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="share_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"
