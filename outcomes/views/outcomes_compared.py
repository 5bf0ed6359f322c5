"""Two reports of an organization side by side, for its admins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.services.access_log import log_access
from outcomes.forms.outcomes_compared import ReleasePairForm
from outcomes.models import Release
from outcomes.reports.outcome_report import outcome_report
from outcomes.reports.outcomes_compared import ComparedReports
from outcomes.reports.outcomes_compared import outcomes_compared as compare
from outcomes.views.organization_pages import acting_organization

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest


@require_safe
def outcomes_compared(request: AuthenticatedRequest) -> HttpResponse:
    """The newest two, or those of `?first=` and `?second=`; only what was released of each."""
    organization = acting_organization(request)
    newest = (
        Release.objects.administered_by(request.user)
        .filter(wave__cohort__engagement__organization=organization)
        .newest()
    )
    releases = (
        Release.objects.administered_by(request.user)
        .filter(pk__in=newest.values("pk"))
        .exclude(payload__baseline=None)
        .select_related("wave__cohort")
        .order_by("-released_at", "-pk")
    )
    usual = [str(one) for one in releases.values_list("public_id", flat=True)[:2]]
    chosen = (
        request.GET
        if "first" in request.GET
        else dict(zip(("first", "second"), usual, strict=False))
    )
    form = ReleasePairForm(chosen, releases=releases) if len(usual) > 1 else None
    found = None
    one_cohort = False
    if form and form.is_valid():
        first, second = form.cleaned_data["first"], form.cleaned_data["second"]
        found = _shown(request, first, second)
        one_cohort = first.wave.cohort_id == second.wave.cohort_id
    context = {
        "organization": organization,
        "form": form,
        "found": found,
        "is_one_cohort": one_cohort,
    }
    return render(request, "outcomes/outcomes_compared.html", context)


def _shown(request: AuthenticatedRequest, first: Release, second: Release) -> ComparedReports:
    for release in (first, second):
        log_access(
            actor=request.user,
            subject=None,
            action="viewed",
            kind="outcomes.release",
            object_public_id=release.public_id,
            organization=request.acting.organization,
            now=timezone.now(),
        )
    return compare(outcome_report(first.payload), outcome_report(second.payload))
