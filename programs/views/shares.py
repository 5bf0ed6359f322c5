"""Sharing a reflection and taking it back; reading what was shared with oneself, which is logged."""

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
from django.views.decorators.http import require_POST, require_safe

from accounts.services.access_log import log_access
from core.forms import add_refusal
from programs.forms.shares import ReflectionShareForm
from programs.models import Item, Reflection, Share
from programs.services.shares import end_share, readers_for, share_reflection
from programs.views.items import Place, posted_to
from programs.views.reflections import reflection_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest


@posted_to(Item.Kind.REFLECTION)
def reflection_share(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    """Open a finished reflection to one reader more."""
    reflection = get_object_or_404(
        Reflection.objects.owned_by(request.user),
        enrollment=place.enrollment,
        item=place.item,
    )
    form = ReflectionShareForm(request.POST, readers=readers_for(place.enrollment))
    if form.is_valid():
        try:
            share_reflection(
                reflection=reflection, person=form.cleaned_data["reader"], now=timezone.now()
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Shared. You can stop it on this page at any time."))
            return redirect(place.url("item_detail"))
    return reflection_page(request, place, share_form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
def share_end(request: AuthenticatedRequest, share_id: UUID) -> HttpResponse:
    share = get_object_or_404(
        Share.objects.owned_by(request.user)
        .filter(kind=Share.Kind.REFLECTION)
        .select_related("enrollment", "reflection__item"),
        public_id=share_id,
    )
    end_share(share=share, now=timezone.now())
    messages.success(request, _("It is yours alone again for that reader."))
    if share.reflection is None:
        raise Http404
    item = share.reflection.item
    return redirect("programs:item_detail", share.enrollment.public_id, item.public_id)


@require_safe
def shared_list(request: AuthenticatedRequest) -> HttpResponse:
    """What others opened to the viewer, by name or as one of their group."""
    shares = (
        Share.objects.visible_to(request.user)
        .filter(kind=Share.Kind.REFLECTION)
        .select_related("enrollment__clinician", "reflection__item")
        .order_by("-started_at")
    )
    context = {"shares": [share for share in shares if share.reflection], "base": base_of(request)}
    return render(request, "programs/shared_list.html", context)


@require_safe
def shared_reflection(request: AuthenticatedRequest, share_id: UUID) -> HttpResponse:
    """One reflection that was shared with the viewer. Its author can see that it was read."""
    share = get_object_or_404(
        Share.objects.visible_to(request.user)
        .filter(kind=Share.Kind.REFLECTION)
        .select_related(
            "enrollment__clinician", "enrollment__cohort__engagement__organization", "reflection"
        ),
        public_id=share_id,
    )
    reflection = share.reflection  # None if the database does not show it to the viewer
    if reflection is None:
        raise Http404
    log_access(
        actor=request.user,
        subject=share.enrollment.clinician,
        action="viewed",
        kind="programs.reflection",
        object_public_id=reflection.public_id,
        organization=share.enrollment.cohort.engagement.organization,
        now=timezone.now(),
    )
    answers = [
        (question["label"], reflection.answers.get(question["id"], ""))
        for question in reflection.item.body["questions"]
    ]
    context = {
        "share": share,
        "item": reflection.item,
        "answers": [(label, text) for label, text in answers if text.strip()],
        "base": base_of(request),
    }
    return render(request, "programs/shared_reflection.html", context)


def base_of(request: AuthenticatedRequest) -> str:
    return "base_consultant.html" if request.user.is_consultant else "base_clinician.html"
