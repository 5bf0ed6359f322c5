"""Rounds of questions of a cohort: plan, open, close. Nobody sees here who answered."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import consultant_only
from accounts.services.access_log import log_access
from core.acting import analyzing
from core.forms import add_refusal
from core.workbooks import xlsx_response
from outcomes.forms.comparison_groups import ComparisonGroupForm
from outcomes.forms.waves import WaveForm
from outcomes.models import Wave
from outcomes.reports.analysis_export import analysis_sheets
from outcomes.reports.lots import BESIDE
from outcomes.reports.wave_pages import may_ask_beside, wave_lines
from outcomes.services import wave_plans
from outcomes.services.comparison_groups import ask_beside
from outcomes.services.waves import close_wave
from programs.models import Cohort

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest


def _managed(request: AuthenticatedRequest, wave_id: UUID) -> Wave:
    waves = Wave.objects.managed_by(request.user).select_related("cohort__engagement__organization")
    return get_object_or_404(waves, public_id=wave_id)


def _cohort(request: AuthenticatedRequest, cohort_id: UUID) -> Cohort:
    cohorts = Cohort.objects.managed_by(request.user).select_related("engagement__organization")
    return get_object_or_404(cohorts, public_id=cohort_id)


@require_safe
@consultant_only
def wave_list(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """The rounds of a cohort, in their order."""
    cohort = _cohort(request, cohort_id)
    others = _waiting(request, cohort)
    lines = wave_lines(
        waves=Wave.objects.managed_by(request.user).filter(cohort=cohort),
        now=timezone.now(),
        threshold=cohort.engagement.threshold_means,
    )
    context = {
        "cohort": cohort,
        "lines": lines,
        "is_asked_beside_alone": all(BESIDE in line.wave.options for line in lines),
        "beside": ComparisonGroupForm(cohorts=others) if may_ask_beside(lines, others) else None,
    }
    return render(request, "outcomes/wave_list.html", context)


def _waiting(request: AuthenticatedRequest, cohort: Cohort) -> QuerySet[Cohort]:
    """Cohorts of the contract that begin later."""
    found = Cohort.objects.managed_by(request.user).filter(
        engagement=cohort.engagement_id, starts_on__gt=cohort.starts_on, closed_at=None
    )
    return found.order_by("starts_on", "name")


@require_POST
@consultant_only
def wave_beside(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Ask a cohort that has not begun at the same times."""
    cohort = _cohort(request, cohort_id)
    form = ComparisonGroupForm(request.POST, cohorts=_waiting(request, cohort))
    if not form.is_valid():
        messages.error(request, _("Choose a cohort of this contract that begins later."))
        return redirect("outcomes:wave_list", cohort_id)
    other = form.cleaned_data["other"]
    try:
        made = ask_beside(cohort=cohort, other=other, now=timezone.now())
        messages.success(
            request,
            _("%(cohort)s is asked at the same times: %(n)d rounds planned.")
            % {"cohort": other, "n": len(made)},
        )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("outcomes:wave_list", cohort_id)


@require_POST
@consultant_only
def wave_standard(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Plan the usual rounds in one step."""
    cohort = _cohort(request, cohort_id)
    try:
        made = wave_plans.plan_standard_rounds(cohort=cohort, now=timezone.now())
        messages.success(request, _("Planned: %(n)d rounds.") % {"n": len(made)})
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("outcomes:wave_list", cohort_id)


@require_http_methods(["GET", "POST"])
@consultant_only
def wave_plan(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Plan one more round."""
    cohort = _cohort(request, cohort_id)
    form = WaveForm(
        request.POST if request.method == "POST" else None, user=request.user, cohort=cohort
    )
    if form.is_valid():
        try:
            wave = wave_plans.plan_wave(cohort=cohort, **form.cleaned_data)
            return redirect("outcomes:wave", wave.public_id)
        except ValidationError as refusal:
            add_refusal(form, refusal)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"cohort": cohort, "form": form}
    return render(request, "outcomes/wave_plan.html", context, status=status)


@require_http_methods(["GET", "POST"])
@consultant_only
def wave(request: AuthenticatedRequest, wave_id: UUID) -> HttpResponse:
    """One round: its plan while it may change, then what it asks and how it stands."""
    found = _managed(request, wave_id)
    form = None
    if not found.is_frozen:
        data = request.POST if request.method == "POST" else None
        form = WaveForm(data, user=request.user, cohort=found.cohort, wave=found)
        if form.is_valid():
            try:
                wave_plans.change_wave(wave=found, **form.cleaned_data)
                messages.success(request, _("Saved."))
                return redirect("outcomes:wave", wave_id)
            except ValidationError as refusal:
                add_refusal(form, refusal)
    threshold = found.cohort.engagement.threshold_means
    lines = wave_lines(waves=[found], now=timezone.now(), threshold=threshold)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form and form.errors else HTTPStatus.OK
    context = {"wave": found, "line": lines[0], "form": form, "cohort": found.cohort}
    return render(request, "outcomes/wave.html", context, status=status)


@require_POST
@consultant_only
def wave_open(request: AuthenticatedRequest, wave_id: UUID) -> HttpResponse:
    """Open a round now, and invite."""
    found = _managed(request, wave_id)
    try:
        wave_plans.open_and_invite(wave=found, now=timezone.now())
        messages.success(request, _("It is open. Invitations are on their way."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("outcomes:wave", wave_id)


@require_POST
@consultant_only
def wave_close(request: AuthenticatedRequest, wave_id: UUID) -> HttpResponse:
    """End a round now."""
    found = _managed(request, wave_id)
    try:
        close_wave(wave=found, now=timezone.now())
        messages.success(request, _("It is closed."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("outcomes:wave", wave_id)


@require_POST
@consultant_only
def wave_drop(request: AuthenticatedRequest, wave_id: UUID) -> HttpResponse:
    """Delete a plan."""
    found = _managed(request, wave_id)
    cohort_id = found.cohort.public_id
    try:
        wave_plans.drop_wave(wave=found)
        messages.success(request, _("The plan is deleted."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("outcomes:wave", wave_id)
    return redirect("outcomes:wave_list", cohort_id)


@require_safe
@consultant_only
def wave_analysis(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Answers and scores of closed rounds without names, for whom the owner allowed it. Logged."""
    if not request.user.may_export_answers:
        raise Http404
    cohort = _cohort(request, cohort_id)
    log_access(
        actor=request.user,
        subject=None,
        action="exported",
        kind="outcomes.answers",
        object_public_id=cohort.public_id,
        organization=cohort.engagement.organization,
        now=timezone.now(),
    )
    with analyzing():
        return xlsx_response(name=f"{cohort.name} answers", sheets=analysis_sheets(cohort=cohort))
