"""Days on which nothing of a cohort opens or falls due."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import consultant_only
from programs.forms.schedules import ClosedDaysForm
from programs.models import BlackoutDate
from programs.services.closed_days import add_blackout, remove_blackout
from programs.services.cohorts import edit_cohort
from programs.views.cohorts import managed_cohort

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest


@require_http_methods(["GET", "POST"])
@consultant_only
def closed_days(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Those of one cohort, and a form for more."""
    cohort = managed_cohort(request, cohort_id)
    form = ClosedDaysForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            add_blackout(cohort=cohort, by=request.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Closed. Dates on those days have moved."))
            return redirect("programs:closed_days", cohort.public_id)
    context = {"cohort": cohort, "form": form, "blackouts": cohort.blackouts.all()}
    return render(request, "programs/closed_days.html", context, status=status)


@require_POST
@consultant_only
def closed_days_remove(request: AuthenticatedRequest, blackout_id: UUID) -> HttpResponse:
    blackout = get_object_or_404(
        BlackoutDate.objects.managed_by(request.user).select_related("cohort"),
        public_id=blackout_id,
    )
    remove_blackout(blackout=blackout, by=request.user, now=timezone.now())
    messages.success(request, _("Open again. Dates follow their rule."))
    return redirect("programs:closed_days", blackout.cohort.public_id)


@require_POST
@consultant_only
def closed_weekends(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Turn weekends off for dates, or on again."""
    cohort = managed_cohort(request, cohort_id)
    skips = not cohort.skips_weekends
    edit_cohort(cohort=cohort, by=request.user, skips_weekends=skips, now=timezone.now())
    messages.success(
        request,
        _("Nothing opens or falls due on weekends.") if skips else _("Weekends count as any day."),
    )
    return redirect("programs:closed_days", cohort.public_id)
