"""The demo mailbox: real mails, each a file, when no mail server is set."""

from __future__ import annotations

import os
import re
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage as DjangoMail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.safestring import SafeString

from core.markdown import clean

_SHOWN = ("From", "To", "Reply-To", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe")
_NAME = re.compile(r"^[0-9]{13,16}-[0-9a-f]{32}$")


def make_folder() -> Path:
    folder = Path(settings.MAILBOX_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def store(content: bytes) -> str:
    """Write one mail and return its name. A half-written one is never seen."""
    folder = make_folder()
    name = f"{time.time_ns() // 1_000_000}-{uuid.uuid4().hex}"
    draft = folder / f"{name}.part"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    draft.rename(folder / f"{name}.eml")
    return name


class Attachment(NamedTuple):
    filename: str
    content: bytes


@dataclass(frozen=True)
class StoredMail:
    name: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def recipient(self) -> str:
        return str(self.message["To"] or "")

    @property
    def sent_at(self) -> datetime | None:
        try:
            return parsedate_to_datetime(str(self.message["Date"]))
        except (TypeError, ValueError):
            return None

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(self.message[name])) for name in _SHOWN if self.message[name]]

    @property
    def text(self) -> str:
        """The text part, or ""."""
        return self._body("plain")

    @property
    def html(self) -> SafeString:
        """The HTML part without anything that runs or styles, or ""."""
        return clean(self._body("html"))

    def _body(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return part.get_content() if part is not None else ""

    @property
    def attachments(self) -> list[Attachment]:
        parts = self.message.iter_attachments()
        return [
            Attachment(name, part.get_payload(decode=True) or b"")  # type: ignore[arg-type]
            for part in parts
            if (name := part.get_filename())
        ]


def read_mail(name: str) -> StoredMail | None:
    """Return one stored mail; a name that is none of ours finds nothing."""
    if not _NAME.match(name):
        return None
    try:
        content = (Path(settings.MAILBOX_DIR) / f"{name}.eml").read_bytes()
    except OSError:
        return None
    return StoredMail(name, message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]


def list_mails(*, to: str = "", limit: int = 100) -> list[StoredMail]:
    """Return the newest mails first; with `to`, those whose recipients contain it."""
    found: list[StoredMail] = []
    names = (path.stem for path in Path(settings.MAILBOX_DIR).glob("*.eml"))
    for name in sorted(names, reverse=True):
        mail = read_mail(name)
        if mail is not None and to.lower() in mail.recipient.lower():
            found.append(mail)
        if len(found) == limit:
            break
    return found


class MailboxBackend(BaseEmailBackend):
    """For mails that Django's own code sends, such as sign-in codes."""

    def send_messages(self, email_messages: Sequence[DjangoMail]) -> int:
        for message in email_messages:
            store(message.message().as_bytes())
        return len(email_messages)
