"""A real SMTP server on loopback that answers as it is told."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HANG = "hang"
DROP = "drop"
OK = "250 OK"


@dataclass
class Delivery:
    sender: str
    recipients: list[str]
    message: EmailMessage
    content: bytes


@dataclass
class Post:
    """What the server answers, and what it took. Each `at_...` is a list of answers, used in turn.

    An answer is an SMTP line, or HANG (say nothing for `hang_s`), or DROP (hang up); when the list
    is used up the answer is OK. `recipients` answers for one address, always. `taken` holds what the
    server received whole, also what it then refused or never answered for.
    """

    port: int = 0
    hang_s: float = 5
    pause_s: float = 0  # before each answer to a text
    at_mail: list[str] = field(default_factory=list)
    at_text: list[str] = field(default_factory=list)
    recipients: dict[str, str] = field(default_factory=dict)
    taken: list[Delivery] = field(default_factory=list)
    connections: int = 0
    arrived: threading.Event = field(default_factory=threading.Event)

    @property
    def ids(self) -> list[str]:
        """The Message-ID of each text taken."""
        return [str(delivery.message["Message-ID"]) for delivery in self.taken]

    async def handle_EHLO(  # aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.at_mail.pop(0) if self.at_mail else OK
        if answer == OK:
            envelope.mail_from = address
        return await self._say(server, answer)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.recipients.get(address, OK)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return await self._say(server, answer)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content: Any = envelope.original_content or b""
        message = message_from_bytes(content, policy=policy.default)
        self.taken.append(
            Delivery(str(envelope.mail_from), list(envelope.rcpt_tos), message, content)  # type: ignore[arg-type]
        )
        self.arrived.set()
        if self.pause_s:
            await asyncio.sleep(self.pause_s)
        return await self._say(server, self.at_text.pop(0) if self.at_text else OK)

    async def _say(self, server: SMTP, answer: str) -> str:
        if answer == HANG:
            await asyncio.sleep(self.hang_s)
            answer = DROP
        if answer == DROP:
            server.transport.abort()
            raise asyncio.CancelledError
        return answer


@contextmanager
def running_post(**fields: Any) -> Iterator[Post]:
    """Serve on a free port of 127.0.0.1 until the block ends."""
    post = Post(port=free_port(), **fields)
    controller = Controller(post, hostname="127.0.0.1", port=post.port, ready_timeout=10)
    controller.start()
    try:
        yield post
    finally:
        controller.stop(no_assert=True)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
