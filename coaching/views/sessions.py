"""One session, as its clinician and as its coach see it; a coach's list; how a session went."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import AuthenticatedRequest
from coaching.engine.policies import OUTCOMES, mark_refusal
from coaching.engine.wall_clock import to_epoch
from coaching.forms.bookings import BookingMarkForm
from coaching.forms.outcomes import SessionOutcomeForm
from coaching.models import Booking, CoachingSession
from coaching.reports.groups import planned_groups
from coaching.reports.histories import histories_of
from coaching.services.attendance import mark
from coaching.services.invites import invite_file
from coaching.views.booking_terms import booking_terms

_RELATED = ("coaching_session__coach", "coaching_session__session_type", "clinician")


@require_safe
def session_detail(request: AuthenticatedRequest, session_id: UUID) -> HttpResponse:
    """A clinician's own session: when, where, with whom, and what can still be changed."""
    coaching_session = get_object_or_404(
        CoachingSession.objects.visible_to(request.user), public_id=session_id
    )
    booking = (
        Booking.objects.owned_by(request.user)
        .filter(coaching_session=coaching_session)
        .select_related(*_RELATED)
        .order_by("-pk")
        .first()
    )
    if booking is None:
        if not CoachingSession.objects.managed_by(request.user).filter(pk=coaching_session.pk):
            raise Http404
        return redirect("coaching:session_workspace", session_id)
    now = timezone.now()
    context = {
        "booking": booking,
        "session": booking.coaching_session,
        "terms": booking_terms(booking=booking, viewer=request.user, now=now),
        "is_over": booking.coaching_session.ends_at <= now,
        "outcome_form": _outcome_form(booking, now),
    }
    return render(request, "coaching/session_detail.html", context)


def _outcome_form(booking: Booking, now: datetime) -> SessionOutcomeForm | None:
    """The question how it went, while the clinician's word still counts."""
    start, at = to_epoch(booking.coaching_session.starts_at), to_epoch(now)
    states = ("attended", "clinical_duty")
    can_say = [not mark_refusal(state, by_clinician=True, start=start, now=at) for state in states]
    is_open = booking.state == Booking.State.BOOKED or booking.state in OUTCOMES
    if not is_open or not can_say[0] or booking.coaching_session.ends_at > now:
        return None
    return SessionOutcomeForm(initial={"rev": booking.rev}, duty_open=can_say[1])


@transaction.non_atomic_requests  # mark() owns its transaction
@require_POST
def session_outcome(request: AuthenticatedRequest, session_id: UUID) -> HttpResponse:
    """The clinician's word on how it went; should the coach say otherwise, the owner settles it."""
    own = Booking.objects.owned_by(request.user).filter(coaching_session__public_id=session_id)
    booking = own.select_related("coaching_session").order_by("-pk").first()
    if booking is None:
        raise Http404
    form = SessionOutcomeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose how it went."))
    else:
        try:
            mark(
                actor=request.user,
                booking=booking,
                state=form.cleaned_data["state"],
                expected_rev=form.cleaned_data["rev"],
                now=timezone.now(),
            )
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("Saved. Your coach sees it too."))
    return redirect("coaching:session_detail", session_id)


@require_safe
def session_invite(request: AuthenticatedRequest, session_id: UUID) -> HttpResponse:
    """The calendar file of one's own booking: the same entry as in the mail."""
    booking = get_object_or_404(
        Booking.objects.owned_by(request.user).live().select_related(*_RELATED),
        coaching_session__public_id=session_id,
    )
    response = HttpResponse(invite_file(booking=booking), content_type="text/calendar")
    response.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


@require_safe
def session_list(request: AuthenticatedRequest) -> HttpResponse:
    """A coach's sessions: the next four weeks, and what is not marked yet."""
    if not request.user.is_consultant:
        raise Http404
    now = timezone.now()
    sessions = (
        CoachingSession.objects.managed_by(request.user)
        .filter(coach=request.user)
        .starting_between(now - timedelta(days=14), now + timedelta(days=28))
        .select_related("session_type", "cohort__engagement__organization")
        .prefetch_related("bookings__clinician")
    )
    context = {
        "coming": [s for s in sessions if s.ends_at > now and s.status == "scheduled"],
        "past": [s for s in reversed(list(sessions)) if s.ends_at <= now],
        "now": now,
    }
    return render(request, "coaching/session_list.html", context)


@require_safe
def session_workspace(request: AuthenticatedRequest, session_id: UUID) -> HttpResponse:
    """The coach's page of one session: who comes, where, and how it went."""
    coaching_session = get_object_or_404(
        CoachingSession.objects.managed_by(request.user).select_related(
            "session_type", "coach", "cohort__engagement__organization"
        ),
        public_id=session_id,
    )
    bookings = list(coaching_session.bookings.select_related("clinician").order_by("pk"))
    now = timezone.now()
    has_begun = coaching_session.starts_at <= now
    histories = histories_of(bookings)
    for booking in bookings:
        booking.coaching_session = coaching_session
    rows = [
        (booking, _mark_form(booking) if has_begun else None, histories.get(booking.pk, []))
        for booking in bookings
    ]
    own = CoachingSession.objects.managed_by(request.user).filter(pk=coaching_session.pk)
    group = next(iter(planned_groups(sessions=own)), None) if coaching_session.is_group else None
    context = {"session": coaching_session, "rows": rows, "group": group}
    return render(request, "coaching/session_workspace.html", context)


def _mark_form(booking: Booking) -> BookingMarkForm | None:
    """The question how it went, where it can still be answered: not of a place given up in time."""
    if not booking.is_live and booking.state not in OUTCOMES:
        return None
    return BookingMarkForm(initial={"rev": booking.rev}, auto_id=f"id_{booking.pk}_%s")


@transaction.non_atomic_requests  # mark() owns its transaction
@require_POST
def booking_mark(request: AuthenticatedRequest, booking_id: UUID) -> HttpResponse:
    """Say how a session went; hours and progress follow."""
    booking = get_object_or_404(
        Booking.objects.managed_by(request.user).select_related("coaching_session"),
        public_id=booking_id,
    )
    form = BookingMarkForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose how it went."))
    else:
        try:
            mark(
                actor=request.user,
                booking=booking,
                state=form.cleaned_data["state"],
                expected_rev=form.cleaned_data["rev"],
                now=timezone.now(),
            )
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("Saved."))
    return redirect("coaching:session_workspace", booking.coaching_session.public_id)
