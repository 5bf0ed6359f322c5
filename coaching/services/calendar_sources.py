"""Add, change and remove the calendars a person keeps elsewhere. Nothing here uses the network."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from coaching.backends.calendar_addresses import AddressRefused, parse_address
from coaching.models import CalendarSource

MOST_SOURCES = 5
MOST_UPLOAD = 2 * 1024 * 1024


def refusal_words(code: str) -> str:
    """Say why an address is refused."""
    return {
        "not_https": _("Give an address that begins with https:// or webcal://."),
        "has_password": _("Give an address without a name and password in it."),
        "not_a_name": _("Give the address of a public calendar: a name, not a number."),
        "own_calendar": _("This is our own calendar. What is booked here counts already."),
    }.get(code, _("This is not an address we can read."))


def _check_may_add(person: User, kind: str) -> None:
    if kind == CalendarSource.Kind.BUSY and not person.is_consultant:
        raise ValidationError(_("Busy calendars belong to coaches."), code="not_a_coach")
    if CalendarSource.objects.owned_by(person).filter(kind=kind).count() >= MOST_SOURCES:
        raise ValidationError(
            _("You have five calendars here. Remove one first."), code="too_many_sources"
        )


@transaction.atomic
def add_address(
    *, person: User, kind: str, address: str, now: datetime, is_strict: bool = False
) -> CalendarSource:
    """Keep a calendar's address, sealed; the worker reads it within a minute.

    Args:
        person: whose calendar it is.
        kind: "busy" or "rota".
        address: https or webcal.
        now: aware.
        is_strict: offer no times if it could not be read for a day.

    Raises:
        ValidationError: the address is refused; "own_calendar": it is a feed of this site;
            "not_a_coach"; "too_many_sources".
    """
    try:
        parsed = parse_address(address)
    except AddressRefused as refusal:
        raise ValidationError(refusal_words(str(refusal)), code=str(refusal)) from None
    if parsed.host == urlsplit(settings.SITE_URL).hostname:
        raise ValidationError(refusal_words("own_calendar"), code="own_calendar")
    _lock(person)
    _check_may_add(person, kind)
    source = CalendarSource(
        person=person,
        kind=kind,
        origin=CalendarSource.Origin.ADDRESS,
        host=parsed.host,
        is_strict=is_strict and kind == CalendarSource.Kind.BUSY,
        due_at=now,
    )
    source.address = parsed.url
    source.full_clean()
    source.save()
    return source


@transaction.atomic
def add_upload(*, person: User, kind: str, data: bytes, now: datetime) -> CalendarSource:
    """Keep a calendar file, sealed, until the worker has read it: then only its spans stay.

    Raises:
        ValidationError: "too_big"; "empty"; "not_a_coach"; "too_many_sources".
    """
    if len(data) > MOST_UPLOAD:
        raise ValidationError(_("The file is larger than 2 MB."), code="too_big")
    if not data.strip():
        raise ValidationError(_("The file is empty."), code="empty")
    _lock(person)
    _check_may_add(person, kind)
    source = CalendarSource(
        person=person, kind=kind, origin=CalendarSource.Origin.UPLOAD, due_at=now
    )
    source.upload = data
    source.full_clean()
    source.save()
    return source


def _lock(person: User) -> None:
    User.objects.select_for_update().get(pk=person.pk)


@transaction.atomic
def read_again(*, source: CalendarSource, now: datetime) -> None:
    """Ask the worker to read it now. An upload that was read is gone: nothing happens."""
    locked = CalendarSource.objects.select_for_update().get(pk=source.pk)
    if locked.origin == CalendarSource.Origin.ADDRESS:
        locked.due_at = now
        locked.save(update_fields=["due_at", "updated_at"])


@transaction.atomic
def set_strict(*, source: CalendarSource, is_strict: bool) -> None:
    """Choose whether times are offered while this calendar cannot be read for more than a day."""
    locked = CalendarSource.objects.select_for_update().get(pk=source.pk)
    locked.is_strict = is_strict and locked.kind == CalendarSource.Kind.BUSY
    locked.save(update_fields=["is_strict", "updated_at"])


@transaction.atomic
def remove_source(*, source: CalendarSource) -> None:
    """Forget a calendar and all that was read from it."""
    CalendarSource.objects.select_for_update().filter(pk=source.pk).delete()
