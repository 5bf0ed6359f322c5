"""The mails of a round: an invitation and at most two reminders.

They name no instrument, no program and no employer, and stop once somebody sent or took back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.mails import render_mail
from notifications.kinds import Kind, Owed, Rendered, register
from notifications.models import OptOut
from notifications.services.opt_outs import has_opted_out
from notifications.services.quiet import postponed_until
from outcomes.models import Response, Wave
from programs.models import Enrollment

if TYPE_CHECKING:
    from notifications.models import Message

SURVEY = "outcomes.survey"
TOPIC = "questions"
SECONDS_PER_ITEM = 7.5
_LONG_ROUND = timedelta(days=4)  # a shorter one has no reminder in the middle


def surveys_owed(*, waves: Iterable[Wave], now: datetime) -> Iterator[Owed]:
    """Yield the mails of open rounds to those who take part and have neither sent nor stopped."""
    for wave in waves:
        done = set(
            Response.objects.filter(wave=wave)
            .exclude(submitted_at=None, withdrawn_at=None)
            .values_list("enrollment", flat=True)
        )
        stopped = set(OptOut.objects.filter(topic=TOPIC).values_list("person", flat=True))
        people = (
            Enrollment.objects.filter(cohort=wave.cohort_id)
            .live()
            .select_related("clinician")
            .order_by("pk")
        )
        for enrollment in people:
            if enrollment.pk not in done and enrollment.clinician_id not in stopped:
                for rule, due_at in _times(wave):
                    yield Owed(SURVEY, wave, enrollment.clinician, rule, due_at, wave.closes_at)


def _times(wave: Wave) -> Iterator[tuple[str, datetime]]:
    """An invitation at once; one reminder half-way, one on the day before the end."""
    opened = wave.opened_at or wave.opens_at
    yield "invite", opened
    if wave.closes_at - opened >= _LONG_ROUND:
        yield "middle", opened + (wave.closes_at - opened) / 2
    if wave.closes_at - opened >= timedelta(days=2):
        yield "last", wave.closes_at - timedelta(days=1)


def _expected(now: datetime) -> Iterator[Owed]:
    open_now = Wave.objects.filter(state=Wave.State.OPEN, closes_at__gt=now)
    yield from surveys_owed(waves=open_now, now=now)


def _wave(message: Message) -> Wave | None:
    return Wave.objects.filter(pk=message.subject_id, state=Wave.State.OPEN).first()


def _is_current(message: Message) -> bool:
    person, wave = message.recipient, _wave(message)
    if wave is None or person is None or not person.is_active:
        return False
    takes_part = Enrollment.objects.filter(cohort=wave.cohort_id, clinician=person).live()
    answered = Response.objects.filter(wave=wave, respondent=person).exclude(
        submitted_at=None, withdrawn_at=None
    )
    return (
        takes_part.exists()
        and not answered.exists()
        and not has_opted_out(person=person, topic=TOPIC)
    )


def _render(message: Message) -> Rendered:
    person, wave = message.recipient, _wave(message)
    if person is None or wave is None:
        raise LookupError(message.subject_id)
    items = sum(len(one.parsed.items) for one in wave.ordered_instruments())
    return render_mail(
        "outcomes/email/survey",
        recipient=person,
        path=reverse("outcomes:check_in", args=[wave.public_id]),
        context={
            "is_reminder": message.rule != "invite",
            "count": items,
            "minutes": max(1, ceil(items * SECONDS_PER_ITEM / 60)),
            "closes_at": wave.closes_at,
        },
        topic=TOPIC,
    )


def register_kinds() -> None:
    """Called once, when the app is ready."""
    register(
        Kind(
            name=SURVEY,
            current=_is_current,
            render=_render,
            expected=_expected,
            postpone=postponed_until,
            label=_("Questions"),
        )
    )
