"""What was sent, what waits, what did not arrive; for those who look after the people concerned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from notifications.kinds import get_kind
from notifications.models import Message, Outbox
from notifications.services.messages import retry_message
from notifications.services.outbox import resume

PER_PAGE = 50
TONES = {
    Message.State.PENDING: "planned",
    Message.State.SENT: "sent",
    Message.State.SUPERSEDED: "canceled",
    Message.State.SKIPPED_LATE: "skipped",
    Message.State.MISSED: "warn",
    Message.State.FAILED: "failed",
    Message.State.UNKNOWN: "ambiguous",
}
View = Callable[..., HttpResponse]


def only(attribute: str) -> Callable[[View], View]:
    """Answer 404 to everybody whose `attribute` ("is_consultant", "is_owner") is not true."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not getattr(request.user, attribute, False):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


class Row(NamedTuple):
    """One line of the list; `tone` is the badge's."""

    message: Message
    title: str | Promise
    tone: str
    is_retryable: bool


def _row(message: Message, now: datetime) -> Row:
    kind = get_kind(message.kind)
    return Row(
        message=message,
        title=kind.title if kind is not None else message.kind,
        tone=TONES.get(Message.State(message.state), "neutral"),
        is_retryable=message.is_retryable_at(now),
    )


@require_safe
@only("is_consultant")
def message_list(request: HttpRequest) -> HttpResponse:
    """The newest messages to people `user` looks after; `show=trouble`: what did not arrive."""
    visible = Message.objects.visible_to(request.user)
    show = "trouble" if request.GET.get("show") == "trouble" else "all"
    shown = visible.troubled() if show == "trouble" else visible
    page = Paginator(shown.newest_first(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(message, timezone.now()) for message in page],
        "show": show,
        "trouble_count": visible.troubled().count(),
        "outbox": Outbox.current(),
    }
    return render(request, "notifications/message_list.html", context)


@require_POST
@only("is_consultant")
def message_retry(request: HttpRequest) -> HttpResponse:
    """Send one message again."""
    key = request.POST.get("message", "")
    if not key.isdecimal() or len(key) > 18:
        raise Http404
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=int(key))
    try:
        retry_message(message=message, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("It is in the queue again and leaves within a minute."))
    return redirect("notifications:message_list")


@require_POST
@only("is_owner")
def sending_resume(request: HttpRequest) -> HttpResponse:
    """Send again after a pause or a restore."""
    resume()
    messages.success(request, _("Messages are sent again."))
    return redirect("notifications:message_list")
