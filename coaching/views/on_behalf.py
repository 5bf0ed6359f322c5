"""Staff book for a clinician: the same picker, or a time of their own in spite of a rule."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest, consultant_only
from coaching.forms.holds import BookingForForm
from coaching.services.holds import place_hold
from coaching.views.pickers import Picker, staffed_enrollment
from coaching.views.slot_pages import nearest_times, repeat_url


@transaction.non_atomic_requests  # place_hold() owns its transaction
@require_http_methods(["GET", "POST"])
@consultant_only
def booking_for(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """Choose a time for somebody: it is kept, and the next page confirms it."""
    enrollment = staffed_enrollment(request, enrollment_id)
    now = timezone.now()
    picker = Picker(request, enrollment=enrollment, now=now)
    template = "coaching/booking_for.html"
    form = BookingForForm(
        request.POST or None, zone=request.user.zone, initial={"slot": request.GET.get("slot")}
    )
    if not form.is_valid():
        return render(request, template, picker.context(form), status=400 if form.is_bound else 200)
    if request.POST.get("slot") and (url := repeat_url(request, enrollment, picker.offered)):
        return redirect(url)
    coach_id, start = form.chosen()
    coach = next((coach for coach in picker.coaches if coach.public_id == coach_id), picker.coach)
    try:
        hold = place_hold(
            actor=request.user,
            enrollment=enrollment,
            session_type=picker.offered,
            start=start,
            coach=coach,
            override=form.cleaned_data["override"],
            now=now,
        )
    except ValidationError as refusal:
        context = picker.context(form, near=start)
        return nearest_times(request, template, context, form, refusal, start)
    return redirect(hold)
