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
from accounts.models import Organization
from core.forms import Audience, add_refusal
from programs.forms.engagements import EngagementForm, initial_of
from programs.models import Engagement
from programs.reports.cohort_lines import cohort_lines
from programs.services.engagements import create_engagement, edit_engagement, seats_taken

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest


@require_http_methods(["GET", "POST"])
@consultant_only
def engagement_create(request: AuthenticatedRequest, organization_id: UUID) -> HttpResponse:
    organization = get_object_or_404(
        Organization.objects.managed_by(request.user), public_id=organization_id
    )
    newest = organization.disclosures.order_by("-version").first()
    promised = newest.thresholds if newest else {}
    form = EngagementForm(
        request.POST or None,
        # Thresholds promised once are the least that a new contract may have.
        initial={f"threshold_{name}": least for name, least in promised.items()},
        audience_names={Audience.ORGANIZATION: organization.name},
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                engagement = create_engagement(
                    organization=organization,
                    by=request.user,
                    now=timezone.now(),
                    **form.fields_of_contract(),
                )
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("The contract is in. Next: its first cohort."))
                return redirect(engagement)
    context = {"organization": organization, "form": form}
    return render(request, "programs/engagement_create.html", context, status=status)


@require_safe
@consultant_only
def engagement_detail(request: AuthenticatedRequest, engagement_id: UUID) -> HttpResponse:
    engagement = _managed(request, engagement_id)
    cohorts = engagement.cohorts.select_related("version__program").defer("version__content")
    context = {
        "engagement": engagement,
        "seats_taken": seats_taken(engagement),
        "lines": cohort_lines(cohorts=cohorts, now=timezone.now()),
    }
    return render(request, "programs/engagement_detail.html", context)


@require_http_methods(["GET", "POST"])
@consultant_only
def engagement_edit(request: AuthenticatedRequest, engagement_id: UUID) -> HttpResponse:
    engagement = _managed(request, engagement_id)
    form = EngagementForm(
        request.POST or None,
        initial=initial_of(engagement),
        audience_names={Audience.ORGANIZATION: engagement.organization.name},
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                saved = edit_engagement(
                    engagement=engagement,
                    by=request.user,
                    now=timezone.now(),
                    **form.fields_of_contract(),
                )
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Saved."))
                return redirect(saved)
    context = {"engagement": engagement, "form": form}
    return render(request, "programs/engagement_edit.html", context, status=status)


def _managed(request: AuthenticatedRequest, engagement_id: UUID) -> Engagement:
    return get_object_or_404(
        Engagement.objects.managed_by(request.user).select_related("organization", "disclosure"),
        public_id=engagement_id,
    )
