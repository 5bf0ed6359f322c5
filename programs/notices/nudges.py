"""A short note that somebody of the practice sends: the next step is open, and takes minutes.

It says nothing of a state, a program or an employer, and nothing that the person wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import Practice
from notifications.kinds import Kind, Rendered, register
from notifications.services.opt_outs import has_opted_out, stop_address, stop_headers
from programs.models import Contact

if TYPE_CHECKING:
    from accounts.models import User
    from notifications.models import Message

NUDGE = "programs.nudge"
TOPIC = "learning"


def letter(*, recipient: User, sender: User | None, is_preview: bool = False) -> Rendered:
    """Return the note as it would leave. A preview is for the sender's eyes: it has no link that
    acts for the recipient."""
    practice = Practice.current()
    address = "" if is_preview else stop_address(person=recipient, topic=TOPIC)
    context: dict[str, Any] = {
        "recipient": recipient,
        "sender": sender,
        "practice": practice,
        "url": f"{settings.SITE_URL}{reverse('programs:learn')}",
        "stop_url": address or _("(a link of their own)"),
        "site_url": settings.SITE_URL,
    }
    with translation.override(recipient.locale):
        parts = {
            part: render_to_string(f"programs/email/nudge_{part}", context)
            for part in ("subject.txt", "body.txt", "body.html")
        }
    return Rendered(
        subject=" ".join(parts["subject.txt"].split()),
        text=parts["body.txt"],
        html=parts["body.html"],
        sender_name=f"{sender.name} · {practice.sender_name}" if sender else practice.sender_name,
        reply_to=sender.email if sender else practice.reply_to,
        headers=stop_headers(address) if address else {},
    )


def _contact(message: Message) -> Contact | None:
    people = Contact.objects.select_related("enrollment__clinician", "by")
    return people.filter(pk=message.subject_id).first()


def _is_current(message: Message) -> bool:
    """They still take part, and did not stop such mail."""
    contact = _contact(message)
    if contact is None or contact.enrollment.state != contact.enrollment.State.ACTIVE:
        return False
    return not has_opted_out(person=contact.enrollment.clinician, topic=TOPIC)


def _render(message: Message) -> Rendered:
    contact = _contact(message)
    if contact is None:
        raise LookupError(message.subject_id)
    return letter(recipient=contact.enrollment.clinician, sender=contact.by)


def register_kinds() -> None:
    register(Kind(name=NUDGE, current=_is_current, render=_render, label=_("Note to go on")))
