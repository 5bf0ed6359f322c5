"""Move one person's place to another group or cohort, or take it back."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import consultant_only
from core.forms import add_refusal
from programs.forms.enrollment_moves import GroupForm, TransferForm, VoidForm
from programs.models import Cohort, Enrollment
from programs.services.cohort_groups import change_group
from programs.services.enrollments import transfer, void

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest


@require_http_methods(["GET", "POST"])
@consultant_only
def enrollment_group(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    enrollment = _managed(request, enrollment_id)
    form = GroupForm(request.POST or None, enrollment=enrollment)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                group = form.cleaned_data["group"]
                change_group(
                    enrollment=enrollment, group=group, by=request.user, now=timezone.now()
                )
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Saved. Dates follow the group."))
                return redirect(enrollment)
    context = {"enrollment": enrollment, "form": form}
    return render(request, "programs/enrollment_group.html", context, status=status)


@require_http_methods(["GET", "POST"])
@consultant_only
def enrollment_transfer(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """To another open cohort of the same organization."""
    enrollment = _managed(request, enrollment_id)
    cohorts = (
        Cohort.objects.managed_by(request.user)
        .filter(engagement__organization=enrollment.cohort.engagement.organization_id)
        .filter(closed_at=None)
        .exclude(pk=enrollment.cohort_id)
    )
    form = TransferForm(request.POST or None, cohorts=cohorts)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                to = form.cleaned_data["to"]
                moved = transfer(enrollment=enrollment, to=to, by=request.user, now=timezone.now())
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Moved. What was done came along."))
                return redirect(moved)
    context = {"enrollment": enrollment, "form": form}
    return render(request, "programs/enrollment_transfer.html", context, status=status)


@require_http_methods(["GET", "POST"])
@consultant_only
def enrollment_void(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """For a mistake: it leaves every count."""
    enrollment = _managed(request, enrollment_id)
    form = VoidForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            void(enrollment=enrollment, by=request.user, reason=reason, now=timezone.now())
            messages.success(request, _("Taken back. The seat is free again."))
            return redirect(enrollment.cohort)
    context = {"enrollment": enrollment, "form": form}
    return render(request, "programs/enrollment_void.html", context, status=status)


def _managed(request: AuthenticatedRequest, enrollment_id: UUID) -> Enrollment:
    return get_object_or_404(
        Enrollment.objects.managed_by(request.user).select_related(
            "clinician", "group", "cohort__engagement__organization"
        ),
        public_id=enrollment_id,
    )
