"""A cohort's dates: all of them, one by hand, everything open, more time for several."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import consultant_only
from core.forms import add_refusal
from programs.forms.schedules import DateForm, PauseForm
from programs.models import Cohort, ScheduleChange, ScheduleRow
from programs.reports.schedule_pages import (
    anchor_words,
    people_of_row,
    schedule_lines,
    session_titles,
)
from programs.services.cohorts import follow_schedule
from programs.services.schedules import edit_date, extend, reset_date
from programs.views.cohorts import managed_cohort, visible_cohort

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest

LOG_LINES = 20


@require_safe
@consultant_only
def schedule_list(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Every date by module and group, what it hangs on, and the log of changes."""
    cohort = visible_cohort(request, cohort_id)
    changes = ScheduleChange.objects.visible_to(request.user).filter(cohort=cohort).newest_first()
    context = {
        "cohort": cohort,
        "modules": schedule_lines(cohort),
        "page": Paginator(changes, LOG_LINES).get_page(request.GET.get("page")),
        "blackouts": cohort.blackouts.all(),
        "can_manage": Cohort.objects.managed_by(request.user).filter(pk=cohort.pk).exists(),
    }
    return render(request, "programs/schedule_list.html", context)


@require_http_methods(["GET", "POST"])
@consultant_only
def schedule_edit(request: AuthenticatedRequest, row_id: UUID) -> HttpResponse:
    """Set one date by hand; the page says first whom it moves."""
    row = _managed(request, row_id)
    form = DateForm(request.POST or None, row=row)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            edit_date(
                row=row,
                at=form.at(),
                by=request.user,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
            messages.success(request, _("The date is set. People hear of it in the next digest."))
            return redirect("programs:schedule_list", row.cohort.public_id)
    context = {
        "row": row,
        "cohort": row.cohort,
        "form": form,
        "words": anchor_words(row, session_titles(row.cohort)),
        "people": people_of_row(row),
    }
    return render(request, "programs/schedule_edit.html", context, status=status)


@require_POST
@consultant_only
def schedule_reset(request: AuthenticatedRequest, row_id: UUID) -> HttpResponse:
    """Let one date follow its rule again."""
    row = _managed(request, row_id)
    reset_date(row=row, by=request.user, now=timezone.now())
    messages.success(request, _("The date follows its rule again."))
    return redirect("programs:schedule_list", row.cohort.public_id)


@require_POST
@consultant_only
def schedule_follow(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Undo "open everything"."""
    cohort = managed_cohort(request, cohort_id)
    follow_schedule(cohort=cohort, by=request.user, now=timezone.now())
    messages.success(request, _("Modules open by their dates again."))
    return redirect("programs:schedule_list", cohort.public_id)


@require_http_methods(["GET", "POST"])
@consultant_only
def schedule_extend(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """A pause: more time for everything that chosen people have not done yet."""
    cohort = managed_cohort(request, cohort_id)
    form = PauseForm(request.POST or None, cohort=cohort)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            data = form.cleaned_data
            try:
                count = extend(
                    enrollments=data["people"].select_related("cohort"),
                    modules=cohort.version.modules.all(),
                    by_days=data["by_days"],
                    by=request.user,
                    reason=data["reason"],
                    now=timezone.now(),
                )
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                moved = ngettext("%(n)d date moved.", "%(n)d dates moved.", count)
                messages.success(request, moved % {"n": count})
                return redirect("programs:schedule_list", cohort.public_id)
    context = {"cohort": cohort, "form": form}
    return render(request, "programs/schedule_extend.html", context, status=status)


def _managed(request: AuthenticatedRequest, row_id: UUID) -> ScheduleRow:
    return get_object_or_404(
        ScheduleRow.objects.managed_by(request.user).select_related(
            "cohort__engagement__organization", "module", "group", "enrollment__clinician"
        ),
        public_id=row_id,
    )
