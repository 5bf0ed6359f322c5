"""What can go wrong between us and a provider, by what it means for the message."""

from __future__ import annotations


class TransportError(Exception):
    """A message did not leave. `code` is ours, never a server's words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class UnreachableError(TransportError):
    """No connection, or it broke before the text was sent: nothing left."""


class ThrottledError(UnreachableError):
    """Asked to slow down (SMTP 421, HTTP 429): nothing left, and nothing is wrong with the message.

    `is_general`: said before the provider had seen whom the message is for.
    """

    def __init__(self, code: str, *, is_general: bool = True) -> None:
        super().__init__(code)
        self.is_general = is_general


class TemporaryError(TransportError):
    """The server said "later" (4xx)."""


class PermanentError(TransportError):
    """The server said "never" (5xx) of this recipient or message."""


class AmbiguousError(TransportError):
    """The connection broke after the text was sent and before the answer: nobody knows."""
