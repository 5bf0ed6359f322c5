"""A group's exchange for its facilitators: they read and write in their own groups, nobody else's."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import consultant_only
from core.forms import add_refusal
from programs.forms.threads import ThreadPostForm
from programs.models import Cohort, ThreadPost
from programs.reports.exchanges import Exchange, exchanges_of
from programs.services.threads import post_as_facilitator

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest


@require_safe
@consultant_only
def exchange_list(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """The exchanges of the groups that the viewer facilitates."""
    cohort = _cohort(request, cohort_id)
    context = {"cohort": cohort, "exchanges": exchanges_of(cohort=cohort, user=request.user)}
    return render(request, "programs/exchange_list.html", context)


@require_http_methods(["GET", "POST"])
@consultant_only
def exchange_detail(request: AuthenticatedRequest, cohort_id: UUID, item_id: UUID) -> HttpResponse:
    """Read, and write as facilitator. `group` in the address names one of several groups."""
    cohort = _cohort(request, cohort_id)
    exchange = _exchange(request, cohort, item_id)
    form = ThreadPostForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                post_as_facilitator(
                    cohort=cohort,
                    group=exchange.group,
                    item=exchange.item,
                    author=request.user,
                    text=form.cleaned_data["text"],
                    key=form.cleaned_data["client_key"],
                )
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                return redirect(exchange.url)
    posts = ThreadPost.objects.visible_to(request.user).filter(
        cohort=cohort, group=exchange.group, item=exchange.item
    )
    newest = list(posts.select_related("author").order_by("-created_at")[:100])
    context = {"cohort": cohort, "exchange": exchange, "posts": newest[::-1], "form": form}
    return render(request, "programs/exchange_detail.html", context, status=status)


def _cohort(request: AuthenticatedRequest, cohort_id: UUID) -> Cohort:
    return get_object_or_404(
        Cohort.objects.staffed_by(request.user).select_related("version__program"),
        public_id=cohort_id,
    )


def _exchange(request: AuthenticatedRequest, cohort: Cohort, item_id: UUID) -> Exchange:
    asked = request.GET.get("group", "")
    for exchange in exchanges_of(cohort=cohort, user=request.user):
        group = str(exchange.group.public_id) if exchange.group else ""
        if exchange.item.public_id == item_id and asked in ("", group):
            return exchange
    raise Http404
