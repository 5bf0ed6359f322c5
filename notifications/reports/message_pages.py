"""The list of messages as the practice reads it: filters, pages by key, words for each state."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from notifications.models import Message

if TYPE_CHECKING:
    from notifications.models.messages import MessageQuerySet

PER_PAGE = 50
State = Message.State
TONES = {
    State.PENDING: "planned",
    State.SENT: "sent",
    State.SUPERSEDED: "canceled",
    State.SKIPPED_LATE: "skipped",
    State.MISSED: "warn",
    State.FAILED: "failed",
    State.UNKNOWN: "ambiguous",
}
# What our codes mean, for people. The longest beginning that fits counts.
_WHY: dict[str, str | Promise] = {
    "recipient_refused": _("The mail server does not know the address."),
    "mail_refused_5": _("The mail server refused it."),
    "mail_refused_4": _("The mail server asked us to try later."),
    "sender_refused": _("The mail server refused us as the sender."),
    "data_refused": _("The mail server asked us to try later."),
    "recipient_refused_4": _("The mail server asked us to try later."),
    "not_connected": _("The server did not answer."),
    "connection_lost": _("The connection broke before it left."),
    "no_answer": _("The server fell silent after it was handed over."),
    "broke_off": _("Sending broke off; it may have left."),
    "sender_died": _("The sender was stopped meanwhile."),
    "not_made": _("Its text could not be made. That is a fault of ours."),
    "kind_unknown": _("This release does not know this kind of message."),
    "no_number": _("There is no verified phone number."),
    "provider_429": _("The provider asked us to slow down."),
    "provider_40": _("The SMS provider refused it."),
    "provider_42": _("The SMS provider refused it."),
    "provider_401": _("The SMS provider refused us as the sender."),
    "provider_403": _("The SMS provider refused us as the sender."),
    "provider_5": _("The SMS provider has trouble."),
    "mailbox_unwritable": _("The mailbox on disk cannot be written."),
}
_BY_STATE: dict[str, str | Promise] = {
    State.SUPERSEDED: _("Canceled or changed before it left."),
    State.SKIPPED_LATE: _("Its time was over when it was planned."),
    State.MISSED: _("It could not leave in time."),
}


class Row(NamedTuple):
    """One line of the list; `tone` is the badge's, `why` a sentence or ""."""

    message: Message
    title: str
    tone: str
    why: str
    is_retryable: bool
    is_handleable: bool


@dataclass(frozen=True)
class Choice:
    """What the reader asked for; whatever is not understood is not asked for."""

    show: str = "all"  # or "trouble"
    state: str = ""
    channel: str = ""
    kind: str = ""
    person: str = ""
    before: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str], kinds: Iterable[str]) -> Choice:
        return cls(
            show="trouble" if query.get("show") == "trouble" else "all",
            state=_one_of(query.get("state"), State.values),
            channel=_one_of(query.get("channel"), Message.Channel.values),
            kind=_one_of(query.get("kind"), kinds),
            person=query.get("person", "") if _uuid(query.get("person", "")) else "",
            before=query.get("before", "") if _position(query.get("before", "")) else "",
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.state or self.channel or self.kind or self.person)


def select(visible: MessageQuerySet, choice: Choice) -> tuple[list[Message], str]:
    """Return one page, the newest first, and the key of the next one ("" after the last)."""
    found = visible.troubled() if choice.show == "trouble" else visible
    for column in ("state", "channel", "kind"):
        if value := getattr(choice, column):
            found = found.filter(**{column: value})
    if choice.person:
        found = found.filter(recipient__public_id=choice.person)
    if position := _position(choice.before):
        at, key = position
        found = found.filter(Q(due_at__lt=at) | Q(due_at=at, pk__lt=key), due_at__lte=at)
    rows = list(found.newest_first()[: PER_PAGE + 1])
    page = rows[:PER_PAGE]
    return page, _key(page[-1]) if len(rows) > PER_PAGE else ""


def describe(messages: Sequence[Message], titles: Mapping[str, str], now: datetime) -> list[Row]:
    """Return the lines of a page; `titles` are those of the kinds, by name."""
    return [
        Row(
            message=message,
            title=titles.get(message.kind, message.kind),
            tone=TONES.get(State(message.state), "neutral"),
            why=why(message),
            is_retryable=message.is_retryable_at(now),
            is_handleable=message.is_troubled,
        )
        for message in messages
    ]


def counts(visible: MessageQuerySet, now: datetime) -> dict[str, Any]:
    """Return the figures at the head of the list, of what the reader may see."""
    age = visible.oldest_due_age(now)
    return {
        "waiting": visible.pending().count(),
        "sent_today": visible.filter(
            state=State.SENT,
            due_at__gt=now - timedelta(days=2),
            sent_at__gt=now - timedelta(days=1),
        ).count(),
        "trouble": visible.troubled().count(),
        "oldest": _age(age) if age is not None else "",
    }


def _age(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return gettext("less than a minute")
    if minutes < 120:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}


def why(message: Message) -> str:
    """Say in words why a message is in the state it is in, or ""."""
    if message.state == State.SENT:
        return ""
    code = message.last_error_code
    fitting = [start for start in _WHY if code.startswith(start)]
    parts = [_BY_STATE.get(message.state, ""), _WHY[max(fitting, key=len)] if fitting else ""]
    return " ".join(str(part) for part in parts if part)


def _one_of(value: str | None, values: Iterable[str]) -> str:
    return value if value and value in values else ""


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _key(message: Message) -> str:
    since = message.due_at - datetime(1970, 1, 1, tzinfo=UTC)
    return f"{since // timedelta(microseconds=1)}-{message.pk}"


def _position(text: str) -> tuple[datetime, int] | None:
    at, _dash, key = text.partition("-")
    if not (at.isdecimal() and key.isdecimal() and len(at) <= 17 and len(key) <= 18):
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(at)), int(key)
