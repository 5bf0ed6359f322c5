from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from core.forms import add_refusal
from programs.forms.checks import CheckAnswerForm
from programs.models import Attempt, Item
from programs.services.checks import is_right, save_answer, submit_attempt
from programs.views.items import Place, asked_step, posted_to, step_page, to_step

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest


def check_step(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    """The open question; or, when the last attempt is submitted, how it went."""
    attempts = _attempts(place)
    last = attempts[-1] if attempts else None
    if last and last.submitted_at and "again" not in request.GET:
        return _result(request, place, attempts)
    number = last.number + bool(last.submitted_at) if last else 1
    questions = place.item.body["questions"]
    step = asked_step(request, place.step.position.get("step"), len(questions))
    answers = {} if last is None or last.submitted_at else last.answers
    question = questions[step - 1]
    form = CheckAnswerForm(
        question=question, initial={"number": number, "options": answers.get(question["id"])}
    )
    return _question(request, place, form, step)


@posted_to(Item.Kind.CHECK)
def check_answer(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    """Keep the answer; after the last question, hand the attempt in."""
    now = timezone.now()
    questions = place.item.body["questions"]
    step = asked_step(request, 1, len(questions))
    form = CheckAnswerForm(request.POST, question=questions[step - 1])
    if not form.is_valid():
        return _question(request, place, form, step, HTTPStatus.UNPROCESSABLE_ENTITY)
    number = form.cleaned_data["number"]
    try:
        attempt = save_answer(
            enrollment=place.enrollment,
            item=place.item,
            number=number,
            question_id=questions[step - 1]["id"],
            options=form.cleaned_data["options"],
            now=now,
        )
        open_steps = [
            place_of
            for place_of, question in enumerate(questions, start=1)
            if question["id"] not in attempt.answers
        ]
        if step < len(questions) or open_steps:
            onward = step + 1 if step < len(questions) else open_steps[0]
            return to_step(place, onward)
        submit_attempt(enrollment=place.enrollment, item=place.item, number=number, now=now)
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return _question(request, place, form, step, HTTPStatus.CONFLICT)
    return to_step(place)


def _attempts(place: Place) -> list[Attempt]:
    return list(place.enrollment.attempts.filter(item=place.item).order_by("number"))


def _question(
    request: AuthenticatedRequest, place: Place, form: CheckAnswerForm, step: int, status: int = 200
) -> HttpResponse:
    context = {"form": form, "step": step, "steps": len(place.item.body["questions"])}
    return step_page(request, place, "check", context, status)


def _result(request: AuthenticatedRequest, place: Place, attempts: list[Attempt]) -> HttpResponse:
    last = attempts[-1]
    questions: list[dict[str, Any]] = [
        {
            "stem": question["stem"],
            "is_right": is_right(question, last.answers.get(question["id"], [])),
            "options": [
                {**option, "chosen": option["id"] in last.answers.get(question["id"], [])}
                for option in question["options"]
            ],
        }
        for question in place.item.body["questions"]
    ]
    context = {
        "attempt": last,
        "attempts": attempts,
        "questions": questions,
        "right": sum(question["is_right"] for question in questions),
        "pass_percent": round(float(place.item.body["pass"]) * 100),
    }
    return step_page(request, place, "check_result", context)
