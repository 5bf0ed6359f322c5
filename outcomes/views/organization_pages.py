"""Pages of organization admins beside reports: people, and the disclosure in force."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.models import Organization
from accounts.services.access_log import log_access
from outcomes.reports.organization_view import PEOPLE, organization_views, who_looked
from outcomes.reports.participation import participation_rows
from programs.models import Engagement


def acting_organization(request: AuthenticatedRequest) -> Organization:
    """Return the organization whose admin the viewer acts as, or raise 404."""
    organization = request.acting.organization
    if organization is None:
        raise Http404
    return organization


@require_safe
def people(request: AuthenticatedRequest) -> HttpResponse:
    """Names with participation, where contract and signature allow names."""
    organization = acting_organization(request)
    rows = participation_rows(organization=organization)
    unnamed = Engagement.objects.visible_to(request.user).filter(
        organization=organization, visibility=Engagement.Visibility.AGGREGATE_ONLY
    )
    if rows:
        log_access(
            actor=request.user,
            subject=None,
            action="viewed",
            kind=PEOPLE,
            object_public_id=organization.public_id,
            organization=organization,
            now=timezone.now(),
        )
    context = {"organization": organization, "rows": rows, "unnamed_contracts": unnamed.count()}
    return render(request, "outcomes/people.html", context)


@require_safe
def disclosure_detail(request: AuthenticatedRequest) -> HttpResponse:
    """What an organization's people signed, and so what its admins can see."""
    organization = acting_organization(request)
    disclosure = organization.disclosures.order_by("-version").first()
    context = {"organization": organization, "disclosure": disclosure}
    return render(request, "outcomes/disclosure_detail.html", context)


@require_safe
def organization_view(request: AuthenticatedRequest) -> HttpResponse:
    """What my organization sees: the admin's rows of the viewer, and who looked."""
    blocks = organization_views(user=request.user)
    context = {"blocks": blocks, "looked": who_looked(user=request.user, views=blocks)}
    return render(request, "outcomes/organization_view.html", context)
