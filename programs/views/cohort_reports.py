"""A cohort's whole report for staff: page, CSV, workbook and JSON of the same tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.http import consultant_only
from accounts.services.access_log import log_access
from core.tables import csv_lines, csv_response
from core.workbooks import xlsx_response
from programs.reports.cohort_progress import cohort_progress
from programs.reports.cohort_series import cohort_series
from programs.reports.report_tables import ReportTables, people_table, report_tables
from programs.reports.steps_done import steps_done
from programs.reports.workbook_sheets import workbook_sheets
from programs.views.cohorts import ROWS_PER_PAGE, visible_cohort

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.http import AuthenticatedRequest
    from programs.models import Cohort


@require_safe
@consultant_only
def cohort_progress_report(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Every measure with its definition, every table, as of now."""
    report = _report(visible_cohort(request, cohort_id), timezone.now())
    page = Paginator(report.rows("people"), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "report": report,
        "tables": [
            replace(table, rows=tuple(page)) if table.key == "people" else table
            for table in report.tables
        ],
        "page": page,
    }
    return render(request, "programs/cohort_progress_report.html", context)


@require_safe
@consultant_only
def cohort_progress_csv(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """One table as a file: the people, or `?table=` another one of the page."""
    cohort = visible_cohort(request, cohort_id)
    now = timezone.now()
    key = request.GET.get("table", "people")
    if key == "people":  # needs no look back
        table = people_table(cohort_progress(cohort=cohort, at=now), cohort.zone)
    elif (found := _report(cohort, now).table(key)) is not None:
        table = found
    else:
        raise Http404
    _log_export(request, cohort, now)
    name = f"{cohort.name} {key} {now:%Y-%m-%d}"
    return csv_response(name=name, header=table.header, rows=table.rows)


@require_safe
@consultant_only
def cohort_progress_xlsx(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """All tables as sheets, and a codebook that says what each column means."""
    cohort = visible_cohort(request, cohort_id)
    now = timezone.now()
    report = _report(cohort, now)
    _log_export(request, cohort, now)
    return xlsx_response(
        name=f"{cohort.name} progress {now:%Y-%m-%d}", sheets=workbook_sheets(report)
    )


@require_safe
@consultant_only
def cohort_progress_json(request: AuthenticatedRequest, cohort_id: UUID) -> JsonResponse:
    """The report for programs of the practice: read-only, by the session of somebody of staff."""
    cohort = visible_cohort(request, cohort_id)
    now = timezone.now()
    report = _report(cohort, now)
    _log_export(request, cohort, now)
    answer = {
        "report": report.heading,
        "tables": {
            table.key: [{column.key: cell for column, cell in cells} for cells in table.cells]
            for table in report.tables
        },
        "definitions": {
            table.key: {column.key: str(column.meaning) for column in table.columns}
            for table in report.tables
        },
    }
    return JsonResponse(answer, headers={"Cache-Control": "no-store, private"})


@require_safe
@consultant_only
def cohort_steps_csv(request: AuthenticatedRequest, cohort_id: UUID) -> StreamingHttpResponse:
    """One row a person, one column a step: the day it was done. Written as it is read."""
    cohort = visible_cohort(request, cohort_id)
    now = timezone.now()
    header, rows = steps_done(cohort=cohort, at=now)
    _log_export(request, cohort, now)
    name = slugify(f"{cohort.name} steps {now:%Y-%m-%d}")
    return StreamingHttpResponse(
        csv_lines(header, rows, are_neutral=True),
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}.csv"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store, private",
        },
    )


def _report(cohort: Cohort, at: datetime) -> ReportTables:
    return report_tables(
        cohort=cohort,
        progress=cohort_progress(cohort=cohort, at=at),
        series=cohort_series(cohort=cohort, at=at),
    )


def _log_export(request: AuthenticatedRequest, cohort: Cohort, now: datetime) -> None:
    log_access(
        actor=request.user,
        subject=None,
        action="exported",
        kind="programs.cohort_progress",
        object_public_id=cohort.public_id,
        organization=cohort.engagement.organization,
        now=now,
    )
