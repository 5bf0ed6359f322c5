"""Set when to remind, for a person, a contract or the practice; what is owed follows at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from coaching.engine.reminders import Lead
from coaching.models import Booking, ReminderRule
from coaching.models.reminder_rules import default_leads
from coaching.services.reminders import remind_anew
from notifications.services.preferences import set_preference
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


@transaction.atomic
def set_person(*, person: User, leads: Iterable[Lead], now: datetime, **preference: Any) -> None:
    """Set how one person is reminded: channels, quiet hours and times of their own.

    Args:
        leads: of either channel; none: contract or practice decide.
        preference: columns of `DeliveryPreference`.

    Raises:
        ValidationError: a value that no preference may have.
    """
    set_preference(person=person, **preference)
    set_rules(person=person, leads=leads, now=now)


def remind_person_anew(*, person: User, now: datetime) -> None:
    """Plan a person's reminders again: their phone or zone changed."""
    remind_anew(bookings=Booking.objects.owned_by(person), now=now)


def leads_at(*, person: User | None = None, engagement: Engagement | None = None) -> list[Lead]:
    """Return what one level itself says; the practice if neither is given."""
    return [rule.lead for rule in ReminderRule.objects.of(person=person, engagement=engagement)]


def usual_leads(*, engagement: Engagement | None) -> list[Lead]:
    """Return by when mail reminds where a contract, or the practice (None), says nothing itself."""
    practice = [] if engagement is None else leads_at()
    by_mail = [lead for lead in practice if lead.channel == ReminderRule.Channel.EMAIL]
    return by_mail or default_leads(ReminderRule.Channel.EMAIL)
