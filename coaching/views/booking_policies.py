"""The booking rules of a contract and of the practice, with what they come to for each type."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest, consultant_only, owner_only
from coaching.forms.booking_policies import BookingPolicyForm
from coaching.models import BookingPolicy, SessionType
from coaching.services.booking_policies import explain_policy, set_policy
from core.forms import add_refusal
from programs.models import Engagement


@require_http_methods(["GET", "POST"])
@consultant_only
def booking_policy_edit(request: AuthenticatedRequest, engagement_id: UUID) -> HttpResponse:
    """What one contract says; booked sessions keep the rules they were booked under."""
    engagement = get_object_or_404(
        Engagement.objects.managed_by(request.user).select_related("organization"),
        public_id=engagement_id,
    )
    form = _form(request, engagement)
    if form.is_valid() and _saved(form, engagement):
        messages.success(request, _("Saved. Sessions that are booked keep their rules."))
        return redirect("coaching:booking_policy_edit", engagement_id)
    return _page(request, form, engagement)


@require_http_methods(["GET", "POST"])
@owner_only
def practice_policy_edit(request: AuthenticatedRequest) -> HttpResponse:
    """What holds where neither contract nor session type says anything."""
    form = _form(request, None)
    if form.is_valid() and _saved(form, None):
        messages.success(request, _("Saved. Sessions that are booked keep their rules."))
        return redirect("coaching:practice_policy_edit")
    return _page(request, form, None)


def _form(request: AuthenticatedRequest, engagement: Engagement | None) -> BookingPolicyForm:
    policy = BookingPolicy.objects.managed_by(request.user).filter(engagement=engagement).first()
    return BookingPolicyForm(
        request.POST if request.method == "POST" else None,
        initial=BookingPolicyForm.initial_of(policy),
    )


def _saved(form: BookingPolicyForm, engagement: Engagement | None) -> bool:
    try:
        set_policy(engagement=engagement, **form.rules())
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _page(
    request: AuthenticatedRequest, form: BookingPolicyForm, engagement: Engagement | None
) -> HttpResponse:
    types = SessionType.objects.managed_by(request.user).filter(archived_at=None)
    resolved = [(kind, explain_policy(engagement=engagement, session_type=kind)) for kind in types]
    context: dict[str, Any] = {"form": form, "engagement": engagement, "resolved": resolved}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    name = "booking_policy_edit" if engagement else "practice_policy_edit"
    return render(request, f"coaching/{name}.html", context, status=status)
