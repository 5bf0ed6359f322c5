"""How a message leaves: a mail over one SMTP connection or into the demo mailbox; an SMS."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from typing import Any, Protocol

from django.conf import settings

from core.mail import POLICY
from notifications.backends.errors import (
    AmbiguousError,
    PermanentError,
    TemporaryError,
    ThrottledError,
    TransportError,
    UnreachableError,
)
from notifications.backends.mailbox import make_folder, store
from notifications.backends.sms import Sms
from notifications.backends.sms_backends import get_sms_backend

HANGING_UP = 421


def _nothing() -> None:
    """What most transports have to do meanwhile."""


class Transport(Protocol):
    def connect(self) -> None:
        """Make sure that somebody answers, before a message is marked as being sent.

        Raises:
            UnreachableError: nobody does.
        """

    def send(self, parcel: Any, *, meanwhile: Callable[[], None] = _nothing) -> str:
        """Hand over one message and return the provider's proof.

        Args:
            parcel: what `services/letters.py` made for this channel.
            meanwhile: called once, while the other side is busy or when it has answered.

        Raises:
            TransportError: one of its kinds (`backends/errors.py`).
        """

    def ask(self, reference: str) -> str:
        """Return the proof of an earlier message, or "" if the provider cannot tell or has none."""

    def close(self) -> None: ...


class MailboxTransport:
    """Keeps each mail as a file (notifications/backends/mailbox.py)."""

    def connect(self) -> None:
        try:
            make_folder()
        except OSError as error:
            raise UnreachableError("mailbox_unwritable") from error

    def send(self, parcel: EmailMessage, *, meanwhile: Callable[[], None] = _nothing) -> str:
        try:
            proof = f"mailbox:{store(parcel.as_bytes())}"
        except OSError as error:
            raise UnreachableError("mailbox_unwritable") from error
        meanwhile()
        return proof

    def ask(self, reference: str) -> str:
        return ""

    def close(self) -> None:
        """Nothing is held open."""


class SmsTransport:
    """A backend of text messages, as the dispatcher needs it."""

    def __init__(self) -> None:
        self._backend = get_sms_backend()

    def connect(self) -> None:
        self._backend.open()

    def send(self, parcel: Sms, *, meanwhile: Callable[[], None] = _nothing) -> str:
        proof = self._backend.send(parcel)
        meanwhile()
        return proof

    def ask(self, reference: str) -> str:
        try:
            return self._backend.ask(reference)
        except TransportError:
            return ""

    def close(self) -> None:
        self._backend.close()


class SmtpTransport:
    """One connection for many mails, opened when first needed and again after a break."""

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None
        self._is_used = False  # a mail has left over this connection

    def connect(self) -> None:
        if self._smtp is None:
            self._open()

    def send(self, parcel: EmailMessage, *, meanwhile: Callable[[], None] = _nothing) -> str:
        sender = parseaddr(str(parcel["From"]))[1]
        recipients = [address for _, address in getaddresses([str(parcel["To"])])]
        content = _stuffed(parcel.as_bytes(policy=POLICY))
        smtp = self._begin(sender)
        try:
            for recipient in recipients:
                self._expect(smtp.rcpt(recipient), "recipient_refused")
            self._expect(smtp.docmd("DATA"), "data_refused", wanted=354)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self.close()
            raise UnreachableError("connection_lost") from error
        try:
            # From here on, silence means that nobody knows.
            smtp.send(content)
            meanwhile()
            code, answer = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise AmbiguousError("no_answer") from error
        self._expect((code, answer), "mail_refused")
        self._is_used = True
        return f"{code} {answer.decode(errors='replace')}"[:200]

    def ask(self, reference: str) -> str:
        """SMTP cannot be asked."""
        return ""

    def _begin(self, sender: str) -> smtplib.SMTP:
        """Say MAIL. A server may hang up after so many mails, or so much time: then once more."""
        was_used = self._smtp is not None and self._is_used
        self.connect()
        smtp = self._open_connection()
        try:
            answer = smtp.mail(sender)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self.close()
            if was_used:
                return self._begin(sender)
            raise UnreachableError("connection_lost") from error
        if answer[0] == HANGING_UP and was_used:
            self.close()
            return self._begin(sender)
        self._expect(answer, "sender_refused")
        return smtp

    def _open(self) -> None:
        smtp: smtplib.SMTP | None = None
        try:
            timeout = settings.EMAIL_TIMEOUT
            if settings.EMAIL_USE_SSL:
                context = ssl.create_default_context()
                smtp = smtplib.SMTP_SSL(
                    settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=timeout, context=context
                )
            else:
                smtp = smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=timeout)
            if settings.EMAIL_USE_TLS:
                smtp.starttls(context=ssl.create_default_context())
            if settings.EMAIL_HOST_USER:
                smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
            smtp.ehlo_or_helo_if_needed()
        except (smtplib.SMTPException, OSError) as error:
            if smtp is not None:
                smtp.close()
            if getattr(error, "smtp_code", None) == HANGING_UP:
                raise ThrottledError("not_connected_421") from error
            # A wrong password is our trouble, not the recipient's: try again later.
            raise UnreachableError("not_connected") from error
        self._smtp, self._is_used = smtp, False

    def _open_connection(self) -> smtplib.SMTP:
        if self._smtp is None:
            raise UnreachableError("not_connected")
        return self._smtp

    def _expect(self, answer: tuple[int, bytes], code: str, *, wanted: int = 250) -> None:
        status = answer[0]
        if status == wanted or (wanted == 250 and 200 <= status < 300):
            return
        if status == HANGING_UP:
            self.close()
            raise ThrottledError(f"{code}_{status}", is_general=code == "sender_refused")
        if status < 0:  # no answer that one could read
            self.close()
            raise UnreachableError(f"{code}_{status}")
        self._reset()
        # A server that refuses us, the sender, says nothing of the recipient.
        if status >= 500 and code != "sender_refused":
            raise PermanentError(f"{code}_{status}")
        raise TemporaryError(f"{code}_{status}")

    def _reset(self) -> None:
        try:
            if self._smtp is not None:
                self._smtp.rset()
        except (smtplib.SMTPException, OSError):
            self.close()

    def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            smtp.quit()
        except (smtplib.SMTPException, OSError):
            smtp.close()


def _stuffed(content: bytes) -> bytes:
    """End the text with a lone dot, and double the dots that lines of it begin with (RFC 5321)."""
    body = re.sub(rb"(?m)^\.", b"..", content)
    return body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def make_transport(channel: str = "email") -> Transport:
    """Return SMTP where settings name a server, else the demo mailbox; or what sends an SMS."""
    if channel == "sms":
        return SmsTransport()
    if settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend":
        return SmtpTransport()
    return MailboxTransport()
