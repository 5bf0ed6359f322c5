from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone

from core.forms import add_refusal
from programs.forms.threads import ThreadPostForm
from programs.models import Item, ThreadPost
from programs.services.threads import post
from programs.views.items import Place, posted_to, step_page, to_step

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest


def thread_step(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    return _page(request, place, ThreadPostForm())


@posted_to(Item.Kind.THREAD)
def thread_post_create(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    form = ThreadPostForm(request.POST)
    if form.is_valid():
        try:
            post(
                enrollment=place.enrollment,
                item=place.item,
                text=form.cleaned_data["text"],
                key=form.cleaned_data["client_key"],
                now=timezone.now(),
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            return to_step(place)
    return _page(request, place, form, HTTPStatus.UNPROCESSABLE_ENTITY)


def _page(
    request: AuthenticatedRequest, place: Place, form: ThreadPostForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    posts = ThreadPost.objects.visible_to(request.user).filter(
        cohort=place.enrollment.cohort_id, group=place.enrollment.group_id, item=place.item
    )
    newest = list(posts.select_related("author").order_by("-created_at")[:100])
    context = {"form": form, "posts": newest[::-1]}
    return step_page(request, place, "thread", context, status)
