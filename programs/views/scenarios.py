from __future__ import annotations

import time
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from core.forms import add_refusal
from programs.forms.scenarios import ScenarioChoiceForm, ScenarioTurnForm
from programs.models import Item
from programs.reports.scenario_paths import runs_of
from programs.services import scenarios
from programs.views.items import Place, posted_to, step_page, to_step

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest


def scenario_step(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    """The line that was reached, what the last choice did, and the choices."""
    return _page(request, place, None)


@posted_to(Item.Kind.SCENARIO)
def scenario_choose(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    reached = scenarios.find_place(enrollment=place.enrollment, item=place.item)
    form = ScenarioChoiceForm(request.POST, choices=_choices(place, reached))
    if not form.is_valid():
        # A choice of a step that was taken already is no fault: show where the run stands.
        if form.cleaned_data.get("number") != reached.number:
            return to_step(place)
        return _page(request, place, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    data = form.cleaned_data
    try:
        scenarios.take_choice(
            enrollment=place.enrollment,
            item=place.item,
            run=data["run"],
            number=data["number"],
            choice=data["choice"],
            latency_ms=int(time.time() * 1000) - (data["shown"] or 0) if data["shown"] else 0,
            now=timezone.now(),
        )
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return _page(request, place, form, HTTPStatus.CONFLICT)
    return to_step(place)


@posted_to(Item.Kind.SCENARIO)
def scenario_turn(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    """From an end: back to a moment of it, or from the beginning. Nothing is erased."""
    form = ScenarioTurnForm(request.POST)
    if form.is_valid():
        run, number = form.cleaned_data["run"], form.cleaned_data["number"]
        common: dict[str, Any] = {"enrollment": place.enrollment, "item": place.item, "run": run}
        if form.cleaned_data["turn"] == "back":
            scenarios.go_back(**common, number=number, now=timezone.now())
        elif form.cleaned_data["turn"] == "again":
            node = form.cleaned_data["node"]
            with suppress(
                ValidationError
            ):  # a moment this run has not been to: it stays where it is
                scenarios.try_from(**common, number=number, node=node, now=timezone.now())
        else:
            scenarios.start_over(**common, now=timezone.now())
    return to_step(place)


def _choices(place: Place, reached: scenarios.Place) -> list[dict[str, Any]]:
    return list(place.item.body["nodes"][reached.at.node].get("choices", ()))


def _page(
    request: AuthenticatedRequest,
    place: Place,
    form: ScenarioChoiceForm | None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    reached = scenarios.find_place(enrollment=place.enrollment, item=place.item)
    nodes = place.item.body["nodes"]
    initial = {"run": reached.run, "number": reached.number, "shown": int(time.time() * 1000)}
    context = {
        "reached": reached,
        "node": nodes[reached.at.node],
        "said": _said(place, reached),
        "is_first": not reached.taken,
        "form": form or ScenarioChoiceForm(choices=_choices(place, reached), initial=initial),
        "turn_form": ScenarioTurnForm(initial=initial),
        "steps": place.item.body,
        "runs": runs_of(enrollment=place.enrollment, item=place.item) if reached.at.is_end else [],
    }
    return step_page(request, place, "scenario", context, status)


def _said(place: Place, reached: scenarios.Place) -> str:
    """The words that were chosen last, if a choice led here."""
    for step in reversed(reached.taken):
        if step.is_rewind:
            return ""
        if step.choice:
            choices = place.item.body["nodes"][step.node]["choices"]
            return next(choice["text"] for choice in choices if choice["id"] == step.choice)
    return ""
