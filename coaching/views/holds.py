"""A time kept for ten minutes: choose, confirm, or let it go. For oneself, or by staff."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthenticatedRequest
from coaching.engine.policies import CLINICAL_DUTY
from coaching.forms.holds import HoldConfirmForm, HoldForm
from coaching.models import Hold
from coaching.services.booking_policies import resolve_policy
from coaching.services.bookings import book
from coaching.services.holds import place_hold, release_hold
from coaching.services.slots import nearest_slots
from coaching.views.pickers import Picker, own_enrollment
from coaching.views.slot_pages import form_data, nearest_times, refused


@transaction.non_atomic_requests  # place_hold() owns its transaction
@require_http_methods(["GET", "POST"])
def hold_create(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """Keep a tapped time and ask for one more tap; a refusal shows the picker around that time."""
    enrollment = own_enrollment(request, enrollment_id)
    if request.method == "GET":  # the links of the picker, after a refusal
        address = reverse("coaching:session_book", args=[enrollment_id])
        return redirect(f"{address}?{request.GET.urlencode()}")
    now = timezone.now()
    form, picker = HoldForm(request.POST), Picker(request, enrollment=enrollment, now=now)
    template = "coaching/session_book.html"
    if not form.is_valid():
        return render(request, template, picker.context(form), status=400)
    coach_id, start = form.cleaned_data["slot"]
    coach = next((coach for coach in picker.coaches if coach.public_id == coach_id), None)
    try:
        hold = place_hold(
            actor=request.user,
            enrollment=enrollment,
            session_type=picker.offered,
            start=start,
            coach=coach,
            now=now,
        )
    except ValidationError as refusal:
        context = picker.context(form, near=start)
        return nearest_times(request, template, context, form, refusal, start)
    return redirect(hold)


def _visible(request: AuthenticatedRequest, hold_id: UUID) -> Hold:
    return get_object_or_404(
        Hold.objects.visible_to(request.user).select_related(
            "clinician",
            "coach",
            "session_type",
            "enrollment__cohort__engagement",
            "enrollment__clinician",
            "booking__coaching_session",
        ),
        public_id=hold_id,
    )


def _way_back(request: AuthenticatedRequest, hold: Hold) -> HttpResponseRedirect:
    """To the picker that the hold came from."""
    is_own = hold.clinician_id == request.user.pk
    view = "coaching:session_book" if is_own else "coaching:booking_for"
    return redirect(view, hold.enrollment.public_id)


@transaction.non_atomic_requests  # book() owns its transaction
@require_http_methods(["GET", "POST"])
def hold_detail(request: AuthenticatedRequest, hold_id: UUID) -> HttpResponse:
    """What is kept, until when, under which rules; one button books it."""
    hold = _visible(request, hold_id)
    form = HoldConfirmForm(form_data(request) if request.method == "POST" else None)
    if not form.is_valid():
        if hold.booking is not None:
            return redirect(hold.booking)
        if hold.released_at is not None:
            messages.info(request, _("That time is no longer kept. Choose again."))
            return _way_back(request, hold)
        return render(request, "coaching/hold_detail.html", _context(request, hold, form))
    now = timezone.now()
    try:
        booking = book(
            actor=request.user,
            enrollment=hold.enrollment,
            hold=hold,
            idem_key=form.cleaned_data["idem_key"],
            now=now,
        )
    except ValidationError as refusal:
        if hold.booking is not None:
            return redirect(hold.booking)  # another tab was first
        context = _context(request, hold, form)
        context["nearest"] = _nearest(hold, now)
        return refused(request, "coaching/hold_detail.html", context, form, refusal)
    if hold.clinician_id == request.user.pk:
        messages.success(request, _("Your session is booked. A confirmation is on its way to you."))
    else:
        messages.success(request, _("The session is booked. The mail to the clinician names you."))
    return redirect(booking)


def _context(request: AuthenticatedRequest, hold: Hold, form: HoldConfirmForm) -> dict[str, object]:
    now = timezone.now()
    policy = resolve_policy(
        engagement=hold.enrollment.cohort.engagement, session_type=hold.session_type
    )
    is_own = hold.clinician_id == request.user.pk
    return {
        "hold": hold,
        "form": form,
        "is_own": is_own,
        "is_live": hold.is_live(now),
        "viewer_base": "base_clinician.html" if is_own else "base_consultant.html",
        "policy": policy,
        "duty_is_free": not policy.debits(CLINICAL_DUTY),
    }


def _nearest(hold: Hold, now: datetime) -> list[object]:
    return list(
        nearest_slots(
            enrollment=hold.enrollment,
            session_type=hold.session_type,
            wanted=hold.starts_at,
            now=now,
        )
    )


@require_POST
def hold_release(request: AuthenticatedRequest, hold_id: UUID) -> HttpResponse:
    """Let the time go and go back to the picker."""
    hold = _visible(request, hold_id)
    if hold.booking is not None:
        return redirect(hold.booking)
    release_hold(hold=hold, now=timezone.now())
    messages.success(request, _("The time is free again for others."))
    return _way_back(request, hold)
