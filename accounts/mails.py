"""A mail of three templates in its reader's language and zone: what the notices of all apps share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.models import Practice
from notifications.kinds import Rendered
from notifications.services.opt_outs import stop_address, stop_headers

if TYPE_CHECKING:
    from accounts.models import User

PARTS = ("subject.txt", "body.txt", "body.html")


def render_mail(
    template: str,
    *,
    recipient: User,
    path: str,
    context: Mapping[str, Any] | None = None,
    topic: str = "",
    sender_name: str = "",
    reply_to: str = "",
) -> Rendered:
    """Return the mail of `<template>_subject.txt`, `<template>_body.txt` and `<template>_body.html`.

    Args:
        template: "outcomes/email/report".
        path: of the page that the mail leads to; its address is `url` in the templates.
        context: beside `url`, `recipient`, `practice`, `site_url` and `stop_url`.
        topic: of the opt-out that the mail offers; "" for what cannot be stopped.
        sender_name, reply_to: the practice's, if not given.
    """
    practice = Practice.current()
    address = stop_address(person=recipient, topic=topic) if topic else ""
    shared = {
        "recipient": recipient,
        "practice": practice,
        "site_url": settings.SITE_URL,
        "url": f"{settings.SITE_URL}{path}",
        "stop_url": address,
    }
    with translation.override(recipient.locale), timezone.override(recipient.zone):
        subject, text, html = (
            render_to_string(f"{template}_{part}", shared | dict(context or {})) for part in PARTS
        )
    return Rendered(
        subject=" ".join(subject.split()),
        text=text,
        html=html,
        sender_name=sender_name or practice.sender_name,
        reply_to=reply_to or practice.reply_to,
        headers=stop_headers(address) if address else {},
    )
