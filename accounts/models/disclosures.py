"""Disclosure: an immutable version of "who sees what" of one organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

from django.db import models

from accounts.models.organizations import Organization
from accounts.who_reads_what import LETTERS, PERSONAS, ROWS, label
from core.models import BaseModel

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models.users import User


class DisclosureRow(NamedTuple):
    """One kind of data: what it is, and for each persona in words what they see of it."""

    label: str
    readers: list[str]


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    def visible_to(self, user: User) -> Self:
        """Those of organizations `user` sees, and those `user` signed."""
        return self.filter(
            models.Q(organization__in=Organization.objects.visible_to(user))
            | models.Q(pk__in=user.consents.values("disclosure"))
        )

    def in_force(self, at: datetime) -> Disclosure | None:
        """Of one organization's: the newest version that has begun, or None.

        `organization.disclosures.in_force(now)` is what people sign there.
        """
        return self.filter(effective_from__lte=at).order_by("-version").first()


class Disclosure(BaseModel):
    """`cells` maps kind of data to persona to letter (who_reads_what.py); `text` is what is signed.

    Immutable: the site's database role may not update or delete a row.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="disclosures")
    version = models.PositiveIntegerField()
    visibility = models.CharField(max_length=14)  # completion | aggregate_only
    thresholds = models.JSONField(default=dict)
    cells = models.JSONField(default=dict)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    effective_from = models.DateTimeField()

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "version"], name="disclosure_version_unique_in_organization"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} v{self.version}"

    @property
    def lines(self) -> list[str]:
        """The plain lines of the text, without its table."""
        return self.text.split("\n\n")[0].splitlines()

    @property
    def table(self) -> list[DisclosureRow]:
        """The full table in words, one row per kind of data, columns as in PERSONAS."""
        return [
            DisclosureRow(
                label=label(kind),
                readers=[LETTERS[letters.get(persona, "-")] for persona in PERSONAS],
            )
            for kind, letters in self.cells.items()
            if kind in ROWS
        ]

    @property
    def personas(self) -> list[str]:
        return list(PERSONAS.values())
