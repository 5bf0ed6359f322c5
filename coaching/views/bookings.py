"""A clinician books, moves and cancels; staff may do so on a clinician's behalf."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AuthenticatedRequest
from coaching.forms.bookings import BookingCancelForm, BookingMoveForm, SessionBookForm
from coaching.models import Booking
from coaching.services.bookings import ON_DUTY, book, cancel, move
from coaching.services.series import cancel_following, later_of_series
from coaching.views.booking_terms import booking_terms
from coaching.views.pickers import Picker, own_enrollment
from coaching.views.slot_pages import form_data, nearest_times, refused, repeat_url, slot_page
from core.forms import Audience
from programs.models import Enrollment


@require_safe
def booking_start(request: AuthenticatedRequest) -> HttpResponse:
    """The Book tab: straight to the free times of the one program, or a choice of programs."""
    enrollments = list(
        Enrollment.objects.owned_by(request.user)
        .live()
        .select_related("cohort__version__program")
        .defer("cohort__version__content")
        .order_by("-accepted_at")
    )
    if len(enrollments) == 1:
        return redirect("coaching:session_book", enrollments[0].public_id)
    return render(request, "coaching/booking_start.html", {"enrollments": enrollments})


@transaction.non_atomic_requests  # book() owns its transaction
@require_http_methods(["GET", "POST"])
def session_book(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """Free times, one chosen; `?slot=` preselects one, `?type=` another kind of meeting."""
    enrollment = own_enrollment(request, enrollment_id)
    now = timezone.now()
    picker = Picker(request, enrollment=enrollment, now=now)
    template = "coaching/session_book.html"
    if picker.session_type is None:
        nothing: dict[str, Any] = {"enrollment": enrollment, "groups": picker.groups}
        return render(request, template, nothing)
    data = form_data(request) if request.method == "POST" else None
    form = SessionBookForm(data or None, initial={"slot": request.GET.get("slot")})
    if not form.is_valid():
        return render(request, template, picker.context(form), status=400 if form.is_bound else 200)
    if address := repeat_url(request, enrollment, picker.session_type):
        return redirect(address)
    _coach_id, start = form.cleaned_data["slot"]
    try:
        booking = book(
            actor=request.user,
            enrollment=enrollment,
            session_type=picker.session_type,
            coach=picker.coach,
            start=start,
            idem_key=form.cleaned_data["idem_key"],
            now=now,
        )
    except ValidationError as refusal:
        context = picker.context(form, near=start)
        return nearest_times(request, template, context, form, refusal, start)
    messages.success(request, _("Your session is booked. A confirmation is on its way to you."))
    return redirect(booking)


def _changeable(request: AuthenticatedRequest, booking_id: UUID) -> Booking:
    """The booking, if it is the viewer's own or one the viewer manages; else 404."""
    return get_object_or_404(
        Booking.objects.visible_to(request.user).select_related(
            "coaching_session__session_type",
            "coaching_session__coach",
            "enrollment__cohort__engagement",
            "enrollment__clinician",
            "clinician",
        ),
        public_id=booking_id,
    )


def _change_context(
    request: AuthenticatedRequest, booking: Booking, now: datetime
) -> dict[str, Any]:
    """What the pages that change a booking say; the coach sees them in the consultants' frame."""
    terms = booking_terms(booking=booking, viewer=request.user, now=now)
    base = "base_clinician.html" if terms.is_own else "base_consultant.html"
    return {"booking": booking, "terms": terms, "viewer_base": base}


def _already_over(request: AuthenticatedRequest, booking: Booking) -> HttpResponse:
    """A second tap on "Cancel" or an old tab: show how the booking stands."""
    messages.info(request, _("This booking has already ended."))
    return redirect(booking)


@transaction.non_atomic_requests  # move() owns its transaction
@require_http_methods(["GET", "POST"])
def booking_move(request: AuthenticatedRequest, booking_id: UUID) -> HttpResponse:
    """The same picker, for a booking that exists; what it costs is said before confirming."""
    booking = _changeable(request, booking_id)
    if not booking.is_live:
        return _already_over(request, booking)
    if booking.coaching_session.is_group:
        raise Http404  # a group keeps its time: its clinician cancels and books another
    now = timezone.now()
    session_type = booking.coaching_session.session_type
    page = slot_page(
        request, enrollment=booking.enrollment, session_type=session_type, now=now, booking=booking
    )
    names = {Audience.ME_AND_COACH: booking.coaching_session.coach.first_name}
    form = BookingMoveForm(request.POST or None, initial={"rev": booking.rev}, audience_names=names)
    form.offer(page.choices)
    context = _change_context(request, booking, now) | {"form": form, "page": page}
    if not form.is_valid():
        return render(
            request, "coaching/booking_move.html", context, status=400 if form.is_bound else 200
        )
    _coach_id, start = form.cleaned_data["slot"]
    try:
        move(
            actor=request.user,
            booking=booking,
            start=start,
            reason=ON_DUTY if form.cleaned_data["on_duty"] else "",
            expected_rev=form.cleaned_data["rev"],
            idem_key=form.cleaned_data["idem_key"],
            now=now,
        )
    except ValidationError as refusal:
        return nearest_times(request, "coaching/booking_move.html", context, form, refusal, start)
    messages.success(request, _("The session is moved. Calendars get the new time by mail."))
    return redirect(booking)


@transaction.non_atomic_requests  # cancel() owns its transaction
@require_http_methods(["GET", "POST"])
def booking_cancel(request: AuthenticatedRequest, booking_id: UUID) -> HttpResponse:
    """Say what canceling means now, then do it."""
    booking = _changeable(request, booking_id)
    if not booking.is_live:
        return _already_over(request, booking)
    now = timezone.now()
    names = {Audience.ME_AND_COACH: booking.coaching_session.coach.first_name}
    form = BookingCancelForm(
        request.POST or None, initial={"rev": booking.rev}, audience_names=names
    )
    later = len(later_of_series(booking=booking))
    context = _change_context(request, booking, now) | {"form": form, "later": later}
    if not form.is_valid():
        return render(
            request, "coaching/booking_cancel.html", context, status=400 if form.is_bound else 200
        )
    do = cancel_following if form.cleaned_data["following"] else cancel
    try:
        do(
            actor=request.user,
            booking=booking,
            reason=ON_DUTY if form.cleaned_data["on_duty"] else "",
            expected_rev=form.cleaned_data["rev"],
            now=now,
        )
    except ValidationError as refusal:
        return refused(request, "coaching/booking_cancel.html", context, form, refusal)
    messages.success(request, _("The session is canceled. Calendars get the cancellation by mail."))
    return redirect("outcomes:today" if context["terms"].is_own else booking)
