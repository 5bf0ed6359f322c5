"""Links for patients: made, printed and ended by the organization, its consultants, or the
clinician who asks for one of their own."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedRequest, practice_of
from accounts.models import Organization
from core.forms import Audience, add_refusal
from outcomes.forms.ratings import RatingLinkForm
from outcomes.models import RatingLink
from outcomes.reports.rating_posters import poster_pdf, qr_svg
from outcomes.reports.ratings import rating_lines, today_at
from outcomes.services.ratings import (
    make_rating_link,
    revoke_rating_link,
)

if TYPE_CHECKING:
    from django.forms import BaseForm

USUAL = timedelta(days=90)
PAPERS = {"a4": "a4", "letter": "us-letter"}
_WITH = ("organization", "unit", "instrument")


def _frame(request: AuthenticatedRequest) -> str:
    if request.acting.organization is not None:
        return "base_organization.html"
    return "base_consultant.html" if request.user.is_consultant else "base_clinician.html"


@require_http_methods(["GET", "POST"])
def rating_links(request: AuthenticatedRequest, organization_id: UUID) -> HttpResponse:
    """Links of an organization and its units, with what patients said once they are over."""
    organization = get_object_or_404(
        Organization.objects.visible_to(request.user), public_id=organization_id
    )
    today = today_at(organization, timezone.now())
    form = RatingLinkForm(
        request.POST or None,
        units=organization.units.all(),
        initial={"opens_on": today, "closes_on": today + USUAL},
        audience_names={Audience.ORGANIZATION: organization.name},
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        form.is_bound = True
        link = _made(request, form, organization=organization)
        if link is not None:
            return redirect(link)
    links = RatingLink.objects.visible_to(request.user).filter(
        organization=organization, owner=None
    )
    lines = rating_lines(links.select_related(*_WITH), now=timezone.now())
    context = {
        "base": _frame(request),
        "is_admin": request.acting.organization is not None,
        "organization": organization,
        "lines": lines,
        "form": form,
    }
    return render(request, "outcomes/rating_links.html", context, status=status)


@require_http_methods(["GET", "POST"])
def own_ratings(request: AuthenticatedRequest) -> HttpResponse:
    """A clinician's own links. Nobody else sees them or what they bring."""
    membership = (
        request.user.memberships.live().filter(role="clinician").select_related("organization")
    ).first()
    if membership is None:
        raise Http404
    organization = membership.organization
    today = today_at(organization, timezone.now())
    form = RatingLinkForm(
        request.POST or None,
        units=None,
        initial={"opens_on": today, "closes_on": today + USUAL},
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        form.is_bound = True
        link = _made(request, form, organization=organization, owner=request.user)
        if link is not None:
            return redirect(link)
    links = RatingLink.objects.owned_by(request.user).select_related(*_WITH)
    context = {"lines": rating_lines(links, now=timezone.now()), "form": form}
    return render(request, "outcomes/own_ratings.html", context, status=status)


def _made(request: AuthenticatedRequest, form: BaseForm, **given: Any) -> RatingLink | None:
    """The link that the form asks for; None if it is refused, with the reasons on the form."""
    if not form.is_valid():
        return None
    try:
        return make_rating_link(
            actor=request.user, now=timezone.now(), **given, **form.cleaned_data
        )
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return None


def _link(request: AuthenticatedRequest, link_id: UUID) -> RatingLink:
    return get_object_or_404(
        RatingLink.objects.visible_to(request.user).select_related(*_WITH), public_id=link_id
    )


@require_safe
def rating_link_detail(request: AuthenticatedRequest, link_id: UUID) -> HttpResponse:
    """The code, the posters, the result, the way to end it."""
    link = _link(request, link_id)
    line = rating_lines([link], now=timezone.now())[0]
    is_own = link.owner_id is not None
    base = "base_clinician.html" if is_own else _frame(request)
    context = {"base": base, "link": link, "line": line, "is_own": is_own}
    return render(request, "outcomes/rating_link_detail.html", context)


@require_POST
def rating_link_revoke(request: AuthenticatedRequest, link_id: UUID) -> HttpResponse:
    link = revoke_rating_link(link=_link(request, link_id), now=timezone.now())
    messages.success(request, _("The link is closed. Posters that hang no longer work."))
    return redirect(link)


@require_safe
def rating_qr(request: AuthenticatedRequest, link_id: UUID) -> HttpResponse:
    link = _link(request, link_id)
    return _file(qr_svg(link.address).encode(), "image/svg+xml")


@require_safe
def rating_poster(request: AuthenticatedRequest, link_id: UUID, paper: str) -> HttpResponse:
    """One page to print: A4 or Letter."""
    link = _link(request, link_id)
    if paper not in PAPERS:
        raise Http404
    content = poster_pdf(link, practice=practice_of(request).name, paper=PAPERS[paper])
    response = _file(content, "application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="poster-{paper}.pdf"'
    return response


def _file(content: bytes, kind: str) -> HttpResponse:
    return HttpResponse(
        content,
        headers={
            "Content-Type": kind,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store, private",
        },
    )
