"""Group sessions of a cohort, as the practice plans them: list, plan, change, cancel, who was there."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedRequest, consultant_only, practice_of
from coaching.engine.policies import OUTCOMES
from coaching.forms.groups import (
    ATTENDANCE,
    GroupAttendanceForm,
    GroupCancelForm,
    GroupEditForm,
    GroupPlanForm,
    initial_of,
)
from coaching.models import CoachingSession, SessionType
from coaching.reports.groups import planned_groups
from coaching.services.attendance import mark_group
from coaching.services.group_sessions import cancel_group, change_group, move_group, schedule_group
from coaching.services.refusals import refuse
from core.forms import Audience, add_refusal
from programs.models import Cohort


def _managed_cohort(request: AuthenticatedRequest, cohort_id: UUID) -> Cohort:
    cohorts = Cohort.objects.managed_by(request.user)
    return get_object_or_404(
        cohorts.select_related("engagement__organization"), public_id=cohort_id
    )


def _managed_group(request: AuthenticatedRequest, group_id: UUID) -> CoachingSession:
    sessions = CoachingSession.objects.managed_by(request.user).filter(
        session_type__kind=SessionType.Kind.GROUP, cohort__isnull=False
    )
    return get_object_or_404(
        sessions.select_related("session_type", "coach", "cohort__engagement__organization"),
        public_id=group_id,
    )


@require_safe
@consultant_only
def group_list(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Every group session of the cohort, with places taken and people waiting."""
    cohort = _managed_cohort(request, cohort_id)
    now = timezone.now()
    rows = planned_groups(
        sessions=CoachingSession.objects.managed_by(request.user).filter(cohort=cohort)
    )
    context = {
        "cohort": cohort,
        "coming": [row for row in rows if row.session.ends_at > now],
        "past": [row for row in reversed(rows) if row.session.ends_at <= now],
    }
    return render(request, "coaching/group_list.html", context)


@transaction.non_atomic_requests  # schedule_group() owns its transaction
@require_http_methods(["GET", "POST"])
@consultant_only
def group_plan(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Plan a group session: kind, coach, time, place, places. Nobody sees who else comes."""
    cohort = _managed_cohort(request, cohort_id)
    types = SessionType.objects.visible_to(request.user).filter(
        kind=SessionType.Kind.GROUP, archived_at=None
    )
    coaches = list(cohort.coaches())
    form = GroupPlanForm(request.POST or None, cohort=cohort, types=list(types), coaches=coaches)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            kind, coach = form.chosen()
            try:
                schedule_group(
                    actor=request.user,
                    cohort=cohort,
                    session_type=kind,
                    coach=coach,
                    start=form.starts_at(),
                    now=timezone.now(),
                    **form.terms(),
                )
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Planned. The people of the cohort can join it now."))
                return redirect("coaching:group_list", cohort.public_id)
    context = {"cohort": cohort, "form": form, "can_plan": bool(form.types and form.coaches)}
    return render(request, "coaching/group_plan.html", context, status=status)


@transaction.non_atomic_requests  # the services own their transactions
@require_http_methods(["GET", "POST"])
@consultant_only
def group_edit(request: AuthenticatedRequest, group_id: UUID) -> HttpResponse:
    """Move a group session, or change what it offers; everyone in it hears of a new time or place."""
    session = _managed_group(request, group_id)
    cohort = session.cohort
    if cohort is None:
        raise Http404
    initial = initial_of(session) | {"rev": session.rev}
    form = GroupEditForm(request.POST or None, cohort=cohort, initial=initial)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                _change(request, session, form, timezone.now())
            except ValidationError as refusal:
                status = HTTPStatus.CONFLICT
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Saved. Calendars get a new time or place by mail."))
                return redirect("coaching:session_workspace", session.public_id)
    context = {"session": session, "cohort": cohort, "form": form}
    return render(request, "coaching/group_edit.html", context, status=status)


def _change(
    request: AuthenticatedRequest, session: CoachingSession, form: GroupEditForm, now: datetime
) -> None:
    rev = form.cleaned_data["rev"]
    if form.starts_at() != session.starts_at.replace(second=0, microsecond=0):
        moved = move_group(
            actor=request.user, session=session, start=form.starts_at(), expected_rev=rev, now=now
        )
        rev = moved.rev
    if any(form.terms()[name] != initial_of(session)[name] for name in form.terms()):
        change_group(actor=request.user, session=session, expected_rev=rev, now=now, **form.terms())


@transaction.non_atomic_requests  # cancel_group() owns its transaction
@require_POST
@consultant_only
def group_cancel(request: AuthenticatedRequest, group_id: UUID) -> HttpResponse:
    """Cancel the session and every place in it; nobody's hours are used."""
    session = _managed_group(request, group_id)
    form = GroupCancelForm(request.POST)
    try:
        if not form.is_valid():
            raise refuse("stale")
        cancel_group(
            actor=request.user,
            session=session,
            expected_rev=form.cleaned_data["rev"],
            now=timezone.now(),
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Canceled. Calendars get the cancellation by mail."))
    return redirect("coaching:session_workspace", session.public_id)


@transaction.non_atomic_requests  # mark_group() owns its transaction
@require_http_methods(["GET", "POST"])
@consultant_only
def group_attendance(request: AuthenticatedRequest, group_id: UUID) -> HttpResponse:
    """Everybody on one screen, one POST; marks can be corrected for seven days."""
    session = _managed_group(request, group_id)
    now = timezone.now()
    bookings = [
        booking
        for booking in session.bookings.select_related("clinician").order_by("clinician__name")
        if booking.is_live or booking.state in OUTCOMES
    ]
    form = GroupAttendanceForm(request.POST or None, bookings=bookings)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                count = mark_group(
                    actor=request.user, session=session, states=form.states(), now=now
                )
            except ValidationError as refusal:
                status = HTTPStatus.CONFLICT
                add_refusal(form, refusal)
            else:
                saved = ngettext("%(count)d mark saved.", "%(count)d marks saved.", count)
                messages.success(request, saved % {"count": count})
                return redirect("coaching:session_workspace", session.public_id)
    context: dict[str, Any] = {
        "session": session,
        "form": form,
        "people": [form[name] for name in form.names],
        "states": ATTENDANCE,
        "readers": Audience.PRACTICE.label(practice_of(request).name),
        "can_mark": session.starts_at <= now,
    }
    return render(request, "coaching/group_attendance.html", context, status=status)
