"""Claimed messages: check again, begin, send, mark; each step committed on its own.

No transaction is open while a message leaves. Every step names the lease's token, so a sender that was
taken for dead changes nothing when it wakes up. Two things make it quick: the next message is made
while the server chews on this one, and one statement marks this one and begins the next. At any
instant one row of a sender is `sending`, so a sender that dies repeats one message at most.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from notifications.backends.errors import (
    AmbiguousError,
    PermanentError,
    ThrottledError,
    TransportError,
    UnreachableError,
)
from notifications.kinds import get_kind
from notifications.models import Message
from notifications.services import marks
from notifications.services.letters import build, load_batch
from notifications.services.marks import LOST, Change, ambiguous, mark, retry, wait_for_server

if TYPE_CHECKING:
    from notifications.backends.transports import Transport
    from notifications.services.clocks import DatabaseClock

log = logging.getLogger(__name__)
State = Message.State
_FRESH = timedelta(seconds=2)  # what was read of a subject earlier is read again


class Outcome(NamedTuple):
    """What became of a row: its state or `LOST`.

    `error` is set if no server answered; `is_answer` if one did, whatever it said.
    """

    state: str
    error: UnreachableError | None = None
    is_answer: bool = False


class Ready(NamedTuple):
    """A message checked and made at an instant; or, without a parcel, the change it needs instead."""

    message: Message
    parcel: Any
    change: Change
    made_at: datetime


class Courier:
    """Sends the messages of one claim, one after the other."""

    def __init__(
        self,
        messages: Sequence[Message],
        *,
        transport: Transport,
        clock: DatabaseClock,
        is_told_to_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self._left = list(messages)
        self._transport = transport
        self._clock = clock
        self._is_told_to_stop = is_told_to_stop
        self._next: Ready | None = None
        self._is_next_begun = False
        self._loaded_at = self._load(self._left)

    @property
    def left(self) -> list[Message]:
        """Messages claimed and not begun."""
        return self._left

    @property
    def is_begun(self) -> bool:
        """Whether the first of those left is marked as being sent already: then it must leave."""
        return self._is_next_begun

    def deliver_next(self) -> Outcome:
        """Send the first of those left and mark it."""
        ready, is_begun = self._next, self._is_next_begun
        self._next, self._is_next_begun = None, False
        message = self._left.pop(0)
        if ready is None or (not is_begun and self._clock() - ready.made_at > _FRESH):
            ready = self._make(message)
        if ready.parcel is None:
            return Outcome(mark(message, now=self._clock(), **ready.change))
        if not is_begun:
            try:
                self._transport.connect()
            except UnreachableError as error:
                change = wait_for_server(error, self._clock())
                return Outcome(mark(message, now=self._clock(), **change), error)
            if not marks.begin(message, now=self._clock()):
                return Outcome(LOST)
        return self._send(message, ready.parcel)

    def _send(self, message: Message, parcel: Any) -> Outcome:
        try:
            provider_id = self._transport.send(parcel, meanwhile=self._make_next)
        except TransportError as error:
            now = self._clock()
            change = after_failure(message, error, now=now, transport=self._transport)
            state = mark(message, now=now, **change)
            if isinstance(error, UnreachableError):
                return Outcome(state, error)
            return Outcome(state, is_answer=not isinstance(error, AmbiguousError))
        except Exception:  # the time limit of the task, or a fault of ours: it may have left
            log.exception("sending message %s of kind %s broke off", message.pk, message.kind)
            now = self._clock()
            return Outcome(mark(message, now=now, **ambiguous(message, "broke_off", now=now)))
        return Outcome(self._mark_sent(message, provider_id), is_answer=True)

    def _mark_sent(self, message: Message, provider_id: str) -> str:
        """Mark this one, and begin the next in the same statement if it may leave at once."""
        now, after = self._clock(), None
        if self._next is not None and self._next.parcel is not None and not self._is_told_to_stop():
            after = self._next.message
        marked, begun = marks.mark_sent(message, provider_id=provider_id, after=after, now=now)
        self._is_next_begun = begun
        return marked

    def _make_next(self) -> None:
        if self._left:
            self._next = self._make(self._left[0])

    def _load(self, messages: Sequence[Message]) -> datetime:
        """Read what the messages are about, a kind at a time."""
        at = self._clock()
        for name in {message.kind for message in messages}:
            kind = get_kind(name)
            if kind is not None:
                try:
                    load_batch(kind, [row for row in messages if row.kind == name])
                except Exception:  # each will be read alone, and fail alone
                    log.exception("messages of kind %s cannot be read", name)
        return at

    def _make(self, message: Message) -> Ready:
        now = self._clock()
        if now - self._loaded_at > _FRESH:
            self._loaded_at = self._load([message, *self._left])
        parcel, change = _checked(message, now)
        return Ready(message, parcel, change, now)


def _checked(message: Message, now: datetime) -> tuple[Any, Change]:
    """Return the parcel of a message that may leave now, or None and what to do with its row."""
    if message.not_after is not None and message.not_after < now:
        return None, {"state": State.MISSED}
    kind = get_kind(message.kind)
    if kind is None:  # a newer release owed it, or its app is gone: look again later
        return None, retry(message, now, "kind_unknown")
    try:
        if not kind.current(message):
            return None, {"state": State.SUPERSEDED}
        later = kind.postpone(message, now)
        if later is not None and later > now:
            return None, marks.put_off(message, later)
        return build(kind, message), {}
    except PermanentError as error:
        return None, {"state": State.FAILED, "last_error_code": error.code}
    except Exception:  # one message that cannot be made must not stop the others
        log.exception("message %s of kind %s cannot be made", message.pk, message.kind)
        return None, retry(message, now, "not_made")


def after_failure(
    message: Message, error: TransportError, *, now: datetime, transport: Transport
) -> Change:
    """Return the change to a row whose sending ended in `error`."""
    if isinstance(error, PermanentError):
        return {"state": State.FAILED, "last_error_code": error.code}
    if isinstance(error, AmbiguousError):
        return ambiguous(message, error.code, now=now, transport=transport)
    if isinstance(error, ThrottledError) and error.is_general:
        return wait_for_server(error, now)
    return retry(message, now, error.code)
