"""The link in each mail about a session: see the time, move it, cancel it, without signing in.

GET shows, POST acts, so a mail scanner that opens links changes nothing. The page shows no name of
program, employer or clinician: whoever holds the link sees a time and a coach.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
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
from django.views.decorators.http import require_http_methods

from coaching.forms.bookings import BookingCancelForm, BookingMoveForm
from coaching.models import Booking
from coaching.services.bookings import ON_DUTY, cancel, move
from coaching.services.slots import find_open_slots
from coaching.views.booking_terms import booking_terms
from coaching.views.slot_pages import refused
from core.forms import Audience

TIMES_SHOWN = 6
_DAYS = 14


def _by_token(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Find the token's booking of a future session and show times in its clinician's zone.

    One that was canceled says so: that is what a second tap on "Cancel" gets to see.
    """

    @login_not_required
    @transaction.non_atomic_requests  # move() and cancel() own their transactions
    @require_http_methods(["GET", "POST"])
    @wraps(view)
    def found(request: HttpRequest, token: str) -> HttpResponse:
        booking = (
            Booking.objects.with_token(token)
            .select_related(
                "coaching_session__session_type",
                "coaching_session__coach",
                "enrollment__cohort__engagement",
                "enrollment__clinician",
                "clinician",
            )
            .first()
        )
        if booking is None or booking.coaching_session.starts_at <= timezone.now():
            raise Http404
        with timezone.override(booking.clinician.zone):
            response = (
                view(request, token, booking) if booking.is_live else _canceled(request, booking)
            )
        # Not "no-referrer": browsers would post the form with "Origin: null", which is refused.
        response.headers["Referrer-Policy"] = "strict-origin"
        response.headers["Cache-Control"] = "no-store, private"
        return response

    return found


def _canceled(request: HttpRequest, booking: Booking) -> HttpResponse:
    return render(request, "coaching/_booking_canceled_page.html", {"booking": booking})


@_by_token
def booking_link(request: HttpRequest, token: str, booking: Booking) -> HttpResponse:
    """The time, and a button for each of the next free ones."""
    now = timezone.now()
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
    form = BookingMoveForm(request.POST or None, days=days, initial={"rev": booking.rev})
    context: dict[str, Any] = {
        "booking": booking,
        "token": token,
        "form": form,
        "slots": _spread(slots),
        "terms": booking_terms(booking=booking, viewer=booking.clinician, now=now),
    }
    if not form.is_valid():
        return render(
            request, "coaching/booking_link.html", context, status=400 if form.is_bound else 200
        )
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
        return refused(request, "coaching/booking_link.html", context, form, refusal)
    messages.success(request, _("Your session is moved. Your calendar gets the new time by mail."))
    return redirect("coaching:booking_link", moved.link_token)


def _spread(slots: list[Any]) -> list[Any]:
    """The first time of each of the next days, then later ones: six choices, not one morning."""
    chosen: list[Any] = []
    for slot in slots:
        if not chosen or slot.starts_at - chosen[-1].starts_at >= timedelta(hours=4):
            chosen.append(slot)
    return chosen[:TIMES_SHOWN]


@_by_token
def booking_link_cancel(request: HttpRequest, token: str, booking: Booking) -> HttpResponse:
    """Say what canceling means now; cancel on POST."""
    now = timezone.now()
    names = {Audience.ME_AND_COACH: booking.coaching_session.coach.first_name}
    form = BookingCancelForm(
        request.POST or None, initial={"rev": booking.rev}, audience_names=names
    )
    context: dict[str, Any] = {
        "booking": booking,
        "token": token,
        "form": form,
        "terms": booking_terms(booking=booking, viewer=booking.clinician, now=now),
    }
    if not form.is_valid():
        return render(
            request,
            "coaching/booking_link_cancel.html",
            context,
            status=400 if form.is_bound else 200,
        )
    try:
        cancel(
            actor=booking.clinician,
            booking=booking,
            reason=ON_DUTY if form.cleaned_data["on_duty"] else "",
            expected_rev=form.cleaned_data["rev"],
            now=now,
        )
    except ValidationError as refusal:
        return refused(request, "coaching/booking_link_cancel.html", context, form, refusal)
    return _canceled(request, booking)
