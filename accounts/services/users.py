"""Accounts: found or made for an invitation, completed by their owner; staff of the practice."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organization, User
from accounts.notices import STAFF_INVITATION
from notifications.services.messages import owe

DEMO_DOMAIN = "demo.rapport.example"


def find_or_make_user(
    *, email: str, name: str, profession: str = "", time_zone: str = "UTC"
) -> User:
    """Return the account of an address, made without a password if there is none.

    Only what is empty is filled in: nobody's name is changed by an invitation.

    Raises:
        ValidationError: "invalid" for a malformed address; "inactive" for a deactivated account.
    """
    email = email.strip().lower()
    validate_email(email)
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        # Somebody may have made it meanwhile: then theirs is taken.
        made = User(
            email=email, name=name.strip(), profession=profession.strip(), time_zone=time_zone
        )
        made.set_unusable_password()
        made.clean_fields()
        User.objects.bulk_create([made], ignore_conflicts=True)
        user = User.objects.get(email=email)
        # Unproved until the person follows the invitation or enters a code sent to it.
        address = EmailAddress(user=user, email=email, primary=True)
        EmailAddress.objects.bulk_create([address], ignore_conflicts=True)
    if not user.is_active:
        raise ValidationError(_("This person's account is deactivated."), code="inactive")
    changed = [
        field
        for field, value in (("name", name.strip()), ("profession", profession.strip()))
        if value and not getattr(user, field)
    ]
    if changed:
        user.name = user.name or name.strip()
        user.profession = user.profession or profession.strip()
        user.full_clean()
        user.save(update_fields=[*changed, "updated_at"])
    return user


def has_account(user: User) -> bool:
    """Whether somebody already uses this account: then an invitation never signs them in."""
    return (
        user.is_consultant
        or user.is_superuser
        or user.has_usable_password()
        or user.last_login is not None
        or user.memberships.exclude(started_at=None).exists()
    )


def complete_account(*, user: User, name: str, password: str | None) -> None:
    """Write what a person says of themselves when they accept; only a new account gets a password.

    Raises:
        ValidationError: "has_account"; the codes of the password validators.
    """
    if password is not None and has_account(user):
        raise ValidationError(_("You already have an account. Sign in first."), code="has_account")
    user.name = " ".join(name.split()) or user.name
    if password is not None:
        validate_password(password, user)
        user.set_password(password)
    user.full_clean()
    user.save(update_fields=["name", "password", "updated_at"])


def readers_of_name(user: User) -> list[Organization]:
    """Return the organizations that may read the name of `user`."""
    return list(Organization.objects.naming(user))


def find_demo_person(slug: str) -> User | None:
    """Return the invented person of the demo practice with this local part of an address."""
    return User.objects.active().filter(email=f"{slug}@{DEMO_DOMAIN}").first()


@transaction.atomic
def invite_staff(*, email: str, name: str, practice_role: str, now: datetime) -> User:
    """Give a person a role in the practice and owe them a mail that says how to sign in.

    The mail carries no secret: the address proves itself by the first code sent to it.

    Raises:
        ValidationError: "invalid" address; "inactive" account; "invalid_role"; "already_staff".
    """
    if practice_role not in (User.PracticeRole.CONSULTANT, User.PracticeRole.OWNER):
        raise ValidationError(_("Unknown role."), code="invalid_role")
    user = find_or_make_user(email=email, name=name)
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.practice_role:
        raise ValidationError(_("This person works here already."), code="already_staff")
    user.practice_role = practice_role
    user.save(update_fields=["practice_role", "updated_at"])
    owe(
        kind=STAFF_INVITATION,
        subject=user,
        recipient=user,
        rule=f"{now:%Y-%m-%dT%H:%M}",
        due_at=now,
        not_after=now + timedelta(days=7),
        now=now,
    )
    return user


@transaction.atomic
def end_staff_role(*, user: User, actor: User) -> User:
    """Take a person's role in the practice away; with it goes access, with their next click.

    Raises:
        ValidationError: "self" for one's own role; "not_staff".
    """
    if user.pk == actor.pk:
        raise ValidationError(_("You cannot end your own role."), code="self")
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not locked.practice_role:
        raise ValidationError(_("This person has no role here."), code="not_staff")
    locked.practice_role, locked.may_export_answers = User.PracticeRole.NONE, False
    locked.save(update_fields=["practice_role", "may_export_answers", "updated_at"])
    locked.looked_after.clear()
    return locked


@transaction.atomic
def allow_answer_export(*, user: User, is_allowed: bool) -> User:
    """Let somebody of the practice export answers without names, or no longer.

    Raises:
        ValidationError: "not_staff".
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not locked.practice_role:
        raise ValidationError(_("This person has no role here."), code="not_staff")
    locked.may_export_answers = is_allowed
    locked.save(update_fields=["may_export_answers", "updated_at"])
    return locked
