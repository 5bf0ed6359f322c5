"""The learner's way through a program: Learn, a module, each item, and what comes next."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from programs.forms.commitments import CommitmentForm
from programs.models import AttendanceRecord, Commitment, Enrollment, Item, LiveSlot, ProgressEvent
from programs.reports.learning import module_path, next_in, short_steps
from programs.reports.practice_plan import track_lines
from programs.services.progress import record_event, save_position
from programs.views.checks import check_step
from programs.views.field_logs import field_log_step
from programs.views.items import (
    Place,
    Player,
    asked_step,
    closed_page,
    find_place,
    own_enrollment,
    posted_to,
    step_page,
    to_step,
)
from programs.views.practice_logs import practice_step
from programs.views.reflections import reflection_step
from programs.views.rubrics import observation_step
from programs.views.scenarios import scenario_step
from programs.views.threads import thread_step

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest
    from programs.models.commitments import CommitmentQuerySet

SHORT_MINUTES = (3, 5, 10)


@require_safe
def learn(request: AuthenticatedRequest) -> HttpResponse:
    """The modules of one program, the one to continue first; a filter by the minutes one has."""
    mine = list(
        Enrollment.objects.owned_by(request.user)
        .live()
        .select_related("cohort__version__program")
        .defer("cohort__version__content")
        .order_by("completed_at", "-accepted_at")
    )
    # Unfinished ones first, the newest of them before the others.
    mine.sort(key=lambda enrollment: enrollment.completed_at is not None)
    chosen = request.GET.get("program", "")
    enrollment = next((one for one in mine if str(one.public_id) == chosen), None)
    if enrollment is None:
        if chosen:
            raise Http404
        enrollment = mine[0] if mine else None
    path = module_path(enrollment, timezone.now()) if enrollment else []
    minutes = next((n for n in SHORT_MINUTES if request.GET.get("minutes") == str(n)), None)
    context = {
        "enrollments": mine,
        "enrollment": enrollment,
        "path": path,
        "next": next_in(path),
        "minutes": minutes,
        "choices": SHORT_MINUTES,
        "short": short_steps(path, minutes) if minutes else [],
        "commitments": _commitments(request, enrollment)[:3] if enrollment else [],
        "done_count": sum(module.is_done for module in path),
    }
    return render(request, "programs/learn.html", context)


@require_safe
def module_detail(
    request: AuthenticatedRequest, enrollment_id: UUID, module_id: UUID
) -> HttpResponse:
    enrollment = own_enrollment(request, enrollment_id)
    path = module_path(enrollment, timezone.now())
    module = next((step for step in path if step.module.public_id == module_id), None)
    if module is None:
        raise Http404
    context = {
        "enrollment": enrollment,
        "module": module,
        "position": path.index(module) + 1,
        "count": len(path),
        "tracks": track_lines(enrollment, module),
        "next": next_in([module]),
    }
    return render(request, "programs/module_detail.html", context)


@require_safe
def item_detail(request: AuthenticatedRequest, enrollment_id: UUID, item_id: UUID) -> HttpResponse:
    """One step of one item, where it was left or as the address says."""
    place = find_place(request, enrollment_id, item_id)
    if not place.step.is_open and place.item.kind != Item.Kind.LIVE:
        return closed_page(request, place, HTTPStatus.OK)
    return STEPS[place.item.kind](request, place)


@require_safe
def item_done(request: AuthenticatedRequest, enrollment_id: UUID, item_id: UUID) -> HttpResponse:
    """After Finish: the next item, or the end of the module with what opens next."""
    place = find_place(request, enrollment_id, item_id)
    if not place.step.is_started:
        return to_step(place)
    return done_page(request, place, None)


def done_page(
    request: AuthenticatedRequest, place: Place, form: CommitmentForm | None
) -> HttpResponse:
    """What comes next; after the last step of a module, one thing to try. `form`: a refused one."""
    onward = next_in([place.module])
    later = [
        module for module in place.path if module.module.position > place.module.module.position
    ]
    context = {
        "place": place,
        "next": onward or next_in(place.path),
        "in_module": onward is not None,
        "opens": next((module for module in later if not module.is_open), None),
        "is_program_done": place.enrollment.completed_at is not None,
        "commitment": _commitments(request, place.enrollment)
        .filter(module=place.module.module)
        .first(),
        "form": form or CommitmentForm(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK
    return render(request, "programs/item_done.html", context, status=status)


def _commitments(request: AuthenticatedRequest, enrollment: Enrollment) -> CommitmentQuerySet:
    own = Commitment.objects.owned_by(request.user).standing()
    return own.filter(enrollment=enrollment).select_related("module")


def reading_step(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    steps = place.item.body["steps"]
    saved = 1 if place.step.is_done else place.step.position.get("step")
    step = asked_step(request, saved, len(steps))
    context = {
        "step": step,
        "steps": len(steps),
        "shown": steps[step - 1],
        "sources": place.item.body["sources"] if step == len(steps) else [],
        "key": uuid4(),
    }
    return step_page(request, place, "reading", context)


@posted_to(Item.Kind.READING)
def item_advance(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    """Next keeps the place; Finish, on the last step, makes the reading done."""
    now = timezone.now()
    steps = len(place.item.body["steps"])
    step = asked_step(request, 1, steps)
    if step < steps:
        if not place.step.is_done:  # reading again moves no bookmark
            position = {"step": step + 1, "of": steps}
            save_position(enrollment=place.enrollment, item=place.item, position=position, now=now)
        return to_step(place, step + 1)
    record_event(
        enrollment=place.enrollment,
        item=place.item,
        kind=ProgressEvent.Kind.ITEM_COMPLETED,
        occurred_at=now,
        key=uuid4(),
        now=now,
    )
    return redirect(place.url("item_done"))


def live_step(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    """When and where the group meets, and whether one was there. Nothing to press."""
    enrollment = place.enrollment
    slots = LiveSlot.objects.visible_to(request.user).filter(
        cohort=enrollment.cohort_id, key=place.item.body["session"]
    )
    own = [slot for slot in slots if slot.group_id in (None, enrollment.group_id)]
    slot = max(own, key=lambda slot: slot.group_id is not None, default=None)
    attended = (
        slot is not None
        and enrollment.attendance.filter(
            slot=slot, status=AttendanceRecord.Status.PRESENT, superseded_at=None
        ).exists()
    )
    context = {"slot": slot, "attended": attended, "now": timezone.now()}
    return step_page(request, place, "live", context)


STEPS: dict[str, Player] = {
    Item.Kind.READING: reading_step,
    Item.Kind.PRACTICE: practice_step,
    Item.Kind.REFLECTION: reflection_step,
    Item.Kind.SCENARIO: scenario_step,
    Item.Kind.CHECK: check_step,
    Item.Kind.FIELD_LOG: field_log_step,
    Item.Kind.OBSERVATION: observation_step,
    Item.Kind.LIVE: live_step,
    Item.Kind.THREAD: thread_step,
}
