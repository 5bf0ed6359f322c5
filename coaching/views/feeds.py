"""A person's calendar: the page about it, and the feed that calendar programs read."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedRequest
from coaching.forms.feeds import CalendarLabelForm
from coaching.models import CalendarFeed
from coaching.services.feeds import end_feed, feed_file, make_feed, set_label
from core.callers import caller_of
from core.rates import is_too_often

MOST_AN_HOUR = 120
MOST_GUESSES_AN_HOUR = 30  # of one caller, whatever the addresses
_HOUR_S = 3600


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a calendar program: no sign-in, no cookie, nothing but times and neutral words."""
    caller = caller_of(request)
    if is_too_often(what="feed", key=f"{caller} {token}", most=MOST_AN_HOUR, seconds=_HOUR_S):
        return HttpResponse(status=429, headers={"Retry-After": str(_HOUR_S)})
    found = CalendarFeed.objects.with_token(token).select_related("person").first()
    if found is None:
        if is_too_often(what="feed_guess", key=caller, most=MOST_GUESSES_AN_HOUR, seconds=_HOUR_S):
            return HttpResponse(status=429, headers={"Retry-After": str(_HOUR_S)})
        raise Http404
    content = feed_file(feed=found, now=timezone.now())
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={
            "ETag": etag,
            "Cache-Control": "private, max-age=0, must-revalidate",
            "Content-Disposition": 'inline; filename="appointments.ics"',
            "X-Robots-Tag": "noindex",
        },
    )
    return get_conditional_response(request, etag=etag, response=response) or response


@require_http_methods(["GET", "POST"])
def calendar(request: AuthenticatedRequest) -> HttpResponse:
    """Say what is in one's calendar, and under which name."""
    mine = CalendarFeed.objects.owned_by(request.user).first()
    data = request.POST if request.method == "POST" else None
    form = CalendarLabelForm(data, initial={"label": mine.label if mine else ""})
    if form.is_valid():
        set_label(person=request.user, label=form.cleaned_data["label"])
        messages.success(request, _("Saved. New entries have that name."))
        return redirect("coaching:calendar")
    return _page(request, form=form, mine=mine, status=422 if form.errors else 200)


@require_POST
def calendar_make(request: AuthenticatedRequest) -> HttpResponse:
    """Make the secret address, or another one, and show it this once."""
    token = make_feed(person=request.user, now=timezone.now())
    mine = CalendarFeed.objects.owned_by(request.user).get()
    form = CalendarLabelForm(initial={"label": mine.label})
    address = f"{settings.SITE_URL}{reverse('coaching:feed', args=[token])}"
    return _page(request, form=form, mine=mine, address=address)


@require_POST
def calendar_end(request: AuthenticatedRequest) -> HttpResponse:
    """Turn the feed off."""
    end_feed(person=request.user)
    messages.success(request, _("The address no longer works. Remove it from your calendar too."))
    return redirect("coaching:calendar")


def _page(
    request: AuthenticatedRequest,
    *,
    form: CalendarLabelForm,
    mine: CalendarFeed | None,
    address: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "feed": mine, "address": address}
    response = render(request, "coaching/calendar.html", context, status=status)
    response.headers["Cache-Control"] = "no-store, private"
    return response
