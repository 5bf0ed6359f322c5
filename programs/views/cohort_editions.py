"""Which edition a cohort takes: new wording with one click, another edition with a preview."""

from __future__ import annotations

from dataclasses import dataclass
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

from accounts.http import consultant_only
from core.forms import add_refusal
from programs.forms.cohort_editions import MigrateForm
from programs.models import Cohort, ProgramVersion
from programs.reports.edition_plans import class_between, edition_plan, later_editions
from programs.services.edition_moves import migrate_cohort
from programs.services.text_revisions import apply_text_revision
from programs.views.cohorts import managed_cohort

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest


@dataclass(frozen=True)
class _Offer:
    version: ProgramVersion
    change: str


@require_safe
@consultant_only
def cohort_edition(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """The edition and wording in use, later ones by what they would change, and the log."""
    cohort = managed_cohort(request, cohort_id)
    context = {
        "cohort": cohort,
        "editions": [
            _Offer(version, class_between(cohort.version, version))
            for version in later_editions(cohort)
        ],
        "changes": cohort.version_changes.select_related("old", "new", "by").defer(
            "old__content", "new__content"
        ),
    }
    return render(request, "programs/cohort_edition.html", context)


@require_POST
@consultant_only
def cohort_text(request: AuthenticatedRequest, cohort_id: UUID, version_id: UUID) -> HttpResponse:
    """Let the cohort read another wording."""
    cohort, version = _both(request, cohort_id, version_id)
    try:
        apply_text_revision(cohort=cohort, version=version, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The wording is in use. Nothing else changed."))
    return redirect("programs:cohort_edition", cohort.public_id)


@require_http_methods(["GET", "POST"])
@consultant_only
def cohort_migrate(
    request: AuthenticatedRequest, cohort_id: UUID, version_id: UUID
) -> HttpResponse:
    """Show what another edition changes; move the cohort once that is confirmed."""
    cohort, version = _both(request, cohort_id, version_id)
    form = MigrateForm(request.POST or None, old=cohort.version, new=version)
    mapping = form.mapping() if form.is_valid() else {}
    plan = None
    try:
        plan = edition_plan(cohort, version, mapping)
        if form.is_bound and form.is_valid() and form.cleaned_data["confirm"]:
            migrate_cohort(
                cohort=cohort,
                version=version,
                mapping=mapping,
                by=request.user,
                now=timezone.now(),
            )
            messages.success(request, _("Moved. What people did is kept."))
            return redirect("programs:cohort_edition", cohort.public_id)
    except ValidationError as refusal:
        if not form.is_bound:
            messages.error(request, " ".join(refusal.messages))
            return redirect("programs:cohort_edition", cohort.public_id)
        add_refusal(form, refusal)
    context = {"cohort": cohort, "version": version, "form": form, "plan": plan}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "programs/cohort_migrate.html", context, status=status)


def _both(
    request: AuthenticatedRequest, cohort_id: UUID, version_id: UUID
) -> tuple[Cohort, ProgramVersion]:
    """A cohort one manages and an edition of its own program, else 404."""
    cohort = managed_cohort(request, cohort_id)
    editions = cohort.version.program.versions.exclude(published_at=None)
    return cohort, get_object_or_404(editions, public_id=version_id)
