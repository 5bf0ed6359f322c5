"""Kinds of meetings: made, changed, put away. Nothing here touches a session that is planned."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from coaching.models import SessionType

EDITABLE = (
    "name",
    "kind",
    "channel",
    "location",
    "length_min",
    "step_min",
    "buffer_before_min",
    "buffer_after_min",
    "notice_min",
    "cancel_notice_min",
    "horizon_days",
    "needs_approval",
    "max_per_day",
    "max_per_week",
    "max_minutes_per_day",
    "max_minutes_per_week",
    "capacity",
    "uses_hours",
)
# What a session reads from its type as long as it exists: these stay once there is one.
SETTLED = ("kind", "channel", "uses_hours")


def _name_taken() -> ValidationError:
    words = _("Another session type has this name.")
    return ValidationError({"name": ValidationError(words, code="name_taken")})


def create_session_type(**fields: Any) -> SessionType:
    """Add a kind of meeting.

    Args:
        fields: those named in `EDITABLE`.

    Raises:
        ValidationError: by field; "name_taken".
    """
    return _save(SessionType(), fields)


@transaction.atomic
def edit_session_type(*, session_type: SessionType, **fields: Any) -> SessionType:
    """Change what the next bookings find. Those made before keep time, place and rules.

    Raises:
        ValidationError: as for `create_session_type`; "in_use": a settled field of a type that has
            sessions.
    """
    locked = _lock(session_type)
    if is_in_use(session_type=locked):
        for name in SETTLED:
            if name in fields and fields[name] != getattr(locked, name):
                words = _("There are sessions of this type. Make another type instead.")
                raise ValidationError({name: ValidationError(words, code="in_use")})
    return _save(locked, fields)


def is_in_use(*, session_type: SessionType) -> bool:
    """Whether a session of this type was ever planned."""
    return session_type.sessions.exists()


@transaction.atomic
def archive_session_type(*, session_type: SessionType, now: datetime) -> None:
    """Offer it to nobody from now on. Planned sessions take place."""
    locked = _lock(session_type)
    locked.archived_at = locked.archived_at or now
    locked.save(update_fields=["archived_at", "updated_at"])


@transaction.atomic
def restore_session_type(*, session_type: SessionType) -> None:
    """Offer it again.

    Raises:
        ValidationError: "name_taken": another one got its name meanwhile.
    """
    locked = _lock(session_type)
    _save(locked, {"archived_at": None})


def _lock(session_type: SessionType) -> SessionType:
    """Lock the row against bookings too: their foreign key waits until this has ended."""
    return SessionType.objects.select_for_update().get(pk=session_type.pk)


def _save(session_type: SessionType, fields: dict[str, Any]) -> SessionType:
    for name, value in fields.items():
        setattr(session_type, name, value)
    others = SessionType.objects.exclude(pk=session_type.pk)
    if session_type.archived_at is None and others.filter(archived_at=None, name=session_type.name):
        raise _name_taken()
    session_type.full_clean()
    try:
        with transaction.atomic():
            session_type.save()
    except IntegrityError as error:
        raise _name_taken() from error  # two people typed it in the same moment
    return session_type
