"""What patients say, through a public link. Nobody knows who, and no form tells when in a day."""

from __future__ import annotations

import base64
import hashlib
import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, Unit
from core.models import BaseModel
from core.tokens import derive_token, hash_token
from outcomes.models.instruments import Instrument

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User

_PURPOSE = "patient-rating"
_LETTERS = 16  # of 32 kinds: 80 bits, short enough to type from a poster


class RatingLinkQuerySet(models.QuerySet["RatingLink"]):
    def visible_to(self, user: User) -> Self:
        """Links of organizations that `user` manages or administers, and one's own. A link that a
        clinician asked for is seen by nobody else."""
        sides = Organization.objects.visible_to(user)
        return self.filter(Q(owner=user) | Q(owner=None, organization__in=sides))

    def owned_by(self, user: User) -> Self:
        return self.filter(owner=user)

    def with_token(self, token: str) -> Self:
        """The link behind what stands on a poster; hyphens and capitals do not matter."""
        return self.filter(token_hash=hash_token(token.replace("-", "").lower()))


class RatingLink(BaseModel):
    """A public form for an organization or a unit, or for the clinician who asked for it."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="rating_links")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="+")
    opens_on = models.DateField(_("first day"))
    closes_on = models.DateField(_("last day"))
    revoked_on = models.DateField(null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = RatingLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="ratinglink_dates_in_order",
                violation_error_message=_("The last day lies before the first."),
                violation_error_code="order",
            ),
            models.CheckConstraint(
                condition=Q(owner=None) | Q(unit=None), name="ratinglink_own_names_no_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"rating link {self.public_id}"

    def get_absolute_url(self) -> str:
        return reverse("outcomes:rating_link_detail", args=[self.public_id])

    def token(self) -> str:
        """Made anew each time a poster is printed: the database holds only its hash."""
        derived = derive_token(purpose=_PURPOSE, subject=self.public_id, revision=0)
        return base64.b32encode(hashlib.sha256(derived.encode()).digest()[:10]).decode().lower()

    @property
    def address(self) -> str:
        """As it stands on the poster, in groups of four."""
        token = self.token()
        grouped = "-".join(token[at : at + 4] for at in range(0, _LETTERS, 4))
        return f"{settings.SITE_URL}{reverse('outcomes:rating', args=[grouped])}"

    def is_open(self, day: date) -> bool:
        return self.revoked_on is None and self.opens_on <= day <= self.closes_on

    def is_over(self, day: date) -> bool:
        return self.revoked_on is not None or day > self.closes_on


class PatientRatingQuerySet(models.QuerySet["PatientRating"]):
    """No scope: single forms are read by nobody; reports add up whole links."""


class PatientRating(models.Model):
    """One form. Random key and a day alone, so that no order tells who came when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(RatingLink, models.PROTECT, related_name="ratings")
    received_on = models.DateField()
    answers = models.JSONField(default=dict)  # item id → value, or null for "does not apply"
    value = models.DecimalField(max_digits=9, decimal_places=4, null=True, blank=True)

    objects = PatientRatingQuerySet.as_manager()

    def __str__(self) -> str:
        return f"a form of {self.received_on}"
