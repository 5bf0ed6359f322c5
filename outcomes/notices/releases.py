"""A report is ready: a link for the organization's admins, never the report itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.mails import render_mail
from accounts.models import Membership, User
from notifications.kinds import Kind, Rendered, register
from notifications.services.opt_outs import has_opted_out
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
    path = release.get_absolute_url()
    return render_mail("outcomes/email/report", recipient=person, path=path, topic=TOPIC)


def register_kinds() -> None:
    """Called once, when the app is ready."""
    register(Kind(name=REPORT, current=_is_current, render=_render, label=_("Report ready")))
