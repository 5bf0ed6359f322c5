"""People. One account per e-mail address, whatever roles its owner holds."""

from __future__ import annotations

from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.models import BaseModel


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def owned_by(self, user: User) -> Self:
        """The account of `user`, read afresh."""
        return self.filter(pk=user.pk)

    def managed_by(self, user: User) -> Self:
        """Whom `user` may give and take roles: an owner, the staff of the practice."""
        return self.practice_staff() if user.is_owner else self.none()

    def practice_staff(self) -> Self:
        return self.exclude(practice_role="").filter(is_active=True)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(BaseModel, AbstractBaseUser, PermissionsMixin):
    """A person who can sign in.

    Clinician and organization admin are memberships of an organization; consultant and practice
    owner are `practice_role`. `is_staff` opens the Django admin and nothing else.
    """

    class PracticeRole(models.TextChoices):
        NONE = "", _("none")
        CONSULTANT = "consultant", _("consultant")
        OWNER = "owner", _("practice owner")

    class Theme(models.TextChoices):
        SYSTEM = "system", _("like my device")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    profession = models.CharField(_("profession"), max_length=80, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    locale = models.CharField(_("language"), max_length=10, default="en-us")
    theme = models.CharField(_("theme"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    practice_role = models.CharField(max_length=10, choices=PracticeRole, blank=True, default="")
    # A permission of its own: whoever analyzes answers, without names.
    may_export_answers = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_whatever_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def first_name(self) -> str:
        """The first word of the name, for a greeting."""
        return self.name.split(" ")[0] if self.name else ""

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper() or self.email[:1].upper()

    @property
    def is_consultant(self) -> bool:
        """Whether this person works for the practice (owners are consultants with more rights)."""
        return bool(self.practice_role)

    @property
    def is_owner(self) -> bool:
        return self.practice_role == self.PracticeRole.OWNER
