"""A short note that somebody of the practice sends: the next step is open, and takes minutes.

It says nothing of a state, a program or an employer, and nothing that the person wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.mails import render_mail
from accounts.models import Practice
from notifications.kinds import Kind, Rendered, register
from notifications.services.opt_outs import has_opted_out
from programs.models import Contact

if TYPE_CHECKING:
    from accounts.models import User
    from notifications.models import Message

NUDGE = "programs.nudge"
TOPIC = "learning"


def letter(*, recipient: User, sender: User | None, is_preview: bool = False) -> Rendered:
    """Return the note as it would leave. A preview is for the sender's eyes: it has no link that
    acts for the recipient."""
    context: dict[str, Any] = {"sender": sender}
    if is_preview:
        context["stop_url"] = _("(a link of their own)")
    return render_mail(
        "programs/email/nudge",
        recipient=recipient,
        path=reverse("programs:learn"),
        context=context,
        topic="" if is_preview else TOPIC,
        sender_name=f"{sender.name} · {Practice.current().sender_name}" if sender else "",
        reply_to=sender.email if sender else "",
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
