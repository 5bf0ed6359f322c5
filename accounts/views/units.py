"""Units of an organization: added on its page, renamed on their own, removed while unused."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.organizations import UnitForm
from accounts.http import AuthenticatedRequest, consultant_only
from accounts.models import Organization, Unit
from accounts.services.units import create_unit, delete_unit, rename_unit
from core.forms import Audience, add_refusal


@require_http_methods(["GET", "POST"])
@consultant_only
def unit_create(request: AuthenticatedRequest, organization_id: UUID) -> HttpResponse:
    """Add a unit; the organization's page has this form inline."""
    organization = get_object_or_404(
        Organization.objects.managed_by(request.user), public_id=organization_id
    )
    names = {Audience.ORGANIZATION: organization.name}
    form = UnitForm(request.POST or None, prefix="unit", audience_names=names)
    if form.is_valid():
        try:
            create_unit(organization=organization, name=form.cleaned_data["name"])
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The unit is added."))
            return redirect(organization)
    context = {"organization": organization, "form": form}
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "accounts/unit_create.html", context, status=status)


@require_http_methods(["GET", "POST"])
@consultant_only
def unit_edit(request: AuthenticatedRequest, unit_id: UUID) -> HttpResponse:
    unit = _managed(request, unit_id)
    names = {Audience.ORGANIZATION: unit.organization.name}
    form = UnitForm(
        request.POST or None, prefix="unit", initial={"name": unit.name}, audience_names=names
    )
    if form.is_valid():
        try:
            rename_unit(unit=unit, name=form.cleaned_data["name"])
        except ValidationError as refusal:
            add_refusal(form, refusal)
            unit.refresh_from_db()
        else:
            messages.success(request, _("Saved."))
            return redirect(unit.organization)
    context = {"unit": unit, "form": form}
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "accounts/unit_edit.html", context, status=status)


@require_POST
@consultant_only
def unit_delete(request: AuthenticatedRequest, unit_id: UUID) -> HttpResponse:
    unit = _managed(request, unit_id)
    try:
        delete_unit(unit=unit)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The unit is removed."))
    return redirect(unit.organization)


def _managed(request: AuthenticatedRequest, unit_id: UUID) -> Unit:
    return get_object_or_404(
        Unit.objects.managed_by(request.user).select_related("organization"), public_id=unit_id
    )
