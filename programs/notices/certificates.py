"""A document is ready: the mail says no more than that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import Practice
from notifications.kinds import Kind, Rendered, register
from programs.models import Certificate

if TYPE_CHECKING:
    from notifications.models import Message

CERTIFICATE = "programs.certificate"


def _find(message: Message) -> Certificate | None:
    return Certificate.objects.standing().filter(pk=message.subject_id).first()


def _is_current(message: Message) -> bool:
    return _find(message) is not None


def _render(message: Message) -> Rendered:
    recipient, practice = message.recipient, Practice.current()
    if recipient is None:
        raise LookupError(message.subject_id)
    context = {
        "recipient": recipient,
        "practice": practice,
        "url": f"{settings.SITE_URL}{reverse('programs:certificate_list')}",
        "site_url": settings.SITE_URL,
    }
    with translation.override(recipient.locale):
        parts = {
            part: render_to_string(f"programs/email/certificate_{part}", context)
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
    register(Kind(name=CERTIFICATE, current=_is_current, render=_render, label=_("Document ready")))
