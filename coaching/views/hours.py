"""The hours of one contract: the balance, every entry with its cause, and changes by hand."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest, consultant_only
from coaching.forms.hours import HoursAdjustForm
from coaching.models import HoursEntry
from coaching.services.ledger import adjust, kept_minutes
from core.forms import add_refusal
from programs.models import Engagement

ROWS = 50


@require_http_methods(["GET", "POST"])
@consultant_only
def hours_list(request: AuthenticatedRequest, engagement_id: UUID) -> HttpResponse:
    """Newest first; each entry leads to the session that caused it."""
    engagement = get_object_or_404(
        Engagement.objects.managed_by(request.user).select_related("organization"),
        public_id=engagement_id,
    )
    now = timezone.now()
    form = HoursAdjustForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            adjust(engagement=engagement, actor=request.user, now=now, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The hours are adjusted."))
            return redirect("coaching:hours_list", engagement_id)
    entries = HoursEntry.objects.managed_by(request.user).filter(engagement=engagement)
    rows = entries.order_by("-created_at", "-pk").select_related(
        "coaching_session__session_type", "coaching_session__coach", "booking", "actor"
    )
    context = {
        "engagement": engagement,
        "balance": entries.balance(),
        "kept": kept_minutes(engagement=engagement, now=now),
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "form": form,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "coaching/hours_list.html", context, status=status)
