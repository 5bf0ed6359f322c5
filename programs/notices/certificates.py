"""A document is ready: the mail says no more than that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.mails import render_mail
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
    if message.recipient is None:
        raise LookupError(message.subject_id)
    path = reverse("programs:certificate_list")
    return render_mail("programs/email/certificate", recipient=message.recipient, path=path)


def register_kinds() -> None:
    register(Kind(name=CERTIFICATE, current=_is_current, render=_render, label=_("Document ready")))
