"""A report is ready: a link for the organization's admins, never the report itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Practice, User
from notifications.kinds import Kind, Rendered, register
from notifications.services.opt_outs import has_opted_out, stop_address, stop_headers
from outcomes.models import Release

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from notifications.models import Message

REPORT = "outcomes.report"
TOPIC = "reports"


def readers_of(organization: int) -> QuerySet[User]:
    """The admins of an organization, by its key, as of now."""
    admins = Membership.objects.live().filter(
        organization=organization, role=Membership.Role.ADMIN, started_at__isnull=False
    )
    return User.objects.filter(pk__in=admins.values("user"), is_active=True).order_by("pk")


def report_readers(release: Release) -> QuerySet[User]:
    """The admins of the release's organization, as of now."""
    return readers_of(release.wave.cohort.engagement.organization_id)


def _find(message: Message) -> Release | None:
    return Release.objects.filter(pk=message.subject_id).select_related("wave__cohort").first()


def _is_current(message: Message) -> bool:
    """Somebody who is no admin any more gets nothing; nor who stopped these."""
    release, person = _find(message), message.recipient
    if release is None or person is None:
        return False
    is_reader = report_readers(release).filter(pk=person.pk).exists()
    return is_reader and not has_opted_out(person=person, topic=TOPIC)


def _render(message: Message) -> Rendered:
    release, person = _find(message), message.recipient
    if release is None or person is None:
        raise LookupError(message.subject_id)
    practice = Practice.current()
    address = stop_address(person=person, topic=TOPIC)
    context = {
        "recipient": person,
        "practice": practice,
        "url": f"{settings.SITE_URL}{release.get_absolute_url()}",
        "stop_url": address,
        "site_url": settings.SITE_URL,
    }
    with translation.override(person.locale):
        parts = {
            part: render_to_string(f"outcomes/email/report_{part}", context)
            for part in ("subject.txt", "body.txt", "body.html")
        }
    return Rendered(
        subject=" ".join(parts["subject.txt"].split()),
        text=parts["body.txt"],
        html=parts["body.html"],
        sender_name=practice.sender_name,
        reply_to=practice.reply_to,
        headers=stop_headers(address),
    )


def register_kinds() -> None:
    """Called once, when the app is ready."""
    register(Kind(name=REPORT, current=_is_current, render=_render, label=_("Report ready")))
