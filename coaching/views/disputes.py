"""Sessions of which clinician and coach told differently: the owner settles each."""

from __future__ import annotations

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
from coaching.forms.outcomes import DisputeForm
from coaching.models import Booking
from coaching.reports.histories import histories_of
from coaching.services.attendance import settle_dispute


@require_safe
def dispute_list(request: AuthenticatedRequest) -> HttpResponse:
    """Who said what, and the question how it was."""
    if not request.user.is_owner:
        raise Http404
    bookings = list(
        Booking.objects.managed_by(request.user)
        .disputed()
        .select_related("clinician", "coaching_session__coach", "coaching_session__session_type")[
            :100
        ]
    )
    histories = histories_of(bookings)
    rows = [
        (
            booking,
            DisputeForm(
                initial={"rev": booking.rev, "state": booking.state}, auto_id=f"id_{booking.pk}_%s"
            ),
            histories.get(booking.pk, []),
        )
        for booking in bookings
    ]
    return render(request, "coaching/dispute_list.html", {"rows": rows})


@transaction.non_atomic_requests  # settle_dispute() owns its transaction
@require_POST
def dispute_settle(request: AuthenticatedRequest, booking_id: UUID) -> HttpResponse:
    """Write down how it was."""
    if not request.user.is_owner:
        raise Http404
    booking = get_object_or_404(
        Booking.objects.managed_by(request.user).disputed(), public_id=booking_id
    )
    form = DisputeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose how it went."))
        return redirect("coaching:dispute_list")
    try:
        settle_dispute(
            actor=request.user,
            booking=booking,
            state=form.cleaned_data["state"],
            expected_rev=form.cleaned_data["rev"],
            now=timezone.now(),
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Settled. Hours and progress follow."))
    return redirect("coaching:dispute_list")
