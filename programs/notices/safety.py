"""To the named contact: there is a page to look at. The mail says no more, and names nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.mails import render_mail
from accounts.models import User
from notifications.kinds import Kind, Rendered, register

if TYPE_CHECKING:
    from notifications.models import Message

CONTACT_NOTE = "programs.contact_note"


def _is_current(message: Message) -> bool:
    return User.objects.practice_staff().filter(pk=message.subject_id).exists()


def _render(message: Message) -> Rendered:
    if message.recipient is None:
        raise LookupError(message.subject_id)
    path = reverse("programs:concern_list")
    return render_mail("programs/email/contact_note", recipient=message.recipient, path=path)


def register_kinds() -> None:
    register(
        Kind(name=CONTACT_NOTE, current=_is_current, render=_render, label=_("A page to read"))
    )
