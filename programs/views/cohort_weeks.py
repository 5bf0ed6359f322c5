"""A cohort over time, for staff: states, pace, activity, practice, and who is still there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import consultant_only
from programs.reports.cohort_charts import cohort_charts
from programs.reports.cohort_progress import cohort_progress
from programs.reports.cohort_series import cohort_series
from programs.views.cohorts import visible_cohort

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest


@require_safe
@consultant_only
def cohort_weeks(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    cohort = visible_cohort(request, cohort_id)
    now = timezone.now()
    progress = cohort_progress(cohort=cohort, at=now)
    series = cohort_series(cohort=cohort, at=now)
    context = {
        "cohort": cohort,
        "progress": progress,
        "series": series,
        "charts": cohort_charts(series=series, progress=progress),
    }
    return render(request, "programs/cohort_weeks.html", context)
