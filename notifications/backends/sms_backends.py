"""Which backend sends text messages: `SMS_URL` says `console:`, `file:` or a provider's https address."""

from __future__ import annotations

import sys
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, TextIO

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from notifications.backends.errors import UnreachableError
from notifications.backends.mailbox import make_folder, store
from notifications.backends.sms import BaseSmsBackend, Sms
from notifications.backends.sms_http import HttpSmsBackend


class ConsoleSmsBackend(BaseSmsBackend):
    """Prints each message: for development."""

    def __init__(self, *, stream: TextIO | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.stream = stream or sys.stdout

    def send(self, message: Sms) -> str:
        self.stream.write(f"SMS {message.number}: {message.text}\n")
        self.stream.flush()
        return "console"


class FileSmsBackend(BaseSmsBackend):
    """Keeps each message as a file, which the demo mailbox shows among the mails."""

    def open(self) -> bool | None:
        try:
            make_folder()
        except OSError as error:
            raise UnreachableError("mailbox_unwritable") from error
        return None

    def send(self, message: Sms) -> str:
        mail = EmailMessage()
        mail["To"] = f'"{message.number}" <sms@localhost>'
        mail["Subject"] = "SMS"
        mail["Date"] = format_datetime(timezone.now())
        mail["X-Channel"] = "sms"
        mail.set_content(message.text + "\n")
        try:
            return f"mailbox:{store(mail.as_bytes())}"
        except OSError as error:
            raise UnreachableError("mailbox_unwritable") from error


def is_sms_available() -> bool:
    """Whether this site can send text messages at all."""
    return bool(settings.SMS_URL)


def get_sms_backend(**options: Any) -> BaseSmsBackend:
    """Return the backend that `SMS_URL` names.

    Raises:
        ImproperlyConfigured: it names none.
    """
    url = settings.SMS_URL
    if url == "console:":
        return ConsoleSmsBackend(**options)
    if url == "file:":
        return FileSmsBackend(**options)
    if url.startswith("https://"):
        return HttpSmsBackend(**options)
    raise ImproperlyConfigured("SMS_URL is console:, file: or an https address")
