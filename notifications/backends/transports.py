"""How a mail leaves: over one SMTP connection, or into the demo mailbox on disk."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import getaddresses, parseaddr
from typing import Protocol

from django.conf import settings

from notifications.backends.mailbox import store


class TransportError(Exception):
    """A mail did not leave. `code` is ours, never a server's words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class UnreachableError(TransportError):
    """No connection, or it broke before the mail's text was sent: nothing left."""


class TemporaryError(TransportError):
    """The server said "later" (4xx)."""


class PermanentError(TransportError):
    """The server said "never" (5xx) of this recipient or mail."""


class AmbiguousError(TransportError):
    """The connection broke after the text was sent and before the answer: nobody knows."""


class Transport(Protocol):
    def send(self, message: EmailMessage) -> str:
        """Hand over one mail and return the provider's proof.

        Raises:
            TransportError: one of the four kinds above.
        """

    def close(self) -> None: ...


class MailboxTransport:
    """Keeps each mail as a file (notifications/backends/mailbox.py)."""

    def send(self, message: EmailMessage) -> str:
        try:
            return f"mailbox:{store(message.as_bytes())}"
        except OSError as error:
            raise UnreachableError("mailbox_unwritable") from error

    def close(self) -> None:
        """Nothing is held open."""


class SmtpTransport:
    """One connection for many mails, opened when first needed and again after a break."""

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> str:
        smtp = self._connected()
        sender = parseaddr(str(message["From"]))[1]
        recipients = [address for _, address in getaddresses([str(message["To"])])]
        try:
            self._expect(smtp.mail(sender), "sender_refused")
            for recipient in recipients:
                self._expect(smtp.rcpt(recipient), "recipient_refused")
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self.close()
            raise UnreachableError("connection_lost") from error
        try:
            code, answer = smtp.data(message.as_bytes(policy=SMTP_POLICY))
        except smtplib.SMTPDataError as error:
            self._expect((error.smtp_code, b""), "data_refused")
            raise TemporaryError("data_refused") from error
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self.close()
            raise AmbiguousError("no_answer") from error
        self._expect((code, answer), "mail_refused")
        return f"{code} {answer.decode(errors='replace')}"[:200]

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is not None:
            return self._smtp
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
            # A wrong password is our trouble, not the recipient's: try again later.
            raise UnreachableError("not_connected") from error
        self._smtp = smtp
        return smtp

    def _expect(self, answer: tuple[int, bytes], code: str) -> None:
        status = answer[0]
        if 200 <= status < 300:
            return
        self._reset()
        if status >= 500 and code != "sender_refused":
            raise PermanentError(f"{code}_{status}")
        if status == 421 or status < 0:  # the server is closing the line
            self.close()
            raise UnreachableError(f"{code}_{status}")
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


def make_transport() -> Transport:
    """Return SMTP where settings name a server, else the demo mailbox."""
    if settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend":
        return SmtpTransport()
    return MailboxTransport()
