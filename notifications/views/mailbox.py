"""The demo mailbox: what would have gone to a mail server. Only on this machine, only without one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from notifications.backends.mailbox import StoredMail, list_mails, read_mail

View = Callable[..., HttpResponse]


def demo_only(view: View) -> View:
    """Answer 404 wherever mail really leaves, and on any machine that others reach."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.EMAIL_URL or not settings.LOCAL_MODE:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _mail_or_404(name: str) -> StoredMail:
    mail = read_mail(name)
    if mail is None:
        raise Http404
    return mail


@login_not_required
@require_safe
@demo_only
def mailbox_list(request: HttpRequest) -> HttpResponse:
    """The newest mails, perhaps only those `to` an address."""
    to = request.GET.get("to", "").strip()
    context = {"mails": list_mails(to=to), "to": to}
    return render(request, "notifications/mailbox_list.html", context)


@login_not_required
@require_safe
@demo_only
def mailbox_detail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "notifications/mailbox_detail.html", {"mail": _mail_or_404(name)})


@login_not_required
@require_safe
@demo_only
def mailbox_attachment(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One attachment, always as a download: nothing from a mail runs in this site's name."""
    attachments = _mail_or_404(name).attachments
    if not 1 <= number <= len(attachments):
        raise Http404
    part = attachments[number - 1]
    return HttpResponse(
        part.content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": content_disposition_header(True, part.filename) or ""},
    )
