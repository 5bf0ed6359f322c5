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
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import consultant_only
from core.forms import add_refusal
from programs.forms.cohorts import StaffForm
from programs.models import CohortStaff
from programs.services.cohorts import add_staff, end_staff
from programs.views.cohorts import managed_cohort

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest


@require_http_methods(["GET", "POST"])
@consultant_only
def cohort_staff(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Who leads and coaches this cohort; add somebody."""
    cohort = managed_cohort(request, cohort_id)
    form = StaffForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                add_staff(cohort=cohort, by=request.user, **form.cleaned_data)
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("%(name)s is in the team.") % form_name(form))
                return redirect("programs:cohort_staff", cohort.public_id)
    staff = cohort.staff.filter(ended_at=None).select_related("person").order_by("role", "pk")
    context = {"cohort": cohort, "form": form, "staff": staff}
    return render(request, "programs/cohort_staff.html", context, status=status)


@require_POST
@consultant_only
def cohort_staff_end(request: AuthenticatedRequest, staff_id: UUID) -> HttpResponse:
    staff = get_object_or_404(
        CohortStaff.objects.managed_by(request.user).select_related("cohort"), public_id=staff_id
    )
    end_staff(staff=staff, by=request.user, now=timezone.now())
    messages.success(request, _("That role has ended."))
    return redirect("programs:cohort_staff", staff.cohort.public_id)


def form_name(form: StaffForm) -> dict[str, str]:
    return {"name": str(form.cleaned_data["person"])}
