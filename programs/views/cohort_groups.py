"""Groups of a cohort."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import consultant_only
from core.forms import add_refusal
from programs.forms.enrollment_moves import GroupNameForm
from programs.models import CohortGroup
from programs.services.cohort_groups import rename_group
from programs.services.cohorts import add_group
from programs.views.cohorts import managed_cohort

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest

_TAKES_PART = Q(
    enrollments__withdrawn_at=None,
    enrollments__transferred_out_at=None,
    enrollments__voided_at=None,
)


@require_http_methods(["GET", "POST"])
@consultant_only
def cohort_groups(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """The groups with how many are in each, and a form for one more."""
    cohort = managed_cohort(request, cohort_id)
    form = GroupNameForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                add_group(cohort=cohort, name=form.cleaned_data["name"], by=request.user)
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("The group is there."))
                return redirect("programs:cohort_groups", cohort.public_id)
    groups = cohort.groups.annotate(people=Count("enrollments", filter=_TAKES_PART))
    context = {"cohort": cohort, "form": form, "groups": groups.order_by("name")}
    return render(request, "programs/cohort_groups.html", context, status=status)


@require_http_methods(["GET", "POST"])
@consultant_only
def cohort_group_edit(request: AuthenticatedRequest, small_group_id: UUID) -> HttpResponse:
    group = get_object_or_404(
        CohortGroup.objects.managed_by(request.user).select_related("cohort"),
        public_id=small_group_id,
    )
    form = GroupNameForm(request.POST or None, initial={"name": group.name})
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                rename_group(group=group, name=form.cleaned_data["name"], by=request.user)
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Saved."))
                return redirect("programs:cohort_groups", group.cohort.public_id)
    context = {"cohort": group.cohort, "group": group, "form": form}
    return render(request, "programs/cohort_group_edit.html", context, status=status)
