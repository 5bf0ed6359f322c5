"""The first page of each person, and a clinician's own progress."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from outcomes.reports.check_ins import waiting_check_ins
from outcomes.reports.organization import organization_overview
from outcomes.reports.own_progress import own_progress
from outcomes.reports.own_scores import own_scores
from outcomes.reports.tallies import tallies
from outcomes.reports.today import clinician_today, waiting_enrollment
from outcomes.reports.today import consultant_today as consultant_page
from outcomes.services.frozen_figures import freeze_missing
from outcomes.views.organization_pages import acting_organization

COHORTS_PER_PAGE = 8


@require_safe
def today(request: AuthenticatedRequest) -> HttpResponse:
    """A clinician's Today; staff and admins go on to their own first page."""
    if request.acting.role == "consultant":
        return redirect("outcomes:consultant_today")
    if request.acting.role == "organization":
        return redirect("outcomes:overview")
    now = timezone.now()
    page = clinician_today(user=request.user, now=now)
    context = {
        "today": page,
        "check_ins": waiting_check_ins(user=request.user, now=now) if page else [],
        "waiting": None if page else waiting_enrollment(user=request.user),
    }
    return render(request, "outcomes/today.html", context)


@require_safe
def consultant_today(request: AuthenticatedRequest) -> HttpResponse:
    """Sessions ahead and what needs a look."""
    if not request.user.is_consultant:
        raise Http404
    context = {"today": consultant_page(user=request.user, now=timezone.now())}
    return render(request, "outcomes/consultant_today.html", context)


@require_safe
def overview(request: AuthenticatedRequest) -> HttpResponse:
    """An organization admin's first page: one sentence, four tiles, the cohorts."""
    organization = acting_organization(request)
    now = timezone.now()
    found = tallies(organization)
    if freeze_missing(tallies=found, now=now):
        found = tallies(organization)
    page = Paginator(found, COHORTS_PER_PAGE).get_page(request.GET.get("page"))
    overview = organization_overview(organization=organization, tallies=found, page=page)
    return render(request, "outcomes/overview.html", {"overview": overview, "page": page})


@require_safe
def progress(request: AuthenticatedRequest) -> HttpResponse:
    """What a clinician has done, for the clinician alone."""
    context = {
        "parts": own_progress(user=request.user, now=timezone.now()),
        "scores": own_scores(user=request.user),
    }
    return render(request, "outcomes/progress.html", context)
