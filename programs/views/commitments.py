"""One commitment at the end of a module: made, reminded of if wanted, put away. The learner's own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.forms import add_refusal
from programs.forms.commitments import CommitmentForm
from programs.models import Commitment
from programs.services.commitments import finish_commitment, make_commitment
from programs.views.items import find_place
from programs.views.progress import done_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest


@require_POST
def commitment_make(
    request: AuthenticatedRequest, enrollment_id: UUID, item_id: UUID
) -> HttpResponse:
    """From the last page of a module."""
    place = find_place(request, enrollment_id, item_id)
    if not place.step.is_started:
        raise Http404
    form = CommitmentForm(request.POST)
    if form.is_valid():
        try:
            make_commitment(
                enrollment=place.enrollment,
                module=place.module.module,
                text=form.cleaned_data["text"],
                remind=form.cleaned_data["remind"],
                key=form.cleaned_data["client_key"],
                now=timezone.now(),
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect(place.url("item_done"))
    return done_page(request, place, form)


@require_POST
def commitment_done(request: AuthenticatedRequest, commitment_id: UUID) -> HttpResponse:
    """Tried it, or put it away: both are one tap, and neither is asked about."""
    commitment = get_object_or_404(
        Commitment.objects.owned_by(request.user), public_id=commitment_id
    )
    finish_commitment(commitment=commitment, now=timezone.now())
    messages.success(request, _("It is off your page."))
    return redirect("programs:learn")
