"""What was sent, what waits, what did not arrive; for those who look after the people concerned."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from notifications.kinds import all_kinds
from notifications.models import Message, Outbox
from notifications.reports.message_pages import Choice, counts, describe, select
from notifications.services.circuits import waiting_circuits
from notifications.services.messages import close_trouble, retry_message
from notifications.services.outbox import pause, resume

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


@require_safe
@only("is_consultant")
def message_list(request: HttpRequest) -> HttpResponse:
    """The newest messages to people `user` looks after; `show=trouble`: what did not arrive."""
    now = timezone.now()
    visible = Message.objects.visible_to(request.user)
    titles = {kind.name: str(kind.title) for kind in all_kinds()}
    choice = Choice.read(request.GET.dict(), titles)
    page, older = select(visible, choice)
    context = {
        "rows": describe(page, titles, now),
        "older": older,
        "choice": choice,
        "person": page[0].recipient if choice.person and page else None,
        "states": Message.State.choices,
        "channels": Message.Channel.choices,
        "kinds": sorted((title, name) for name, title in titles.items()),
        "counts": counts(visible, now),
        "outbox": Outbox.current(),
        "circuits": waiting_circuits(),
    }
    return render(request, "notifications/message_list.html", context)


def _posted_message(request: HttpRequest) -> Message:
    key = request.POST.get("message", "")
    if not key.isdecimal() or len(key) > 18:
        raise Http404
    return get_object_or_404(Message.objects.visible_to(request.user), pk=int(key))


def _back(request: HttpRequest) -> HttpResponse:
    """To the list the button was on: the form posts there with its query."""
    query = request.GET.urlencode()
    return redirect(reverse("notifications:message_list") + (f"?{query}" if query else ""))


@require_POST
@only("is_consultant")
def message_retry(request: HttpRequest) -> HttpResponse:
    """Send one message again."""
    message = _posted_message(request)
    try:
        retry_message(message=message, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("It is in the queue again and leaves within a minute."))
    return _back(request)


@require_POST
@only("is_consultant")
def message_handle(request: HttpRequest) -> HttpResponse:
    """Be done with a message that did not arrive."""
    message = _posted_message(request)
    try:
        close_trouble(message=message, actor=request.user, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Done. It stays in the list of all messages."))
    return _back(request)


@require_POST
@only("is_owner")
def sending_pause(request: HttpRequest) -> HttpResponse:
    """Hold everything back until somebody resumes."""
    pause(now=timezone.now())
    messages.success(request, _("Nothing is sent until you say so."))
    return redirect("notifications:message_list")


@require_POST
@only("is_owner")
def sending_resume(request: HttpRequest) -> HttpResponse:
    """Send again after a pause or a restore."""
    resume()
    messages.success(request, _("Messages are sent again."))
    return redirect("notifications:message_list")
