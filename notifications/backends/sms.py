"""Text messages: backends shaped like Django's for mail, plus a proof of each and a way to ask again.

`sms_backends.py` knows them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from notifications.backends.errors import TransportError


@dataclass(frozen=True)
class Sms:
    """One text message. `reference` is ours: a provider that has it already sends no second one."""

    number: str
    text: str
    reference: str


class BaseSmsBackend:
    """As Django's mail backends: open, close, `send_messages`; `with` opens and closes."""

    def __init__(self, *, fail_silently: bool = False, **options: Any) -> None:
        self.fail_silently = fail_silently

    def open(self) -> bool | None:
        """Connect, if there is something to connect to.

        Raises:
            UnreachableError: nobody answers.
        """

    def close(self) -> None:
        """Let go of what `open` made."""

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, message: Sms) -> str:
        """Hand over one message and return the provider's proof.

        Raises:
            TransportError: one of its kinds.
        """
        raise NotImplementedError("a backend says how it sends")

    def ask(self, reference: str) -> str:
        """Return the proof of a message sent before, or "" if the provider knows of none.

        Raises:
            TransportError: it does not say.
        """
        return ""

    def send_messages(self, messages: Sequence[Sms]) -> int:
        """Send all and return how many left; with `fail_silently`, whatever goes wrong."""
        sent = 0
        for message in messages:
            try:
                self.send(message)
            except TransportError:
                if not self.fail_silently:
                    raise
            else:
                sent += 1
        return sent
