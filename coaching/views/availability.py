"""A coach's own hours."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthenticatedRequest
from coaching.forms.availability import AvailabilityForm, AvailabilityOverrideForm
from coaching.models import AvailabilitySchedule
from coaching.services.availability import add_override, remove_override, set_weekly_hours
from core.forms import add_refusal


def _page(
    request: AuthenticatedRequest, form: AvailabilityForm, override: AvailabilityOverrideForm
) -> HttpResponse:
    schedule = AvailabilitySchedule.objects.owned_by(request.user).first()
    today = timezone.localdate()
    overrides = schedule.overrides.filter(date__gte=today) if schedule else []
    context = {"form": form, "override_form": override, "overrides": overrides}
    return render(
        request,
        "coaching/availability.html",
        context,
        status=400 if form.errors or override.errors else 200,
    )


def _own_form(request: AuthenticatedRequest, data: object = None) -> AvailabilityForm:
    if not request.user.is_consultant:
        raise Http404
    schedule = AvailabilitySchedule.objects.owned_by(request.user).prefetch_related("rules").first()
    return AvailabilityForm(
        data, initial=AvailabilityForm.initial_of(schedule, request.user.time_zone)
    )


@require_http_methods(["GET", "POST"])
def availability(request: AuthenticatedRequest) -> HttpResponse:
    """Show and set the weekly hours."""
    form = _own_form(request, request.POST or None)
    if form.is_valid():
        try:
            set_weekly_hours(coach=request.user, zone=form.cleaned_data["zone"], hours=form.hours())
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Your hours are saved. Booked sessions stay as they are."))
            return redirect("coaching:availability")
    return _page(request, form, AvailabilityOverrideForm())


@require_POST
def availability_override_create(request: AuthenticatedRequest) -> HttpResponse:
    """Add an exception for one date."""
    weekly = _own_form(request)
    form = AvailabilityOverrideForm(request.POST)
    if form.is_valid():
        try:
            add_override(coach=request.user, **form.override())
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The exception is saved."))
            return redirect("coaching:availability")
    return _page(request, weekly, form)


@require_POST
def availability_override_delete(request: AuthenticatedRequest, override_id: UUID) -> HttpResponse:
    """Let the weekly hours hold again on that date."""
    schedule = get_object_or_404(AvailabilitySchedule.objects.owned_by(request.user))
    remove_override(override=get_object_or_404(schedule.overrides, public_id=override_id))
    messages.success(request, _("The exception is gone. Your weekly hours hold on that day."))
    return redirect("coaching:availability")
