"""Who begins when, by lot: choose, look, draw once; and the log."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import consultant_only
from core.forms import add_refusal
from outcomes.forms.allocations import LotForm
from outcomes.reports.lots import lot_preview, lots_shown
from outcomes.services.allocations import allocate
from programs.models import Cohort, Engagement, Enrollment

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest

SEED_BITS = 62


@require_http_methods(["GET", "POST"])
@consultant_only
def lot_list(request: AuthenticatedRequest, engagement_id: UUID) -> HttpResponse:
    """A contract's lots with their logs, and a new one: first who would be drawn, then the lot."""
    engagement = get_object_or_404(
        Engagement.objects.managed_by(request.user).select_related("organization"),
        public_id=engagement_id,
    )
    cohorts = Cohort.objects.managed_by(request.user).filter(
        engagement=engagement, closed_at=None, starts_on__gt=timezone.localdate()
    )
    form = LotForm(request.POST if request.method == "POST" else None, cohorts=cohorts)
    preview = None
    if form.is_valid():
        if "draw" not in request.POST:
            preview = lot_preview(**form.cleaned_data)
        elif _draw(request, engagement, form):
            return redirect("outcomes:lot_list", engagement_id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {
        "engagement": engagement,
        "form": form,
        "preview": preview,
        "shown": lots_shown(engagement),
        "has_arms": cohorts.count() > 1,
    }
    return render(request, "outcomes/lot_list.html", context, status=status)


def _draw(request: AuthenticatedRequest, engagement: Engagement, form: LotForm) -> bool:
    """Draw; a refusal goes to the form. The seed comes from chance alone, at this moment."""
    people = Enrollment.objects.managed_by(request.user).live()
    try:
        allocate(
            engagement=engagement,
            enrollments=people.filter(cohort__in=form.cleaned_data["arms"]),
            seed=secrets.randbits(SEED_BITS),
            actor=request.user,
            now=timezone.now(),
            **form.cleaned_data,
        )
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    messages.success(request, _("Drawn. Everybody has a start, and the log is kept below."))
    return True
