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
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import consultant_only
from accounts.models import Invitation
from core.forms import add_refusal
from notifications.models import Message
from programs.forms.enrollments import EnrollmentForm, ExtendForm, WithdrawForm
from programs.models import Certificate, Cohort, Enrollment
from programs.reports.cohort_progress import cohort_progress
from programs.reports.learning import module_path
from programs.reports.practice_entries import minutes_shown_to
from programs.reports.table_columns import STATE_LABELS
from programs.services.enrollments import invite_person, withdraw
from programs.services.schedules import extend
from programs.views.cohorts import managed_cohort

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest


@require_safe
@consultant_only
def enrollment_detail(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """One person for staff: dates and counts. Nothing that the person wrote."""
    # Of cohorts one staffs or manages; one's own place alone opens no staff page.
    enrollment = get_object_or_404(
        Enrollment.objects.visible_to(request.user)
        .filter(cohort__in=Cohort.objects.visible_to(request.user))
        .select_related("clinician", "unit", "group", "coach", "cohort__engagement__organization")
        .select_related("cohort__version")
        .defer("cohort__version__content"),
        public_id=enrollment_id,
    )
    now = timezone.now()
    progress = cohort_progress(cohort=enrollment.cohort, at=now)
    row = next((row for row in progress.learners if row.enrollment_id == enrollment_id), None)
    context = {
        "enrollment": enrollment,
        "row": row,
        "state_label": STATE_LABELS.get(row.state or "") if row else None,
        "path": module_path(enrollment, now),
        "marks": enrollment.attendance.filter(superseded_at=None).select_related("slot"),
        "extensions": enrollment.extensions.select_related("item").order_by("due_at"),
        "invitation": Invitation.objects.visible_to(request.user)
        .filter(
            user=enrollment.clinician_id,
            organization=enrollment.cohort.engagement.organization_id,
            role="clinician",
            accepted_at=None,
            revoked_at=None,
        )
        .first(),
        "is_undeliverable": Message.objects.visible_to(request.user)
        .undeliverable()
        .filter(recipient=enrollment.clinician)
        .exists(),
        "shared_minutes": minutes_shown_to(user=request.user, enrollment=enrollment, now=now),
        "certificates": Certificate.objects.managed_by(request.user)
        .standing()
        .filter(enrollment=enrollment),
        "can_manage": Enrollment.objects.managed_by(request.user).filter(pk=enrollment.pk).exists(),
    }
    return render(request, "programs/enrollment_detail.html", context)


@require_http_methods(["GET", "POST"])
@consultant_only
def enrollment_create(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Invite one person; for many there is the roster."""
    cohort = managed_cohort(request, cohort_id)
    form = EnrollmentForm(request.POST or None, organization=cohort.engagement.organization)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                invite_person(
                    cohort=cohort, by=request.user, now=timezone.now(), **form.cleaned_data
                )
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("The invitation is on its way."))
                return redirect(cohort)
    context = {"cohort": cohort, "form": form}
    return render(request, "programs/enrollment_create.html", context, status=status)


@require_http_methods(["GET", "POST"])
@consultant_only
def enrollment_withdraw(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """Confirm first: coming sessions are canceled with it."""
    enrollment = _managed(request, enrollment_id)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        try:
            withdraw(
                enrollment=enrollment,
                by=request.user,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Withdrawn. What was done stays theirs to read."))
            return redirect(enrollment.cohort)
    context = {"enrollment": enrollment, "form": form}
    return render(request, "programs/enrollment_withdraw.html", context)


@require_http_methods(["GET", "POST"])
@consultant_only
def enrollment_extend(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """More time for one person."""
    enrollment = _managed(request, enrollment_id)
    form = ExtendForm(request.POST or None, version_id=enrollment.cohort.version_id)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                extend(
                    enrollments=[enrollment],
                    by=request.user,
                    now=timezone.now(),
                    **form.cleaned_data,
                )
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("The new dates are in."))
                return redirect(enrollment)
    context = {"enrollment": enrollment, "form": form}
    return render(request, "programs/enrollment_extend.html", context, status=status)


def _managed(request: AuthenticatedRequest, enrollment_id: UUID) -> Enrollment:
    return get_object_or_404(
        Enrollment.objects.managed_by(request.user).select_related(
            "clinician", "cohort__engagement__organization"
        ),
        public_id=enrollment_id,
    )
