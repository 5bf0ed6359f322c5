"""Messages of this app itself: the code that shows whose phone a number is."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.utils import timezone, translation
from django.utils.translation import gettext

from core.tokens import derive_token
from notifications.kinds import Kind, Rendered, register
from notifications.models import PhoneCode

if TYPE_CHECKING:
    from notifications.models import Message

PHONE_CODE = "notifications.phone_code"
_DIGITS = 6


def code_of(code: PhoneCode) -> str:
    """Return the six digits. They are derived: whoever has the database alone cannot know them."""
    token = derive_token(purpose="phone_code", subject=code.public_id, revision=0)
    digest = hashlib.sha256(token.encode()).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**_DIGITS:0{_DIGITS}}"


def _find(message: Message) -> PhoneCode | None:
    return PhoneCode.objects.filter(pk=message.subject_id).first()


def _is_current(message: Message) -> bool:
    code = _find(message)
    return code is not None and code.closed_at is None and code.expires_at > timezone.now()


def _render(message: Message) -> Rendered:
    code = _find(message)
    if code is None or message.recipient is None:
        raise LookupError(message.subject_id)
    with translation.override(message.recipient.locale):
        words = gettext("%(code)s is your code. It is good for ten minutes.") % {
            "code": code_of(code)
        }
        return Rendered(subject=gettext("Your code"), text=words, short=words, number=code.phone)


def register_kinds() -> None:
    """Called once, when the app is ready."""
    register(
        Kind(
            name=PHONE_CODE,
            current=_is_current,
            render=_render,
            # A second code by SMS helps nobody, but does no harm either: ask, then leave it.
            ambiguous={"sms": "ask_provider"},
        )
    )
