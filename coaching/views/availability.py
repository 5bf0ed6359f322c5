"""A coach's weekly hours, and beside them what clinicians will see."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest, consultant_only, practice_of
from coaching.engine.slot_days import SlotDay
from coaching.forms.availability import (
    AvailabilityForm,
    Rows,
    change_rows,
    copy_rows,
    form_data,
    stored_rows,
    typed_rows,
)
from coaching.forms.previews import PreviewForm
from coaching.models import AvailabilitySchedule, SessionType
from coaching.models.availability import WEEKDAYS
from coaching.services.availability import set_weekly_hours
from coaching.services.previews import preview_slots
from core.forms import Audience, add_refusal
from programs.models import Enrollment

PREVIEW_DAYS = 14


@require_http_methods(["GET", "POST"])
@consultant_only
def availability(request: AuthenticatedRequest) -> HttpResponse:
    """Show and set the weekly hours.

    Buttons named `do` change rows or compute the preview of what is typed; nothing is saved then.
    """
    schedule = AvailabilitySchedule.objects.owned_by(request.user).prefetch_related("rules").first()
    zone = schedule.zone if schedule else request.user.time_zone
    names = {Audience.PRACTICE: practice_of(request).name}
    if request.method == "POST":
        rows = typed_rows(request.POST)
        action = request.POST.get("do", "save")
        if action != "save":
            return _changed(request, rows, action, names)
        data = form_data(rows, request.POST.get("zone", ""))
        form = AvailabilityForm(data, rows=rows, zone=zone, audience_names=names)
        if form.is_valid() and _save(request, form):
            messages.success(request, _("Your hours are saved. Booked sessions stay as they are."))
            return redirect("coaching:availability")
        return _page(request, form, form, status=400)
    rows = stored_rows(list(schedule.rules.all()) if schedule else [])
    form = AvailabilityForm(rows=rows, zone=zone, audience_names=names)
    return _page(request, form, None)


def _save(request: AuthenticatedRequest, form: AvailabilityForm) -> bool:
    try:
        set_weekly_hours(coach=request.user, zone=form.cleaned_data["zone"], hours=form.hours())
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _changed(
    request: AuthenticatedRequest, rows: Rows, action: str, names: dict[Audience, str]
) -> HttpResponse:
    """Show what was typed with rows added, taken away or copied, and its preview."""
    if action == "copy":
        copy_rows(rows, request.POST.get("copy_from", ""), request.POST.getlist("copy_to"))
    weekday = change_rows(rows, action)
    is_new = action.startswith("add-")
    zone = request.POST.get("zone", "")
    form = AvailabilityForm(
        rows=rows,
        zone=zone,
        new_in=weekday if is_new else None,
        focus_in=None if is_new else weekday,
        audience_names=names,
    )
    checked = AvailabilityForm(form_data(rows, zone), rows=rows, zone=zone)
    checked.is_valid()
    return _page(request, form, checked)


@dataclass(frozen=True)
class Preview:
    """What clinicians would be offered."""

    days: list[SlotDay]
    count: int
    is_unsaved: bool


def _page(
    request: AuthenticatedRequest,
    form: AvailabilityForm,
    typed: AvailabilityForm | None,
    status: int = 200,
) -> HttpResponse:
    types = list(SessionType.objects.managed_by(request.user).bookable())
    seen_from = Enrollment.objects.managed_by(request.user).live().order_by()
    zones = set(seen_from.values_list("clinician__time_zone", flat=True).distinct())
    choice = PreviewForm(
        request.POST if typed is not None else None,
        types=types,
        zones=zones,
        own_zone=request.user.time_zone,
    )
    preview = _preview(request, choice, typed) if types else None
    context = {"form": form, "choice": choice, "preview": preview, "weekdays": WEEKDAYS}
    return render(request, "coaching/availability.html", context, status=status)


def _preview(
    request: AuthenticatedRequest, choice: PreviewForm, typed: AvailabilityForm | None
) -> Preview:
    days = preview_slots(
        coach=request.user,
        session_type=choice.session_type,
        viewer_zone=choice.zone,
        now=timezone.now(),
        hours=None if typed is None else typed.hours(),
        zone=None if typed is None else typed.cleaned_data.get("zone"),
        days=PREVIEW_DAYS,
    )
    return Preview(days, sum(len(day.slots) for day in days), typed is not None)
