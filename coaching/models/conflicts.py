"""Pairs of people who should not meet in coaching. Why is known to the practice alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel
from programs.models import Enrollment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User


class ConflictQuerySet(models.QuerySet["Conflict"]):
    """Neither of the two reads a row that the other declared: it would tell them why."""

    def owned_by(self, user: User) -> Self:
        """What `user` declared themselves."""
        return self.standing().filter(declared_by=user)

    def managed_by(self, user: User) -> Self:
        """For the practice: pairs of which one is a clinician that `user` looks after."""
        people = Enrollment.objects.managed_by(user).values("clinician")
        seen = self.standing().filter(Q(person__in=people) | Q(other__in=people))
        about_me = Q(person=user) | Q(other=user)
        return seen.filter(~about_me | Q(declared_by=user))

    def standing(self) -> Self:
        return self.filter(ended_at=None)

    def hierarchical(self) -> Self:
        """One of the two has a say over the other's work."""
        return self.filter(kind__in=[Conflict.Kind.SUPERVISES, Conflict.Kind.EVALUATES])

    def between(self, person: int, others: Iterable[int]) -> Self:
        """Standing pairs of `person` with any of `others`, whoever comes first."""
        ids = list(others)
        return self.standing().filter(
            Q(person=person, other__in=ids) | Q(other=person, person__in=ids)
        )


class Conflict(BaseModel):
    class Kind(models.TextChoices):
        SUPERVISES = "supervises", _("supervises")
        EVALUATES = "evaluates", _("evaluates")
        PERSONAL = "personal", _("know each other personally")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    other = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(_("relation"), max_length=10, choices=Kind)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "other", "kind"],
                condition=Q(ended_at=None),
                name="conflict_once",
                violation_error_code="already_declared",
                violation_error_message=_("That is noted already."),
            ),
            models.CheckConstraint(condition=~Q(person=F("other")), name="conflict_is_between_two"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.other_id}"
