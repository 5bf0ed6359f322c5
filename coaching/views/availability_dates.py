"""What differs on some dates: exceptions, travel, public holidays; and taking a removal back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthenticatedRequest, consultant_only, practice_of
from coaching.forms.availability_dates import (
    AvailabilityOverrideForm,
    HolidayRegionForm,
    TravelForm,
)
from coaching.models import AvailabilitySchedule, HolidayProposal, TravelZone
from coaching.services.availability import add_override, remove_override
from coaching.services.holidays import (
    accept_holiday,
    dismiss_holiday,
    set_region,
    undo_holiday,
)
from coaching.services.travel import add_travel, remove_travel
from coaching.views.removals import removed, undo_token
from core.forms import Audience, add_refusal

_ANSWERS = {"accept": accept_holiday, "dismiss": dismiss_holiday, "undo": undo_holiday}


@require_http_methods(["GET", "POST"])
@consultant_only
def availability_exceptions(request: AuthenticatedRequest) -> HttpResponse:
    """Dates with other hours than their weekday's."""
    form = AvailabilityOverrideForm(
        request.POST if request.method == "POST" else None,
        audience_names={Audience.PRACTICE: practice_of(request).name},
    )
    if form.is_valid():
        try:
            add_override(coach=request.user, **form.override())
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The exception is saved."))
            return redirect("coaching:availability_exceptions")
    schedule = AvailabilitySchedule.objects.owned_by(request.user).first()
    today = timezone.localdate()
    ahead = schedule.overrides.filter(date__gte=today) if schedule else None
    context = {
        "form": form,
        "overrides": ahead.select_related("holiday") if ahead is not None else [],
        "undo": undo_token(request),
    }
    status = 400 if form.errors else 200
    return render(request, "coaching/availability_exceptions.html", context, status=status)


@require_POST
def availability_override_delete(request: AuthenticatedRequest, override_id: UUID) -> HttpResponse:
    """Let the weekly hours hold again on that date."""
    schedule = get_object_or_404(AvailabilitySchedule.objects.owned_by(request.user))
    override = get_object_or_404(schedule.overrides, public_id=override_id)
    again = {
        "day": override.date.isoformat(),
        "kind": override.kind,
        "start_min": override.start_min,
        "end_min": override.end_min,
    }
    remove_override(override=override)
    messages.success(request, _("The exception is gone. Your weekly hours hold on that day."))
    return removed(request, "coaching:availability_exceptions", "override", again)


@require_http_methods(["GET", "POST"])
@consultant_only
def availability_travel(request: AuthenticatedRequest) -> HttpResponse:
    """Days on which the hours are read on another clock."""
    form = TravelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            add_travel(coach=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. Booked sessions stay at their time."))
            return redirect("coaching:availability_travel")
    trips = TravelZone.objects.owned_by(request.user).ending_from(timezone.localdate())
    context = {"form": form, "trips": trips, "undo": undo_token(request)}
    status = 400 if form.errors else 200
    return render(request, "coaching/availability_travel.html", context, status=status)


@require_POST
def availability_travel_delete(request: AuthenticatedRequest, travel_id: UUID) -> HttpResponse:
    """Read the hours of these dates at home again."""
    travel = get_object_or_404(TravelZone.objects.owned_by(request.user), public_id=travel_id)
    again = {
        "first": travel.first.isoformat(),
        "last": travel.last.isoformat(),
        "zone": travel.zone,
    }
    remove_travel(travel=travel)
    messages.success(request, _("Removed. Your hours hold on the clock at home."))
    return removed(request, "coaching:availability_travel", "travel", again)


@require_http_methods(["GET", "POST"])
@consultant_only
def availability_holidays(request: AuthenticatedRequest) -> HttpResponse:
    """Public holidays, each to be closed or left open by the coach."""
    schedule = AvailabilitySchedule.objects.owned_by(request.user).first()
    form = HolidayRegionForm(
        request.POST if request.method == "POST" else None,
        region=schedule.region if schedule else "",
        audience_names={Audience.PRACTICE: practice_of(request).name},
    )
    if form.is_valid():
        try:
            set_region(coach=request.user, region=form.region(), now=timezone.now())
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("coaching:availability_holidays")
    proposals = list(
        HolidayProposal.objects.owned_by(request.user).starting_from(timezone.localdate())
    )
    context = {
        "form": form,
        "open": [one for one in proposals if one.state == HolidayProposal.State.PROPOSED],
        "answered": [one for one in proposals if one.state != HolidayProposal.State.PROPOSED],
        "has_region": bool(schedule and schedule.region),
    }
    status = 400 if form.errors else 200
    return render(request, "coaching/availability_holidays.html", context, status=status)


@require_POST
def availability_holiday_answer(request: AuthenticatedRequest, proposal_id: UUID) -> HttpResponse:
    """Close the day, leave it open, or take either answer back."""
    proposal = get_object_or_404(
        HolidayProposal.objects.owned_by(request.user), public_id=proposal_id
    )
    if answer := _ANSWERS.get(request.POST.get("answer", "")):
        answer(proposal=proposal)
    return redirect("coaching:availability_holidays")
