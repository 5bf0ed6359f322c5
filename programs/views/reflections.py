from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from core.forms import add_refusal
from programs.forms.reflections import ReflectionForm
from programs.forms.shares import ReflectionShareForm
from programs.models import Item, Reflection, Share
from programs.services.reflections import save_draft, submit
from programs.services.shares import readers_for
from programs.views.items import Place, asked_step, posted_to, step_page, to_step

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest


def reflection_step(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    """The page of a reflection: one question a step, at the one left last."""
    questions = place.item.body["questions"]
    step = asked_step(request, place.step.position.get("step"), len(questions))
    return _page(request, place, step, None)


def reflection_page(
    request: AuthenticatedRequest, place: Place, *, share_form: ReflectionShareForm, status: int
) -> HttpResponse:
    """The same page around a refused share."""
    return _page(request, place, 1, None, status, share_form)


@posted_to(Item.Kind.REFLECTION)
def reflection_save(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    """Keep what was typed; then the next question, or hand in. Autosave posts here too."""
    now = timezone.now()
    questions = place.item.body["questions"]
    step = asked_step(request, 1, len(questions))
    action = request.POST.get("action", "save")
    readers = _readers(_shares(request, place))
    form = ReflectionForm(request.POST, question=questions[step - 1], readers=readers)
    quiet = request.accepts("application/json") and not request.accepts("text/html")
    if not form.is_valid():
        return _refused(request, place, step, form, quiet)
    going_on = action == "next" and step < len(questions)
    try:
        reflection = save_draft(
            enrollment=place.enrollment,
            item=place.item,
            answers=form.values("answer_"),
            revision=form.cleaned_data["revision"],
            key=form.cleaned_data["client_key"],
            step=step + going_on,
            now=now,
        )
        if action == "submit":
            key = form.cleaned_data["client_key"]
            submit(enrollment=place.enrollment, item=place.item, key=key, now=now)
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return _refused(request, place, step, form, quiet)
    if quiet:
        return JsonResponse({"revision": reflection.revision})
    return (
        redirect(place.url("item_done")) if action == "submit" else to_step(place, step + going_on)
    )


def _refused(
    request: AuthenticatedRequest, place: Place, step: int, form: ReflectionForm, quiet: bool
) -> HttpResponse:
    stale = form.has_error("__all__", "stale_revision")
    status = HTTPStatus.CONFLICT if stale else HTTPStatus.UNPROCESSABLE_ENTITY
    if quiet:
        return JsonResponse({}, status=status)
    return _page(request, place, step, form, status)


def _page(
    request: AuthenticatedRequest,
    place: Place,
    step: int,
    form: ReflectionForm | None,
    status: int = HTTPStatus.OK,
    share_form: ReflectionShareForm | None = None,
) -> HttpResponse:
    questions = place.item.body["questions"]
    question = questions[step - 1]
    shares = _shares(request, place)
    saved = Reflection.objects.owned_by(request.user).filter(
        enrollment=place.enrollment, item=place.item
    )
    reflection = saved.first()
    revision = reflection.revision if reflection else 0
    kept = reflection.answers.get(question["id"], "") if reflection else ""
    conflict = form is not None and form.has_error("__all__", "stale_revision")
    typed = form.data.get(f"answer_{question['id']}", "") if form else kept
    if form is None or conflict:
        # After a conflict the typed text stays in the box, now on top of the newest revision.
        form = ReflectionForm(
            question=question,
            readers=_readers(shares),
            initial={f"answer_{question['id']}": typed, "revision": revision},
        )
    context = {
        "form": form,
        "step": step,
        "steps": len(questions),
        "question": question,
        "revision": revision,
        "reflection": reflection,
        "conflict": conflict,
        "kept": kept,
        "shares": shares,
        "share_form": share_form or ReflectionShareForm(readers=readers_for(place.enrollment)),
    }
    return step_page(request, place, "reflection", context, status)


def _shares(request: AuthenticatedRequest, place: Place) -> list[Share]:
    standing = Share.objects.owned_by(request.user).standing().filter(kind=Share.Kind.REFLECTION)
    own = standing.filter(enrollment=place.enrollment, reflection__item=place.item)
    return list(own.select_related("person"))


def _readers(shares: list[Share]) -> str:
    """Whom it is shared with, in words: what is typed from now on is theirs to read too."""
    return ", ".join(_("your group") if one.with_group else str(one.person) for one in shares)
