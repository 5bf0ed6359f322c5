from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import consultant_only, practice_of
from core.forms import Audience, add_refusal
from core.tables import csv_response
from programs.engine.roster_columns import EMAIL
from programs.engine.roster_files import MAX_BYTES
from programs.forms.rosters import RosterMapForm, RosterUploadForm
from programs.models import Roster
from programs.reports.roster_check import FIELD_LABELS
from programs.services.rosters import commit_roster, dry_run, map_columns, upload_roster
from programs.views.cohorts import managed_cohort

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest

SHOWN = 100  # rows of errors and examples on a page; the file has all


def steps() -> list[str]:
    return [_("File"), _("Columns"), _("Check"), _("Invite")]


@require_http_methods(["GET", "POST"])
@consultant_only
def roster_upload(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Choose a file. If its columns can be told, the check comes next."""
    cohort = managed_cohort(request, cohort_id)
    form = RosterUploadForm(
        request.POST or None,
        request.FILES or None,
        audience_names={Audience.PRACTICE: practice_of(request).name},
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                roster = upload_roster(
                    cohort=cohort,
                    content=file.read(MAX_BYTES + 1),
                    file_name=file.name,
                    by=request.user,
                )
            except ValidationError as refusal:
                form.add_error("file", refusal)
            else:
                known = EMAIL in roster.column_map
                name = "programs:roster_check" if known else "programs:roster_map"
                return redirect(name, roster.public_id)
    context = {"cohort": cohort, "form": form, "steps": steps()}
    return render(request, "programs/roster_upload.html", context, status=status)


@require_http_methods(["GET", "POST"])
@consultant_only
def roster_map(request: AuthenticatedRequest, roster_id: UUID) -> HttpResponse:
    """Say which column is what."""
    roster = _managed(request, roster_id)
    if _is_over(roster):
        return redirect(roster)
    names = {Audience.PRACTICE: practice_of(request).name}
    form = RosterMapForm(request.POST or None, roster=roster, audience_names=names)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                map_columns(roster=roster, column_map=form.column_map())
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                return redirect("programs:roster_check", roster.public_id)
    example = [row for _number, row in roster.rows[:3]]
    context = {"roster": roster, "form": form, "example": example, "steps": steps()}
    return render(request, "programs/roster_map.html", context, status=status)


@require_safe
@consultant_only
def roster_check(request: AuthenticatedRequest, roster_id: UUID) -> HttpResponse:
    """The dry run: what would happen with each row. Nothing is made or sent by looking."""
    roster = _managed(request, roster_id)
    if _is_over(roster):
        return redirect(roster)
    if EMAIL not in roster.column_map:
        return redirect("programs:roster_map", roster.public_id)
    check = dry_run(roster=roster)
    columns = [
        (FIELD_LABELS[field], roster.header[place])
        for field, place in sorted(roster.column_map.items(), key=lambda pair: pair[1])
    ]
    context = {
        "roster": roster,
        "check": check,
        "columns": columns,
        "errors": check.errors[:SHOWN],
        "example": check.good[:5],
        "steps": steps(),
    }
    return render(request, "programs/roster_check.html", context)


@require_POST
@consultant_only
def roster_commit(request: AuthenticatedRequest, roster_id: UUID) -> HttpResponse:
    """Import the good rows and owe their invitations; a second click finds the first result."""
    roster = _managed(request, roster_id)
    try:
        commit_roster(roster=roster, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("programs:roster_check", roster.public_id)
    return redirect(roster)


@require_safe
@consultant_only
def roster_detail(request: AuthenticatedRequest, roster_id: UUID) -> HttpResponse:
    """What an import did; an unfinished one goes on where it was left."""
    roster = _managed(request, roster_id)
    if not _is_over(roster):
        return redirect("programs:roster_check", roster.public_id)
    errors = roster.result.get("errors", [])
    context = {
        "roster": roster,
        "errors": errors[:SHOWN],
        "error_count": len(errors),
        "steps": steps(),
    }
    return render(request, "programs/roster_detail.html", context)


@require_safe
@consultant_only
def roster_errors_csv(request: AuthenticatedRequest, roster_id: UUID) -> HttpResponse:
    """Rows that were or would be left out, to be corrected in the original."""
    roster = _managed(request, roster_id)
    if _is_over(roster):
        found = [
            (error["number"], error["column"], error["value"], error["reason"])
            for error in roster.result.get("errors", [])
        ]
    else:
        found = [
            (error.number, error.column, error.value, error.reason)
            for error in dry_run(roster=roster).errors
        ]
    return csv_response(
        name=f"rows to look at {roster.cohort.name}",
        header=("Row", "Column", "Value", "Reason"),
        rows=found,
    )


def _managed(request: AuthenticatedRequest, roster_id: UUID) -> Roster:
    return get_object_or_404(
        Roster.objects.managed_by(request.user).select_related("cohort__engagement__organization"),
        public_id=roster_id,
    )


def _is_over(roster: Roster) -> bool:
    return roster.state in (Roster.State.COMMITTED, Roster.State.DISCARDED)
