"""The links in each mail about a session: see it, move it, cancel it, without signing in.

GET shows, POST acts, so a mail scanner that opens links changes nothing. Each link does one thing, and
its page hands out no other link: that to look changes nothing, that to move cannot cancel, that to
cancel cannot move. Both are good for the booking as it was when the mail was made: once it changed,
they say so. No page shows the name of a program, employer or clinician: whoever holds a link sees a
time and a coach.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coaching.forms.bookings import BookingCancelForm, BookingMoveForm
from coaching.models import Booking
from coaching.models.bookings import CANCEL_LINK, MOVE_LINK
from coaching.services.bookings import ON_DUTY, cancel, move
from coaching.services.slots import find_open_slots
from coaching.views.booking_terms import booking_terms
from coaching.views.slot_pages import refused
from core.forms import Audience
from core.tokens import SignedLink, read_link

TIMES_SHOWN = 6
_DAYS = 14
_LOADED = (
    "coaching_session__session_type",
    "coaching_session__coach",
    "enrollment__cohort__engagement",
    "enrollment__clinician",
    "clinician",
)

Action = Callable[[HttpRequest, Booking, datetime], HttpResponse]


@login_not_required
@require_safe
def booking_link(request: HttpRequest, token: str) -> HttpResponse:
    """The time and place."""
    booking = Booking.objects.with_token(token).select_related(*_LOADED).first()
    if booking is None or booking.coaching_session.starts_at <= timezone.now():
        raise Http404
    with timezone.override(booking.clinician.zone):
        if not booking.is_live:
            return _kept_to_itself(_canceled(request, booking))
        page = render(request, "coaching/booking_link.html", {"booking": booking})
        return _kept_to_itself(page)


def _by_link(purpose: str) -> Callable[[Action], Callable[..., HttpResponse]]:
    """Find the booking that a signed link is about, and run the view while the link is good."""

    def decorate(view: Action) -> Callable[..., HttpResponse]:
        @login_not_required
        @transaction.non_atomic_requests  # move() and cancel() own their transactions
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def found(request: HttpRequest, **tokens: str) -> HttpResponse:
            link = read_link(next(iter(tokens.values())), purpose=purpose)
            if link is None:
                raise Http404
            booking = Booking.objects.with_link(link).select_related(*_LOADED).first()
            if booking is None:
                raise Http404
            with timezone.override(booking.clinician.zone):
                return _kept_to_itself(_answer(request, view, booking, link))

        return found

    return decorate


def _answer(request: HttpRequest, view: Action, booking: Booking, link: SignedLink) -> HttpResponse:
    now = timezone.now()
    if not booking.is_live:
        return _canceled(request, booking)
    if link.expires <= now.timestamp():
        return render(request, "coaching/_booking_link_ended.html", status=410)
    if link.revision != booking.rev:
        status = 409 if request.method == "POST" else 200
        context = {"booking": booking}
        return render(request, "coaching/_booking_link_changed.html", context, status=status)
    return view(request, booking, now)


def _kept_to_itself(response: HttpResponse) -> HttpResponse:
    # Not "no-referrer": browsers would post the form with "Origin: null", which is refused.
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _canceled(request: HttpRequest, booking: Booking) -> HttpResponse:
    return render(request, "coaching/_booking_canceled_page.html", {"booking": booking})


@_by_link(MOVE_LINK)
def booking_link_move(request: HttpRequest, booking: Booking, now: datetime) -> HttpResponse:
    """One button for the next time that is free, and some more below it."""
    days = find_open_slots(
        enrollment=booking.enrollment,
        session_type=booking.coaching_session.session_type,
        now=now,
        first_day=timezone.localdate(now),
        days=_DAYS,
        booking=booking,
    )
    slots = [slot for day in days for slot in day.slots]
    slots = [slot for slot in slots if slot.starts_at != booking.coaching_session.starts_at]
    data = request.POST if request.method == "POST" else None
    form = BookingMoveForm(data, days=days, initial={"rev": booking.rev})
    context: dict[str, Any] = {
        "booking": booking,
        "form": form,
        "slots": _spread(slots),
        "terms": booking_terms(booking=booking, viewer=booking.clinician, now=now),
    }
    template = "coaching/booking_link_move.html"
    if not form.is_valid():
        return render(request, template, context, status=400 if form.is_bound else 200)
    try:
        moved = move(
            actor=booking.clinician,
            booking=booking,
            start=form.cleaned_data["slot"][1],
            reason=ON_DUTY if form.cleaned_data["on_duty"] else "",
            expected_rev=form.cleaned_data["rev"],
            idem_key=form.cleaned_data["idem_key"],
            now=now,
        )
    except ValidationError as refusal:
        return refused(request, template, context, form, refusal)
    messages.success(request, _("Your session is moved. Your calendar gets the new time by mail."))
    return redirect("coaching:booking_link", moved.link_token)


def _spread(slots: list[Any]) -> list[Any]:
    """The first time of each of the next days, then later ones: six choices, not one morning."""
    chosen: list[Any] = []
    for slot in slots:
        if not chosen or slot.starts_at - chosen[-1].starts_at >= timedelta(hours=4):
            chosen.append(slot)
    return chosen[:TIMES_SHOWN]


@_by_link(CANCEL_LINK)
def booking_link_cancel(request: HttpRequest, booking: Booking, now: datetime) -> HttpResponse:
    """Say what canceling means now; cancel on POST."""
    names = {Audience.ME_AND_COACH: booking.coaching_session.coach.first_name}
    data = request.POST if request.method == "POST" else None
    form = BookingCancelForm(data, initial={"rev": booking.rev}, audience_names=names)
    context: dict[str, Any] = {
        "booking": booking,
        "form": form,
        "terms": booking_terms(booking=booking, viewer=booking.clinician, now=now),
    }
    template = "coaching/booking_link_cancel.html"
    if not form.is_valid():
        return render(request, template, context, status=400 if form.is_bound else 200)
    try:
        cancel(
            actor=booking.clinician,
            booking=booking,
            reason=ON_DUTY if form.cleaned_data["on_duty"] else "",
            expected_rev=form.cleaned_data["rev"],
            now=now,
        )
    except ValidationError as refusal:
        return refused(request, template, context, form, refusal)
    return _canceled(request, booking)
