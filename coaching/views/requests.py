"""A coach answers who asked for a session."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http import AuthenticatedRequest
from coaching.forms.bookings import BookingAnswerForm
from coaching.models import Booking
from coaching.services.requests import answer_request


@transaction.non_atomic_requests  # answer_request() owns its transaction
@require_POST
def booking_answer(request: AuthenticatedRequest, booking_id: UUID) -> HttpResponse:
    """Accept or decline; either is told to the clinician by mail."""
    booking = get_object_or_404(
        Booking.objects.managed_by(request.user).select_related("coaching_session"),
        public_id=booking_id,
    )
    form = BookingAnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose to accept or to decline."))
    else:
        is_accepted = form.cleaned_data["answer"] == "accept"
        try:
            answer_request(
                actor=request.user,
                booking=booking,
                accept=is_accepted,
                expected_rev=form.cleaned_data["rev"],
                now=timezone.now(),
            )
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            words = _("Accepted. The clinician hears by mail.")
            messages.success(
                request, words if is_accepted else _("Declined. The time is free again.")
            )
    return redirect("coaching:session_workspace", booking.coaching_session.public_id)
