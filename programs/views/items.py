"""What the pages of the player share: find the step of this learner, draw it, go on from it.

Only the learner has a step: everybody else gets the same 404, staff and admins included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from programs.models import Enrollment, Item
from programs.reports.learning import ItemStep, ModuleStep, find_step, module_path
from programs.reports.texts import reword_item
from programs.services.edition_moves import take_over_drafts

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest


@dataclass(frozen=True)
class Place:
    """One item of one learner, and the path it lies on."""

    enrollment: Enrollment
    path: list[ModuleStep]
    module: ModuleStep
    step: ItemStep
    item: Item  # with its body

    def url(self, name: str) -> str:
        return reverse(f"programs:{name}", args=[self.enrollment.public_id, self.item.public_id])


Player = Callable[["AuthenticatedRequest", Place], "HttpResponse"]


def own_enrollment(request: AuthenticatedRequest, enrollment_id: UUID) -> Enrollment:
    scope = Enrollment.objects.owned_by(request.user).accepted()
    return get_object_or_404(
        scope.select_related("cohort__version__program", "clinician").defer(
            "cohort__version__content"
        ),
        public_id=enrollment_id,
    )


def find_place(request: AuthenticatedRequest, enrollment_id: UUID, item_id: UUID) -> Place:
    enrollment = own_enrollment(request, enrollment_id)
    path = module_path(enrollment, timezone.now())
    found = find_step(path, item_id)
    if found is None:
        raise Http404
    module, step = found
    item = get_object_or_404(module.module.items, public_id=item_id)
    reword_item(enrollment.cohort, item)
    take_over_drafts(enrollment=enrollment, item=item)
    return Place(enrollment, path, module, step, item)


def posted_to(kind: str) -> Callable[[Player], Callable[..., HttpResponse]]:
    """Make a view of `kind` items that takes a POST from their learner, while they are open."""

    def decorate(view: Player) -> Callable[..., HttpResponse]:
        @require_POST
        @wraps(view)
        def wrapped(
            request: AuthenticatedRequest, enrollment_id: UUID, item_id: UUID
        ) -> HttpResponse:
            place = find_place(request, enrollment_id, item_id)
            if place.item.kind != kind or place.enrollment.state not in ("active", "completed"):
                raise Http404
            if not place.step.is_open:
                return closed_page(request, place, HTTPStatus.CONFLICT)
            return view(request, place)

        return wrapped

    return decorate


def step_page(
    request: AuthenticatedRequest,
    place: Place,
    part: str,
    context: dict[str, Any],
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The player around `programs/_item_<part>.html`."""
    everything = {"place": place, "part": f"programs/_item_{part}.html", **context}
    return render(request, "programs/item_detail.html", everything, status=status)


def closed_page(request: AuthenticatedRequest, place: Place, status: int) -> HttpResponse:
    return step_page(request, place, "closed", {}, status)


def to_step(place: Place, step: int | None = None) -> HttpResponse:
    query = f"?step={step}" if step else ""
    return redirect(f"{place.url('item_detail')}{query}")


def asked_step(request: AuthenticatedRequest, saved: Any, steps: int) -> int:
    """The step in the address, else the one that was saved, within 1 to `steps`."""
    asked = request.GET.get("step", "")
    # isdecimal() alone would let a thousand digits through.
    number = int(asked) if asked.isdecimal() and len(asked) < 5 else saved
    return max(1, min(number if isinstance(number, int) else 1, steps))


def uuids(text: str) -> list[UUID]:
    """The id that an address or a form names, in a list; empty if it is none."""
    try:
        return [UUID(text)]
    except ValueError:
        return []
