from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import consultant_only
from core.forms import Audience, add_refusal
from programs.forms.cohorts import CohortEditForm, CohortForm
from programs.models import Cohort, Engagement
from programs.reports.cohort_lines import cohort_lines
from programs.reports.cohort_progress import cohort_progress
from programs.reports.cohort_tables import finding, row_states
from programs.reports.people_to_reach import people_to_reach
from programs.reports.safety import start_obstacles
from programs.reports.table_columns import STATE_LABELS
from programs.services.cohorts import (
    EDITABLE,
    close_cohort,
    create_cohort,
    edit_cohort,
    open_everything,
)

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest

ROWS_PER_PAGE = 50


@require_safe
@consultant_only
def cohort_list(request: AuthenticatedRequest) -> HttpResponse:
    """Cohorts one staffs or manages: running ones first, then those to come, then past ones."""
    cohorts = (
        Cohort.objects.visible_to(request.user)
        .select_related("engagement__organization", "version__program")
        .defer("version__content")
    )
    lines = cohort_lines(cohorts=cohorts, now=timezone.now())
    order = ("running", "planned", "ended", "closed")
    lines.sort(key=lambda line: order.index(line.phase))  # stable: by start within a phase
    context = {"lines": lines, "managed": Engagement.objects.managed_by(request.user)[:1]}
    return render(request, "programs/cohort_list.html", context)


@require_http_methods(["GET", "POST"])
@consultant_only
def cohort_create(request: AuthenticatedRequest, engagement_id: UUID) -> HttpResponse:
    engagement = get_object_or_404(
        Engagement.objects.managed_by(request.user).select_related("organization"),
        public_id=engagement_id,
    )
    organization = engagement.organization
    form = CohortForm(
        request.POST or None,
        initial={"time_zone": organization.time_zone, "contact": request.user.pk},
        audience_names={Audience.ORGANIZATION: organization.name},
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                cohort = create_cohort(
                    engagement=engagement, by=request.user, now=timezone.now(), **form.cleaned_data
                )
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("The cohort is there. Next: live sessions and people."))
                return redirect(cohort)
    context = {"engagement": engagement, "form": form}
    return render(request, "programs/cohort_create.html", context, status=status)


@require_safe
@consultant_only
def cohort_detail(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Six states that sum to enrolled, modules, attendance, the roster a page at a time."""
    cohort = visible_cohort(request, cohort_id)
    now = timezone.now()
    progress = cohort_progress(cohort=cohort, at=now)
    chosen = request.GET.get("state", "")
    shown = [row for row in progress.learners if not chosen or (row.state or "invited") == chosen]
    staff = list(cohort.staff.filter(ended_at=None).select_related("person").order_by("role"))
    context = {
        "cohort": cohort,
        "obstacles": start_obstacles(cohort, now),
        "progress": progress,
        "finding": finding(progress),
        "states": [
            {"key": key, "label": STATE_LABELS[key], "value": value}
            for key, value in progress.states.items()
        ],
        "modules": [
            {"label": module.title, "value": module.completed, "of": progress.enrolled}
            for module in progress.modules
        ],
        "words": people_to_reach(cohort=cohort, viewer=request.user, now=now),
        "filters": row_states(progress),
        "chosen": chosen,
        "page": Paginator(shown, ROWS_PER_PAGE).get_page(request.GET.get("page")),
        "slots": cohort.live_slots.filter(ends_at__gt=now, state="scheduled")[:3],
        "staff": staff,
        "is_of_team": any(one.person_id == request.user.pk for one in staff),
        "can_manage": _can_manage(request, cohort),
        "now": now,
    }
    return render(request, "programs/cohort_detail.html", context)


@require_http_methods(["GET", "POST"])
@consultant_only
def cohort_edit(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    cohort = managed_cohort(request, cohort_id)
    initial: dict[str, Any] = {name: getattr(cohort, name) for name in EDITABLE}
    form = CohortEditForm(
        request.POST or None,
        initial=initial | {"contact": cohort.contact_id},
        audience_names={Audience.ORGANIZATION: cohort.engagement.organization.name},
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                edit_cohort(cohort=cohort, by=request.user, **form.cleaned_data)
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Saved. Dates that follow from the start have moved."))
                return redirect(cohort)
    context = {"cohort": cohort, "form": form}
    return render(request, "programs/cohort_edit.html", context, status=status)


@require_POST
@consultant_only
def cohort_open(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Open every module now."""
    cohort = managed_cohort(request, cohort_id)
    try:
        open_everything(cohort=cohort, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Every module is open."))
    return redirect("programs:schedule_list", cohort.public_id)


@require_POST
@consultant_only
def cohort_close(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    cohort = managed_cohort(request, cohort_id)
    close_cohort(cohort=cohort, by=request.user, now=timezone.now())
    messages.success(request, _("The cohort is closed. What people did stays theirs to read."))
    return redirect(cohort)


def visible_cohort(request: AuthenticatedRequest, cohort_id: UUID) -> Cohort:
    """A cohort one staffs or manages, else 404."""
    return _one(Cohort.objects.visible_to(request.user), cohort_id)


def managed_cohort(request: AuthenticatedRequest, cohort_id: UUID) -> Cohort:
    """A cohort of an organization one looks after, else 404."""
    return _one(Cohort.objects.managed_by(request.user), cohort_id)


def _one(scope: Any, cohort_id: UUID) -> Cohort:
    related = scope.select_related("engagement__organization", "version__program", "contact")
    return get_object_or_404(related.defer("version__content"), public_id=cohort_id)


def _can_manage(request: AuthenticatedRequest, cohort: Cohort) -> bool:
    return Cohort.objects.managed_by(request.user).filter(pk=cohort.pk).exists()
