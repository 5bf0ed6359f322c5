"""Ask for other times; see who asked; close a request."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedRequest
from coaching.forms.time_requests import TimeRequestForm
from coaching.models import SessionType, TimeRequest
from coaching.services.time_requests import ask_for_times, close_request
from core.forms import Audience, add_refusal
from programs.models import Enrollment


@require_http_methods(["GET", "POST"])
def time_request_create(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """Tick days and times of day; the coach opens a time or answers."""
    enrollment = get_object_or_404(
        Enrollment.objects.owned_by(request.user).live().select_related("coach"),
        public_id=enrollment_id,
    )
    session_type = SessionType.objects.visible_to(request.user).bookable().first()
    if session_type is None:
        raise Http404
    names = {Audience.ME_AND_COACH: enrollment.coach.first_name} if enrollment.coach else {}
    data = request.POST if request.method == "POST" else None  # nothing ticked is an answer too
    form = TimeRequestForm(data, audience_names=names)
    if form.is_valid():
        try:
            ask_for_times(
                enrollment=enrollment,
                session_type=session_type,
                weekdays=form.cleaned_data["weekdays"],
                parts=form.cleaned_data["parts"],
                now=timezone.now(),
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Your coach sees what would suit you."))
            return redirect("coaching:session_book", enrollment_id)
    context = {"enrollment": enrollment, "form": form}
    status = 400 if form.is_bound else 200
    return render(request, "coaching/time_request_create.html", context, status=status)


@require_safe
def time_request_list(request: AuthenticatedRequest) -> HttpResponse:
    """Who would like to meet at other times than those that are open."""
    if not request.user.is_consultant:
        raise Http404
    asked = (
        TimeRequest.objects.managed_by(request.user)
        .open()
        .select_related("enrollment__clinician", "enrollment__cohort", "session_type")
    )
    return render(request, "coaching/time_request_list.html", {"requests": asked})


@require_POST
def time_request_close(request: AuthenticatedRequest, request_id: UUID) -> HttpResponse:
    """Take one's own request back, or note that it was seen to."""
    asked = get_object_or_404(
        TimeRequest.objects.visible_to(request.user).select_related("enrollment"),
        public_id=request_id,
    )
    close_request(request=asked, now=timezone.now())
    if asked.enrollment.clinician_id == request.user.pk:
        messages.success(request, _("Your request is taken back."))
        return redirect("coaching:session_book", asked.enrollment.public_id)
    messages.success(request, _("Done. The request is off your list."))
    return redirect("coaching:time_request_list")
