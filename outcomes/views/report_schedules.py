"""Reports of an organization, for who manages it: when admins hear of them, and what was released."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import consultant_only
from accounts.models import Organization
from outcomes.forms.report_schedules import NEVER, ReportScheduleForm
from outcomes.models import ReportSchedule
from outcomes.notices.releases import readers_of
from outcomes.reports.release_logs import release_log
from outcomes.services.report_schedules import next_report_at, set_report_schedule

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest


@require_http_methods(["GET", "POST"])
@consultant_only
def report_list(request: AuthenticatedRequest, organization_id: UUID) -> HttpResponse:
    """The rhythm of mails, and the log of releases."""
    organization = get_object_or_404(
        Organization.objects.managed_by(request.user), public_id=organization_id
    )
    now = timezone.now()
    schedules = ReportSchedule.objects.managed_by(request.user).select_related("organization")
    schedule = schedules.filter(organization=organization).first()
    form = ReportScheduleForm(
        request.POST if request.method == "POST" else None,
        initial={"every": schedule.every if schedule else NEVER},
    )
    if form.is_valid():
        every = form.cleaned_data["every"]
        set_report_schedule(
            organization=organization,
            every="" if every == NEVER else every,
            by=request.user,
            now=now,
        )
        messages.success(request, _("Saved."))
        return redirect("outcomes:report_list", organization_id)
    context = {
        "organization": organization,
        "form": form,
        "next_at": next_report_at(schedule, after=now) if schedule else None,
        "readers": readers_of(organization.pk).count(),
        "lines": release_log(organization=organization, user=request.user),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "outcomes/report_list.html", context, status=status)
