"""A cohort's report for its organization: the page and the CSV, from one source."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from accounts.services.access_log import log_access
from core.tables import csv_response
from outcomes.reports.cohort import CohortReport
from outcomes.reports.cohort import cohort_report as make_report
from outcomes.reports.cohort_table import HEADER, table_rows
from outcomes.reports.frozen_weeks import frozen_weeks
from outcomes.services.frozen_figures import frozen_figures
from outcomes.views.organization_pages import acting_organization
from programs.models import Cohort


def _report(request: AuthenticatedRequest, cohort_id: UUID, action: str) -> CohortReport:
    """The report of a cohort of the organization the viewer acts for; anything else is a 404."""
    organization = acting_organization(request)
    cohort = get_object_or_404(
        Cohort.objects.administered_by(request.user)
        .filter(engagement__organization=organization)
        .select_related("engagement__organization", "version__program")
        .defer("version__content"),
        public_id=cohort_id,
    )
    now = timezone.now()
    snapshot = frozen_figures(cohorts=[cohort], now=now)[cohort.pk]
    log_access(
        actor=request.user,
        subject=None,
        action=action,
        kind="outcomes.cohort_report",
        object_public_id=cohort.public_id,
        organization=organization,
        now=now,
    )
    weeks = frozen_weeks(cohort=cohort, snapshot=snapshot)
    return make_report(
        cohort=cohort, at=snapshot.at, aggregates=snapshot.aggregates | {"weeks": weeks}
    )


@require_safe
def cohort_report(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Finding, tiles, states, modules, units, method note."""
    context = {"report": _report(request, cohort_id, "viewed")}
    return render(request, "outcomes/cohort_report.html", context)


@require_safe
def cohort_report_csv(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """The same figures under the same mask, as a table."""
    report = _report(request, cohort_id, "exported")
    return csv_response(
        name=f"{report.cohort.name} {report.at:%Y-%m-%d}", header=HEADER, rows=table_rows(report)
    )
