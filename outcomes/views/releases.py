"""Releases of closed rounds: the practice's preview, the organization's report and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import consultant_only, practice_of
from accounts.services.access_log import log_access
from core.documents.pdf import pdf_response
from core.tables import csv_response
from core.workbooks import xlsx_response
from outcomes.engine.claims import UNCONTROLLED
from outcomes.forms.releases import ReleaseForm
from outcomes.models import Release, Wave
from outcomes.reports.lots import is_compared
from outcomes.reports.outcome_document import outcome_pdf
from outcomes.reports.outcome_report import OutcomeReport
from outcomes.reports.outcome_report import outcome_report as make_report
from outcomes.reports.outcome_tables import HEADER, outcome_rows, outcome_sheets
from outcomes.services.releases import preview_release, release_wave
from outcomes.views.organization_pages import acting_organization

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.http import AuthenticatedRequest

_RELATED = ("wave__cohort__engagement__organization",)


@require_http_methods(["GET", "POST"])
@consultant_only
def wave_release(request: AuthenticatedRequest, wave_id: UUID) -> HttpResponse:
    """Exactly what the organization would see, before it is frozen; and what it got before."""
    waves = Wave.objects.managed_by(request.user).select_related(
        "cohort__engagement__organization", "cohort__version__program"
    )
    wave = get_object_or_404(waves, public_id=wave_id)
    now = timezone.now()
    releases = Release.objects.managed_by(request.user).filter(wave=wave)
    data = request.POST if request.method == "POST" else None
    form = ReleaseForm(data, last=releases.order_by("-number").first())
    made: dict[str, Any] = {"wave": wave, "actor": request.user, "now": now}
    if request.method == "POST" and form.is_valid():
        made["recommendations"] = form.recommendations
        release = None if "preview" in request.POST else _release_now(request, made)
        if release:
            return redirect(release)
    report, refused = None, ""
    try:
        report = make_report(preview_release(**made))
    except ValidationError as refusal:
        refused = " ".join(refusal.messages)
    context = {
        "wave": wave,
        "form": form,
        "report": report,
        "refused": refused,
        "releases": releases,
        "lacks_comparison": report
        and report.payload["baseline"]
        and report.payload["design"] == UNCONTROLLED
        and is_compared(wave),
    }
    return render(request, "outcomes/wave_release.html", context)


def _release_now(request: AuthenticatedRequest, made: Mapping[str, Any]) -> Release | None:
    """None if it was refused: the page says why, with what was typed still in it."""
    try:
        release = release_wave(**made)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return None
    messages.success(request, _("Released. The organization's admins can open it now."))
    return release


@require_safe
def outcome_list(request: AuthenticatedRequest) -> HttpResponse:
    """The newest release of each round of the organization."""
    organization = acting_organization(request)
    newest = (
        Release.objects.administered_by(request.user)
        .filter(wave__cohort__engagement__organization=organization)
        .newest()
        .select_related("wave__cohort")
    )
    found = sorted(newest, key=lambda release: release.released_at, reverse=True)
    lines = [(release, make_report(release.payload)) for release in found]
    with_change = [report for _release, report in lines if report.payload["baseline"]]
    context = {
        "organization": organization,
        "lines": lines,
        "comparable": len(with_change) > 1,
    }
    return render(request, "outcomes/outcome_list.html", context)


def _release(
    request: AuthenticatedRequest, release_id: UUID, action: str
) -> tuple[Release, OutcomeReport]:
    """A release of the organization the viewer acts for, or one the practice's viewer manages."""
    if request.acting.role == "organization":
        found = Release.objects.administered_by(request.user).filter(
            wave__cohort__engagement__organization=acting_organization(request)
        )
    elif request.user.is_consultant:
        found = Release.objects.managed_by(request.user)
    else:
        raise Http404
    release = get_object_or_404(found.select_related(*_RELATED), public_id=release_id)
    log_access(
        actor=request.user,
        subject=None,
        action=action,
        kind="outcomes.release",
        object_public_id=release.public_id,
        organization=release.wave.cohort.engagement.organization,
        now=timezone.now(),
    )
    return release, make_report(release.payload)


def _name(release: Release) -> str:
    return f"{release.wave.cohort.name} outcomes {release.number}"


@require_safe
def outcome_report(request: AuthenticatedRequest, release_id: UUID) -> HttpResponse:
    """Finding, summary, outcomes with intervals, groups under one mask, method note."""
    release, report = _release(request, release_id, "viewed")
    side = "organization" if request.acting.role == "organization" else "consultant"
    context = {"release": release, "report": report, "base_template": f"base_{side}.html"}
    return render(request, "outcomes/outcome_report.html", context)


@require_safe
def outcome_report_csv(request: AuthenticatedRequest, release_id: UUID) -> HttpResponse:
    release, report = _release(request, release_id, "exported")
    return csv_response(name=_name(release), header=HEADER, rows=outcome_rows(report))


@require_safe
def outcome_report_xlsx(request: AuthenticatedRequest, release_id: UUID) -> HttpResponse:
    """The same rows, with what they are of and a codebook."""
    release, report = _release(request, release_id, "exported")
    return xlsx_response(name=_name(release), sheets=outcome_sheets(report))


@require_safe
def outcome_report_pdf(request: AuthenticatedRequest, release_id: UUID) -> HttpResponse:
    """The same as a document for a board pack; `?paper=a4` for A4."""
    release, report = _release(request, release_id, "exported")
    paper = "a4" if request.GET.get("paper") == "a4" else "us-letter"
    body = outcome_pdf(
        release=release, report=report, practice=practice_of(request).name, paper=paper
    )
    return pdf_response(name=_name(release), body=body)
