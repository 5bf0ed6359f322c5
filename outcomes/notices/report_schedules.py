"""It is time to look: a link to an organization's own page, never a figure of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.mails import render_mail
from notifications.kinds import Kind, Rendered, register
from notifications.services.opt_outs import has_opted_out
from outcomes.models import ReportSchedule
from outcomes.notices.releases import TOPIC, readers_of
from programs.models import Cohort

if TYPE_CHECKING:
    from datetime import datetime

    from notifications.models import Message

LOOK = "outcomes.time_to_look"
_STILL_NEWS = timedelta(days=100)  # after the end of a cohort


def _find(message: Message) -> ReportSchedule | None:
    return ReportSchedule.objects.filter(pk=message.subject_id).first()


def has_news(organization: int, now: datetime) -> bool:
    """Tell whether a cohort of the organization runs, or ended a while ago at most."""
    today = timezone.localdate(now)
    cohorts = Cohort.objects.filter(
        engagement__organization=organization, starts_on__lte=today, ends_on__gt=today - _STILL_NEWS
    )
    return cohorts.exists()


def _is_current(message: Message) -> bool:
    """Still asked for, by somebody who still may read, of an organization with something to read."""
    schedule, person = _find(message), message.recipient
    if schedule is None or person is None or has_opted_out(person=person, topic=TOPIC):
        return False
    key = schedule.organization_id
    return readers_of(key).filter(pk=person.pk).exists() and has_news(key, timezone.now())


def _render(message: Message) -> Rendered:
    person = message.recipient
    if person is None:
        raise LookupError(message.subject_id)
    path = reverse("outcomes:overview")
    return render_mail("outcomes/email/look", recipient=person, path=path, topic=TOPIC)


def register_kinds() -> None:
    """Called once, when the app is ready."""
    register(Kind(name=LOOK, current=_is_current, render=_render, label=_("Time to look")))
