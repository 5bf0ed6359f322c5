"""To the named contact: there is a page to look at. The mail says no more, and names nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import Practice, User
from notifications.kinds import Kind, Rendered, register

if TYPE_CHECKING:
    from notifications.models import Message

CONTACT_NOTE = "programs.contact_note"


def _is_current(message: Message) -> bool:
    return User.objects.practice_staff().filter(pk=message.subject_id).exists()


def _render(message: Message) -> Rendered:
    recipient, practice = message.recipient, Practice.current()
    if recipient is None:
        raise LookupError(message.subject_id)
    context = {
        "recipient": recipient,
        "practice": practice,
        "url": f"{settings.SITE_URL}{reverse('programs:concern_list')}",
        "site_url": settings.SITE_URL,
    }
    with translation.override(recipient.locale):
        parts = {
            part: render_to_string(f"programs/email/contact_note_{part}", context)
            for part in ("subject.txt", "body.txt", "body.html")
        }
    return Rendered(
        subject=" ".join(parts["subject.txt"].split()),
        text=parts["body.txt"],
        html=parts["body.html"],
        sender_name=practice.sender_name,
        reply_to=practice.reply_to,
    )


def register_kinds() -> None:
    register(
        Kind(name=CONTACT_NOTE, current=_is_current, render=_render, label=_("A page to read"))
    )
