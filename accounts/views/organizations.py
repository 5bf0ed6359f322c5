"""Clients of the practice, for those who look after them."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.invitations import AdminInviteForm
from accounts.forms.organizations import OrganizationEditForm, OrganizationForm, UnitForm
from accounts.http import AuthenticatedRequest, consultant_only, practice_of
from accounts.kinds import organization_panels
from accounts.models import Membership, Organization
from accounts.services.invitations import invite, send_invitation
from accounts.services.memberships import end_membership
from accounts.services.organizations import change_organization, create_organization
from core.forms import Audience, add_refusal


@require_safe
@consultant_only
def organization_list(request: AuthenticatedRequest) -> HttpResponse:
    live = Q(memberships__ended_at=None, memberships__started_at__isnull=False)
    organizations = Organization.objects.managed_by(request.user).annotate(
        unit_count=Count("units", distinct=True),
        people_count=Count(
            "memberships__user", filter=live & Q(memberships__role="clinician"), distinct=True
        ),
        admin_count=Count(
            "memberships__user", filter=live & Q(memberships__role="admin"), distinct=True
        ),
    )
    context = {"organizations": organizations.prefetch_related("consultants")}
    return render(request, "accounts/organization_list.html", context)


@require_http_methods(["GET", "POST"])
@consultant_only
def organization_create(request: AuthenticatedRequest) -> HttpResponse:
    initial = {"time_zone": practice_of(request).time_zone}
    form = OrganizationForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            organization = create_organization(actor=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The client is there. Next: its units and a contract."))
            return redirect(organization)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "accounts/organization_create.html", {"form": form}, status=status)


@require_safe
@consultant_only
def organization_detail(request: AuthenticatedRequest, organization_id: UUID) -> HttpResponse:
    """Figures, units, admins and invitations; below them the panels of other apps."""
    organization = _managed(request, organization_id)
    return _detail_page(request, organization)


def _managed(request: AuthenticatedRequest, organization_id: UUID) -> Organization:
    return get_object_or_404(
        Organization.objects.managed_by(request.user), public_id=organization_id
    )


def _detail_page(
    request: AuthenticatedRequest, organization: Organization, **forms: object
) -> HttpResponse:
    """The page of an organization; `forms` replaces an inline form by one that was refused."""
    now = timezone.now()
    members = organization.memberships.live().select_related("user")
    names = {Audience.ORGANIZATION: organization.name}
    context = {
        "organization": organization,
        "units": organization.units.annotate(people=Count("members")),
        "admins": members.filter(role=Membership.Role.ADMIN).exclude(started_at=None),
        "people_count": members.filter(role=Membership.Role.CLINICIAN)
        .exclude(started_at=None)
        .count(),
        "invitations": organization.invitations.filter(accepted_at=None, revoked_at=None)
        .select_related("user")
        .order_by("role", "-created_at")[:50],
        "invitation_count": organization.invitations.filter(
            accepted_at=None, revoked_at=None
        ).count(),
        "consultants": organization.consultants.order_by("name"),
        "disclosure": organization.disclosures.in_force(now),
        "now": now,
        "unit_form": UnitForm(prefix="unit", audience_names=names),
        "admin_form": AdminInviteForm(prefix="admin", audience_names=names),
        "panels": organization_panels(organization, request.user),
        **forms,
    }
    status = HTTPStatus.BAD_REQUEST if forms else HTTPStatus.OK
    return render(request, "accounts/organization_detail.html", context, status=status)


@require_http_methods(["GET", "POST"])
@consultant_only
def organization_edit(request: AuthenticatedRequest, organization_id: UUID) -> HttpResponse:
    organization = _managed(request, organization_id)
    initial = {
        "name": organization.name,
        "time_zone": organization.time_zone,
        "consultants": organization.consultants.all(),
    }
    names = {Audience.ORGANIZATION: organization.name}
    form = OrganizationEditForm(request.POST or None, initial=initial, audience_names=names)
    if form.is_valid():
        try:
            change_organization(organization=organization, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
            organization.refresh_from_db()
        else:
            messages.success(request, _("Saved."))
            # Whoever took themselves off the list no longer sees the page.
            still = Organization.objects.managed_by(request.user).filter(pk=organization.pk)
            return redirect(organization if still.exists() else "accounts:organization_list")
    context = {"organization": organization, "form": form}
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "accounts/organization_edit.html", context, status=status)


@require_POST
@consultant_only
def admin_invite(request: AuthenticatedRequest, organization_id: UUID) -> HttpResponse:
    """Invite a person who will read the organization's reports."""
    organization = _managed(request, organization_id)
    form = AdminInviteForm(request.POST, prefix="admin")
    now = timezone.now()
    if form.is_valid():
        try:
            invitation = invite(
                organization=organization,
                role=Membership.Role.ADMIN,
                unit=None,
                profession="",
                invited_by=request.user,
                now=now,
                **form.cleaned_data,
            )
            send_invitation(invitation=invitation, now=now)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect(organization)
    return _detail_page(request, organization, admin_form=form)


@require_POST
@consultant_only
def admin_remove(request: AuthenticatedRequest, membership_id: UUID) -> HttpResponse:
    """End a person's admin role: with it goes their access, at once."""
    membership = get_object_or_404(
        Membership.objects.managed_by(request.user)
        .filter(role=Membership.Role.ADMIN)
        .select_related("organization"),
        public_id=membership_id,
    )
    try:
        end_membership(membership=membership, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("This person no longer sees the organization's pages."))
    return redirect(membership.organization)
