"""Kinds of messages. Higher apps register theirs at start-up; this app imports none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from core.registry import Registry

if TYPE_CHECKING:
    from notifications.models import Message


@dataclass(frozen=True)
class Rendered:
    """One message as it leaves. `calendar` is an iTIP part whose METHOD is `calendar_method`."""

    subject: str
    text: str
    html: str = ""
    short: str = ""  # for an SMS: at best 160 characters of its alphabet, nothing private
    number: str = ""  # for an SMS to a number that is not yet the recipient's: a code
    sender_name: str = ""
    reply_to: str = ""
    calendar: bytes | None = None
    calendar_method: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Owed:
    """A message that should exist: the arguments of `owe()`."""

    kind: str
    subject: Any
    recipient: Any
    rule: str
    due_at: datetime
    not_after: datetime | None
    channel: str = "email"


@dataclass(frozen=True)
class Kind:
    """How one kind of message is checked and worded.

    Args:
        name: `app.noun`.
        current: re-reads the subject at send time: is it live, at the same revision?
        render: makes the text, in the recipient's zone and language.
        expected: the messages that should exist at an instant, for the reconciler.
        ambiguous: per channel, what to do if a sender died while sending: "resend_once",
            "ask_provider" or "hold". An SMS is asked about unless the kind says otherwise.
        load: reads what a batch of messages needs at once, by the message's key; `current` and
            `render` find it as `message.loaded`. Without it each reads for itself. What was read
            is used within seconds; a cancellation in between takes the row away from its sender.
        postpone: asked just before sending; an instant in the future puts the message off until
            then (quiet hours that changed), at no attempt's cost.
        label: what the list of sent mail calls it; without it, words made of the name.
    """

    name: str
    current: Callable[[Message], bool]
    render: Callable[[Message], Rendered]
    expected: Callable[[datetime], Iterable[Owed]] = lambda now: ()
    ambiguous: Mapping[str, str] = field(default_factory=lambda: {"email": "resend_once"})
    label: str | Promise = ""
    load: Callable[[Sequence[Message]], Mapping[int, Any]] | None = None
    postpone: Callable[[Message, datetime], datetime | None] = lambda message, now: None

    @property
    def title(self) -> str | Promise:
        """What the list of sent mail calls it: "Session reminder"."""
        return self.label or self.name.rpartition(".")[2].replace("_", " ").capitalize()


_KINDS: Registry[Kind] = Registry("message kind")


def register(kind: Kind) -> None:
    """Add a kind; each name once.

    Raises:
        ValueError: the name is taken by another kind.
    """
    _KINDS.add(kind.name, kind)


def get_kind(name: str) -> Kind | None:
    return _KINDS.get(name)


def all_kinds() -> Iterable[Kind]:
    return tuple(_KINDS)
