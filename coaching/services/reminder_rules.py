"""Set when to remind, for a person, a contract or the practice; what is owed follows at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from coaching.engine.reminders import Lead
from coaching.models import Booking, ReminderRule
from coaching.services.reminders import remind_anew
from programs.models import Engagement


@transaction.atomic
def set_rules(
    *,
    person: User | None = None,
    engagement: Engagement | None = None,
    leads: Iterable[Lead],
    now: datetime,
) -> None:
    """Replace the rules of one level; none at all: the next level decides.

    Args:
        person: whose own choice; or
        engagement: whose contract; with neither, the practice's rules.
        leads: of either channel.

    Raises:
        ValidationError: a lead that no rule may have.
    """
    level = ReminderRule.objects.of(person=person, engagement=engagement)
    level.delete()
    for lead in sorted(set(leads), key=lambda lead: (lead.channel, lead.rule)):
        is_wall = lead.minutes is None
        rule = ReminderRule(
            person=person,
            engagement=engagement,
            channel=lead.channel,
            minutes=lead.minutes,
            days_before=lead.days_before if is_wall else None,
            at_min=lead.at_min if is_wall else None,
        )
        rule.full_clean()
        rule.save()
    bookings = Booking.objects.all()
    if person is not None:
        bookings = bookings.filter(clinician=person)
    elif engagement is not None:
        bookings = bookings.filter(engagement=engagement)
    remind_anew(bookings=bookings, now=now)
