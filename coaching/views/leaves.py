"""A coach's leave, and what is booked in it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedRequest, consultant_only, practice_of
from coaching.forms.availability_dates import LeaveForm
from coaching.models import CoachingSession, Leave
from coaching.services.leaves import add_leave, keep_in_leave, leave_clashes, remove_leave
from coaching.views.removals import removed, undo_token
from core.forms import Audience, add_refusal


@require_http_methods(["GET", "POST"])
@consultant_only
def availability_leave(request: AuthenticatedRequest) -> HttpResponse:
    """Days off. What is booked in them is listed, never moved or canceled."""
    form = LeaveForm(
        request.POST if request.method == "POST" else None,
        audience_names={Audience.PRACTICE: practice_of(request).name},
    )
    if form.is_valid():
        try:
            leave = add_leave(coach=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Nobody can book on these days now."))
            return redirect("coaching:availability_leave_detail", leave.public_id)
    leaves = Leave.objects.owned_by(request.user).ending_from(timezone.localdate())
    context = {"form": form, "leaves": leaves, "undo": undo_token(request)}
    status = 400 if form.errors else 200
    return render(request, "coaching/availability_leave.html", context, status=status)


@require_safe
def availability_leave_detail(request: AuthenticatedRequest, leave_id: UUID) -> HttpResponse:
    """The sessions planned in a leave: to be moved, handed over or kept."""
    leave = _own(request, leave_id)
    clashes = leave_clashes(leave=leave, now=timezone.now())
    context = {
        "leave": leave,
        "open": [clash for clash in clashes if not clash.is_kept],
        "kept": [clash for clash in clashes if clash.is_kept],
    }
    return render(request, "coaching/availability_leave_detail.html", context)


@require_POST
def availability_leave_keep(
    request: AuthenticatedRequest, leave_id: UUID, session_id: UUID
) -> HttpResponse:
    """Say that a session takes place during the leave, or that it is open again."""
    leave = _own(request, leave_id)
    session = get_object_or_404(
        CoachingSession.objects.managed_by(request.user), public_id=session_id
    )
    try:
        keep_in_leave(leave=leave, session=session, kept=request.POST.get("kept") != "no")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("coaching:availability_leave_detail", leave.public_id)


@require_POST
def availability_leave_delete(request: AuthenticatedRequest, leave_id: UUID) -> HttpResponse:
    """Open the days again."""
    leave = _own(request, leave_id)
    again = {
        "first": leave.first.isoformat(),
        "last": leave.last.isoformat(),
        "kept": [str(one) for one in leave.kept.values_list("public_id", flat=True)],
    }
    remove_leave(leave=leave)
    messages.success(request, _("The leave is gone. Your weekly hours hold on these days."))
    return removed(request, "coaching:availability_leave", "leave", again)


def _own(request: AuthenticatedRequest, leave_id: UUID) -> Leave:
    return get_object_or_404(Leave.objects.owned_by(request.user), public_id=leave_id)
