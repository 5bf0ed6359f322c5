"""The link that stops a kind of mail: no sign-in, one button; a mail program may press it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.models import OptOut
from notifications.services.opt_outs import has_opted_out, person_of, stop_mail, want_mail


@login_not_required
@csrf_exempt  # RFC 8058: the mail program has no cookie; the token in the address is the proof
@require_http_methods(["GET", "HEAD", "POST"])
def mail_stop(request: HttpRequest, topic: str, stop_token: str) -> HttpResponse:
    """GET says what it is about; POST stops it, or with `again` takes that back."""
    person = person_of(topic=topic, token=stop_token)
    if person is None:
        raise Http404
    if request.method == "POST":
        if "again" in request.POST:
            want_mail(person=person, topic=topic)
        else:
            stop_mail(person=person, topic=topic, now=timezone.now())
    context = {
        "topic": OptOut.Topic(topic).label,
        "has_stopped": has_opted_out(person=person, topic=topic),
    }
    response = render(request, "notifications/mail_stop.html", context)
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Cache-Control"] = "no-store, private"
    return response
