"""What other apps tell this one, inside their transaction."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.dispatch import receiver

from accounts.signals import zone_changed
from coaching.services.booking_states import cancel_enrollment
from coaching.services.ledger import purchase
from coaching.services.reminder_rules import remind_person_anew
from programs.signals import engagement_saved, enrollment_withdrawn

if TYPE_CHECKING:
    from accounts.models import User
    from programs.models import Engagement, Enrollment


@receiver(enrollment_withdrawn)
def cancel_bookings(
    sender: object, enrollment: Enrollment, by: User | None, now: datetime, **kwargs: Any
) -> None:
    """Free the future sessions of somebody who left the program."""
    cancel_enrollment(enrollment=enrollment, actor=by, now=now)


@receiver(engagement_saved)
def enter_hours(
    sender: object, engagement: Engagement, by: User | None, now: datetime, **kwargs: Any
) -> None:
    """Enter the hours a contract has, or what they changed by."""
    purchase(engagement=engagement, actor=by, now=now)


@receiver(zone_changed)
def plan_reminders_anew(sender: object, user: User, now: datetime, **kwargs: Any) -> None:
    """Reminders by wall clock and quiet hours follow the person's zone."""
    remind_person_anew(person=user, now=now)
