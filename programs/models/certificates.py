"""What is given for completing a program, and the keys that sign its badge."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from core.models import BaseModel
from programs.models.enrollments import Enrollment

if TYPE_CHECKING:
    from accounts.models import User

MOST_BADGES = 131_072


def new_code() -> str:
    """Return 26 characters, 130 bits: nobody guesses a certificate's address."""
    return "".join(secrets.choice("abcdefghijkmnpqrstuvwxyz23456789") for _ in range(26))


class BadgeKey(models.Model):
    """An Ed25519 key of the practice. A retired one has no seed any more, and still vouches."""

    kid = models.CharField(max_length=64, unique=True)  # JWK thumbprint, RFC 7638
    public_jwk = models.JSONField()
    sealed = models.BinaryField(blank=True)  # the seed under SECRET_KEY; empty once retired
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # copied: it vouches for nothing

    class Meta:
        constraints = [
            # An expression of a constant: at most one row has none.
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(retired_at=None),
                name="badgekey_one_active",
            ),
        ]

    def __str__(self) -> str:
        return self.kid


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(enrollment__clinician=user)

    def managed_by(self, user: User) -> Self:
        """Those of cohorts whose people `user` may change."""
        return self.filter(enrollment__in=Enrollment.objects.managed_by(user))

    def with_token(self, code: str) -> Self:
        """By the code that is printed on it: whoever holds the paper may check it."""
        return self.filter(code=code) if code.isascii() and code.isalnum() else self.none()

    def standing(self) -> Self:
        return self.filter(revoked_at=None)


class Certificate(BaseModel):
    """As it was printed: later changes of a name or title leave it as it is.

    `badge` is the credential as it was signed, so that every download is the same.
    """

    enrollment = models.ForeignKey(Enrollment, models.PROTECT, related_name="certificates")
    code = models.CharField(max_length=26, unique=True, default=new_code)
    holder_name = models.CharField(max_length=150)
    program_title = models.CharField(max_length=200)
    program_version = models.CharField(max_length=20)
    practice_name = models.CharField(max_length=120)
    completed_on = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    credits = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    credit_words = models.JSONField(default=list, blank=True)  # lines as printed
    status_index = models.PositiveIntegerField(unique=True)
    badge_key = models.ForeignKey(BadgeKey, models.PROTECT, related_name="+")
    badge = models.TextField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revoked_reason = models.CharField(max_length=200, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment"],
                condition=Q(revoked_at=None),
                name="certificate_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(status_index__lt=MOST_BADGES), name="certificate_index_in_the_list"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program_title} · {self.holder_name}"

    def get_absolute_url(self) -> str:
        return reverse("programs:certificate_verify", args=[self.code])

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None

    @property
    def is_replaced(self) -> bool:
        """Whether another one stands in its place: for a new name, or with credit."""
        others = Certificate.objects.standing().filter(enrollment=self.enrollment_id)
        return not self.is_valid and others.exists()
