from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import consultant_only, practice_of
from core.forms import Audience, add_refusal
from programs.forms.live_slots import AttendanceForm, LiveSlotForm, initial_of
from programs.models import AttendanceRecord, LiveSlot
from programs.reports.session_plan import session_plan
from programs.services.live_slots import cancel_slot, mark_attendance, move_slot, plan_slot
from programs.views.cohorts import managed_cohort, visible_cohort

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest


@require_safe
@consultant_only
def live_slot_list(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Every live session of the program: planned or still to plan, and the dates it decides."""
    cohort = visible_cohort(request, cohort_id)
    context = {"cohort": cohort, "plan": session_plan(cohort), "now": timezone.now()}
    return render(request, "programs/live_slot_list.html", context)


@require_http_methods(["GET", "POST"])
@consultant_only
def live_slot_plan(request: AuthenticatedRequest, cohort_id: UUID, key: str) -> HttpResponse:
    cohort = managed_cohort(request, cohort_id)
    session = next((one for one in session_plan(cohort) if one.key == key), None)
    if session is None:
        raise Http404
    form = LiveSlotForm(
        request.POST or None,
        cohort=cohort,
        initial={"title": session.title, "minutes": session.minutes},
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            starts_at, ends_at = form.span()
            try:
                plan_slot(
                    cohort=cohort,
                    key=key,
                    title=form.cleaned_data["title"],
                    starts_at=starts_at,
                    ends_at=ends_at,
                    place=form.cleaned_data["place"],
                    by=request.user,
                )
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Planned. The dates that follow from it are set."))
                return redirect("programs:live_slot_list", cohort.public_id)
    context = {"cohort": cohort, "form": form, "session": session}
    return render(request, "programs/live_slot_plan.html", context, status=status)


@require_http_methods(["GET", "POST"])
@consultant_only
def live_slot_edit(request: AuthenticatedRequest, slot_id: UUID) -> HttpResponse:
    """Move a session; its dependent dates move with it."""
    slot = _managed(request, slot_id)
    form = LiveSlotForm(
        request.POST or None, cohort=slot.cohort, initial=initial_of(slot, slot.cohort)
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            starts_at, ends_at = form.span()
            try:
                move_slot(
                    slot=slot,
                    starts_at=starts_at,
                    ends_at=ends_at,
                    title=form.cleaned_data["title"],
                    place=form.cleaned_data["place"],
                    by=request.user,
                )
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Moved. The dates that follow from it moved too."))
                return redirect("programs:live_slot_list", slot.cohort.public_id)
    context = {"cohort": slot.cohort, "form": form, "slot": slot}
    return render(request, "programs/live_slot_edit.html", context, status=status)


@require_POST
@consultant_only
def live_slot_cancel(request: AuthenticatedRequest, slot_id: UUID) -> HttpResponse:
    slot = _managed(request, slot_id)
    try:
        cancel_slot(slot=slot, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Canceled. Nothing falls due by it any more."))
    return redirect("programs:live_slot_list", slot.cohort.public_id)


@require_http_methods(["GET", "POST"])
@consultant_only
def live_slot_attendance(request: AuthenticatedRequest, slot_id: UUID) -> HttpResponse:
    """Mark the whole group on one screen; a correction keeps the earlier mark."""
    slot = _managed(request, slot_id)
    now = timezone.now()
    people = slot.cohort.enrollments.live().select_related("clinician").order_by("clinician__name")
    if slot.group_id:
        people = people.filter(group=slot.group_id)
    marks = dict(slot.attendance.filter(superseded_at=None).values_list("enrollment_id", "status"))
    form = AttendanceForm(request.POST or None, enrollments=people, marks=marks)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                count = mark_attendance(
                    slot=slot,
                    statuses=form.statuses(),
                    by=request.user,
                    reason=form.cleaned_data["reason"],
                    now=now,
                )
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                saved = ngettext("%(count)d mark saved.", "%(count)d marks saved.", count)
                messages.success(request, saved % {"count": count})
                return redirect(slot.cohort)
    context = {
        "slot": slot,
        "cohort": slot.cohort,
        "form": form,
        "people": [form[name] for name in form.names],
        "statuses": AttendanceRecord.Status.choices,
        "readers": Audience.PRACTICE.label(practice_of(request).name),
        "can_mark": slot.starts_at <= now,
    }
    return render(request, "programs/live_slot_attendance.html", context, status=status)


def _managed(request: AuthenticatedRequest, slot_id: UUID) -> LiveSlot:
    return get_object_or_404(
        LiveSlot.objects.managed_by(request.user).select_related(
            "cohort__engagement__organization"
        ),
        public_id=slot_id,
    )
