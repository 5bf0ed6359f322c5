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
from programs.forms.rubrics import ObservationForm, ObservationRequestForm
from programs.models import Item, Observation
from programs.services.rubrics import observers_for, request_observation, submit_observation
from programs.views.items import Place, posted_to, step_page, to_step

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest


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
        "rows": rated(observation),
        "rubric": observation.item.body["rubric"],
    }
    return render(request, "programs/observation_detail.html", context, status=status)


def rated(observation: Observation) -> list[dict[str, str]]:
    """Behavior and rating in words."""
    rubric = observation.item.body["rubric"]
    words = {rating["id"]: rating["label"] for rating in rubric["ratings"]}
    return [
        {
            "title": behavior["title"],
            "rating": words.get(observation.ratings.get(behavior["id"], ""), ""),
        }
        for behavior in rubric["behaviors"]
    ]


def _page(
    request: AuthenticatedRequest,
    place: Place,
    form: ObservationRequestForm,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    mine = (
        Observation.objects.visible_to(request.user)
        .filter(enrollment=place.enrollment, item=place.item)
        .select_related("observer", "item")
        .order_by("-created_at")
    )
    context = {
        "form": form,
        "rubric": place.item.body["rubric"],
        "waiting": [one for one in mine if not one.submitted_at],
        "filed": [(one, rated(one)) for one in mine if one.submitted_at],
    }
    return step_page(request, place, "observation", context, status)
