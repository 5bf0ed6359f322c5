"""The digest: what opened or moved since yesterday, at most once a day, with one click to stop.

It names modules by number: no title, no topic, no employer, and nothing that anybody wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.mails import render_mail
from accounts.models import User
from notifications.kinds import Kind, Owed, Rendered, register
from notifications.models import Message, OptOut
from notifications.services.opt_outs import has_opted_out
from notifications.services.quiet import postponed_until
from programs.models import Cohort
from programs.reports.digest_news import digests_due, news_of

if TYPE_CHECKING:
    from collections.abc import Iterable

DIGEST = "programs.digest"
TOPIC = "learning"  # the same as of a note to go on
AHEAD = timedelta(hours=23)  # what opens later is owed by a later tick
_WORTH = timedelta(hours=20)  # before the next one


def digests_ahead(*, cohorts: Iterable[Cohort], now: datetime) -> Iterator[Owed]:
    """Yield the digests that learners of `cohorts` should get within a day."""
    due = list(digests_due(cohorts=cohorts, after=now, until=now + AHEAD))
    stopped = set(
        OptOut.objects.filter(
            person__in=[person.pk for person, _day, _at in due], topic=TOPIC
        ).values_list("person", flat=True)
    )
    for person, day, at in due:
        if person.pk not in stopped:
            yield _owed(person, day, at)


def _owed(person: User, day: date, at: datetime) -> Owed:
    return Owed(
        kind=DIGEST,
        subject=person,
        recipient=person,
        rule=day.isoformat(),
        due_at=at,
        not_after=at + _WORTH,
    )


def _expected(now: datetime) -> Iterator[Owed]:
    """Yield what is ahead, and what waits already: whether it still holds is read when it leaves."""
    yield from digests_ahead(cohorts=Cohort.objects.filter(closed_at=None), now=now)
    waiting = Message.objects.pending().filter(kind=DIGEST).select_related("recipient")
    for message in waiting.iterator():
        if message.recipient is not None:
            yield _owed(message.recipient, date.fromisoformat(message.rule), message.due_at)


def _is_current(message: Message) -> bool:
    person = message.recipient
    if person is None or not person.is_active or has_opted_out(person=person, topic=TOPIC):
        return False
    day = date.fromisoformat(message.rule)
    return bool(news_of(person=person, day=day, now=timezone.now()))


def _render(message: Message) -> Rendered:
    person = message.recipient
    if person is None:
        raise LookupError(message.subject_id)
    news = news_of(person=person, day=date.fromisoformat(message.rule), now=timezone.now())
    minutes = [part.minutes for part in news if part.minutes]
    return render_mail(
        "programs/email/digest",
        recipient=person,
        path=reverse("programs:learn"),
        context={
            "news": news,
            "is_one": len(news) == 1,
            "minutes": min(minutes, default=None),
            "zone": person.zone,
        },
        topic=TOPIC,
    )


def register_kinds() -> None:
    """Called once, when the app is ready."""
    register(
        Kind(
            name=DIGEST,
            current=_is_current,
            render=_render,
            expected=_expected,
            postpone=postponed_until,
            label=_("Digest of open modules"),
        )
    )
