"""Asking to be observed (the learner), and filling the rubric (the observer)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.forms import Audience, add_refusal
from programs.forms.rubrics import ObservationForm, ObservationRequestForm, SelfRatingForm
from programs.models import Item, Observation, SelfRating
from programs.services.rubrics import (
    observers_for,
    rate_self,
    request_observation,
    submit_observation,
)
from programs.views.items import Place, posted_to, step_page, to_step, uuids

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest
    from accounts.models import User

SELF_ID = "self_%s"  # the page has other forms too


def observation_step(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    form = ObservationRequestForm(observers=observers_for(place.enrollment))
    return _page(request, place, form)


@posted_to(Item.Kind.OBSERVATION)
def observation_request(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    form = ObservationRequestForm(request.POST, observers=observers_for(place.enrollment))
    if not form.is_valid():
        return _page(request, place, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    request_observation(
        enrollment=place.enrollment,
        item=place.item,
        observer=form.cleaned_data["observer"],
        now=timezone.now(),
    )
    return to_step(place)


@posted_to(Item.Kind.OBSERVATION)
def observation_rate_self(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    """The learner's own view of a conversation, kept apart from the observer's."""
    observation = get_object_or_404(
        Observation.objects.owned_by(request.user).filter(
            enrollment=place.enrollment, item=place.item
        ),
        public_id__in=uuids(request.POST.get("observation", "")),
    )
    form = SelfRatingForm(request.POST, rubric=place.item.body["rubric"], auto_id=SELF_ID)
    if not form.is_valid():
        asked = ObservationRequestForm(observers=observers_for(place.enrollment))
        return _page(request, place, asked, HTTPStatus.UNPROCESSABLE_ENTITY, form)
    rate_self(observation=observation, ratings=form.ratings(), now=timezone.now())
    return to_step(place)


def observation_list(request: AuthenticatedRequest) -> HttpResponse:
    """For an observer: who asked to be watched, the open ones first."""
    asked = (
        Observation.objects.managed_by(request.user)
        .select_related("enrollment__clinician", "enrollment__cohort", "item")
        .order_by("submitted_at", "-created_at")
    )
    context = {
        "waiting": [one for one in asked if not one.submitted_at],
        "filed": [one for one in asked if one.submitted_at],
        "base": _base(request),
    }
    return render(request, "programs/observation_list.html", context)


def observation_detail(request: AuthenticatedRequest, observation_id: UUID) -> HttpResponse:
    """The rubric, for the person who was asked to fill it."""
    observation = get_object_or_404(
        Observation.objects.managed_by(request.user).select_related(
            "enrollment__clinician", "enrollment__cohort", "item"
        ),
        public_id=observation_id,
    )
    learner = observation.enrollment.clinician
    form = ObservationForm(
        request.POST or None,
        rubric=observation.item.body["rubric"],
        initial={"observed_on": timezone.localdate()},
        audience_names={
            Audience.NAMED: _("%(name)s and the facilitators of the group") % {"name": learner}
        },
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                submit_observation(
                    observation=observation,
                    observed_on=form.cleaned_data["observed_on"],
                    ratings=form.ratings(),
                    note=form.cleaned_data["note"],
                    now=timezone.now(),
                )
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Filed. %(name)s can read it now.") % {"name": learner})
                return redirect("programs:observation_list")
    context = {
        "observation": observation,
        "form": form,
        "rows": rated(observation, request.user),
        "base": _base(request),
        "rubric": observation.item.body["rubric"],
    }
    return render(request, "programs/observation_detail.html", context, status=status)


def rated(observation: Observation, viewer: User) -> list[dict[str, str]]:
    """Behavior, what the observer saw and, beside it, how the learner rated it; in words."""
    rubric = observation.item.body["rubric"]
    own = SelfRating.objects.visible_to(viewer).filter(observation=observation).first()
    words = {rating["id"]: rating["label"] for rating in rubric["ratings"]}
    return [
        {
            "title": behavior["title"],
            "rating": words.get(observation.ratings.get(behavior["id"], ""), ""),
            "own": words.get(own.ratings.get(behavior["id"], ""), "") if own else "",
        }
        for behavior in rubric["behaviors"]
    ]


def _base(request: AuthenticatedRequest) -> str:
    """A buddy who was asked to watch is a clinician, and stays in a clinician's pages."""
    return "base_consultant.html" if request.user.is_consultant else "base_clinician.html"


def _page(
    request: AuthenticatedRequest,
    place: Place,
    form: ObservationRequestForm,
    status: int = HTTPStatus.OK,
    self_form: SelfRatingForm | None = None,
) -> HttpResponse:
    mine = (
        Observation.objects.visible_to(request.user)
        .filter(enrollment=place.enrollment, item=place.item)
        .select_related("observer", "item")
        .order_by("-created_at")
    )
    rated_already = SelfRating.objects.owned_by(request.user).values("observation")
    context = {
        "form": form,
        "unrated": mine.exclude(pk__in=rated_already).first(),
        "self_form": self_form or SelfRatingForm(rubric=place.item.body["rubric"], auto_id=SELF_ID),
        "rubric": place.item.body["rubric"],
        "waiting": [one for one in mine if not one.submitted_at],
        "filed": [(one, rated(one, request.user)) for one in mine if one.submitted_at],
    }
    return step_page(request, place, "observation", context, status)
