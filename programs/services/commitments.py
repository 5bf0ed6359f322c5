"""One thing to try after a module, and a reminder if the learner wants one. Private, as its author."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from notifications.services.messages import owe
from programs.engine.schedule import local_instant
from programs.models import Commitment
from programs.notices.learning import COMMITMENT_REMINDER
from programs.services.progress import lock_enrollment

if TYPE_CHECKING:
    from uuid import UUID

    from programs.models import Enrollment, Module

REMIND_AFTER_DAYS = {"tomorrow": 1, "days": 3, "week": 7}
_REMIND_AT = time(7, 30)
_WORTH = timedelta(days=2)


@transaction.atomic
def make_commitment(
    *,
    enrollment: Enrollment,
    module: Module,
    text: str,
    remind: str,
    key: UUID,
    now: datetime,
) -> Commitment:
    """Keep what the learner means to try; owe the reminder they chose. The same `key` is a no-op.

    Args:
        remind: one of `REMIND_AFTER_DAYS`, at half past seven in the learner's zone; "" for none.

    Raises:
        ValidationError: "empty"; "enrollment_not_live".
    """
    locked = lock_enrollment(enrollment)
    if known := Commitment.objects.filter(enrollment=locked, key=key).first():
        return known
    if locked.state not in ("active", "completed"):
        raise ValidationError(
            _("You are not taking part in this program now."), code="enrollment_not_live"
        )
    if not text.strip():
        raise ValidationError(_("Write what you want to try."), code="empty")
    days = REMIND_AFTER_DAYS.get(remind)
    zone = locked.clinician.zone
    day = now.astimezone(zone).date()
    commitment = Commitment(
        author_id=locked.clinician_id,
        enrollment=locked,
        module=module,
        text=text.strip().replace("\r\n", "\n"),
        remind_at=local_instant(day + timedelta(days=days), _REMIND_AT, zone) if days else None,
        made_at=now,
        key=key,
    )
    commitment.full_clean()
    commitment.save()
    if commitment.remind_at:
        owe(
            kind=COMMITMENT_REMINDER,
            subject=commitment,
            recipient=locked.clinician,
            due_at=commitment.remind_at,
            not_after=commitment.remind_at + _WORTH,
            now=now,
        )
    return commitment


@transaction.atomic
def finish_commitment(*, commitment: Commitment, now: datetime) -> Commitment:
    """Tried, or put away: it is off the page, and no reminder comes."""
    if commitment.done_at is None:
        commitment.done_at = now
        commitment.save(update_fields=["done_at", "updated_at"])
    return commitment
