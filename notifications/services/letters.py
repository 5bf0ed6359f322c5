"""Make the text of a claimed message, for the channel it leaves by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from core.mail import build_mail
from notifications.backends.errors import PermanentError
from notifications.backends.numbers import find_number
from notifications.backends.sms import Sms
from notifications.engine.sms_text import plain
from notifications.models import Message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import EmailMessage

    from notifications.kinds import Kind, Rendered


def build(kind: Kind, message: Message) -> Any:
    """Return what the channel's transport sends.

    Raises:
        PermanentError: the recipient has no number.
        ValueError: the kind has no text for this channel, or the address is none.
    """
    rendered = kind.render(message)
    if message.channel == Message.Channel.SMS:
        return _sms(message, rendered)
    return _mail(message, rendered)


def load_batch(kind: Kind, messages: Sequence[Message]) -> None:
    """Read at once what `kind` needs for these messages; see `Kind.load`."""
    if kind.load is None:
        return
    loaded = kind.load(messages)
    for message in messages:
        message.loaded = loaded.get(message.pk)


def _sms(message: Message, rendered: Rendered) -> Sms:
    if not rendered.short:
        raise ValueError(f"kind {message.kind} has no short text")
    number = rendered.number
    if not number and message.recipient_id:
        number = find_number(message.recipient_id)
    if not number:
        raise PermanentError("no_number")
    return Sms(number=number, text=plain(rendered.short), reference=message.sms_reference)


def _mail(message: Message, rendered: Rendered) -> EmailMessage:
    recipient = message.recipient
    to = (recipient.name, recipient.email) if recipient is not None else ("", message.address)
    return build_mail(
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        sender=settings.DEFAULT_FROM_EMAIL,
        sender_name=rendered.sender_name,
        to=[to],
        reply_to=rendered.reply_to,
        message_id=message.message_id,
        calendar=rendered.calendar,
        calendar_method=rendered.calendar_method,
        headers=rendered.headers,
    )
