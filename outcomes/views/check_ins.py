"""A clinician answers a round: one question a page, each answer saved, sent once, taken back whole."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.forms import add_refusal
from outcomes.forms.check_ins import QuestionForm
from outcomes.models import Wave
from outcomes.reports.check_ins import CheckIn, check_in_of
from outcomes.services.responses import (
    save_answer,
    share_response,
    start_response,
    submit_response,
    withdraw_response,
)

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest


def _own(request: AuthenticatedRequest, wave_id: UUID) -> CheckIn:
    """Return the viewer's check-in: of an open round that asks them, or one they answered."""
    own = Wave.objects.reached_by(request.user) | Wave.objects.owned_by(request.user)
    wave = get_object_or_404(own.distinct(), public_id=wave_id)
    found = check_in_of(wave=wave, user=request.user)
    if found is None:
        raise Http404
    return found


@require_safe
def check_in(request: AuthenticatedRequest, wave_id: UUID) -> HttpResponse:
    """Where one left off: the next question, or what became of the answers."""
    own = _own(request, wave_id)
    if own.is_open:
        return redirect("outcomes:check_in_question", wave_id, own.resume_at)
    return render(request, "outcomes/check_in.html", {"own": own})


@require_http_methods(["GET", "POST"])
def check_in_question(request: AuthenticatedRequest, wave_id: UUID, number: int) -> HttpResponse:
    """One question. An answer that asks for it opens the support resources in the same response."""
    own = _own(request, wave_id)
    question = own.question(number)
    if not own.is_open:
        return redirect("outcomes:check_in", wave_id)
    if question is None:
        raise Http404
    form = QuestionForm(question, request.POST if request.method == "POST" else None)
    context = {"own": own, "question": question, "form": form, "is_last": number == own.count}
    if request.method == "POST" and form.is_valid():
        try:
            _keep(own, form)
            if form.opens_support:
                return render(request, "outcomes/_check_in_support.html", context)
            return _onward(request, own, number)
        except ValidationError as refusal:
            add_refusal(form, refusal)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "outcomes/check_in_question.html", context, status=status)


def _keep(own: CheckIn, form: QuestionForm) -> None:
    response = own.response or start_response(
        wave=own.wave, enrollment=own.enrollment, now=timezone.now()
    )
    save_answer(
        response=response,
        item_id=form.question.key,
        value=form.value,
        text=form.words,
        elapsed_ms=form.elapsed_ms,
    )


def _onward(request: AuthenticatedRequest, own: CheckIn, number: int) -> HttpResponse:
    wave_id = own.wave.public_id
    if "send" in request.POST and number == own.count:
        fresh = _own(request, wave_id)
        if fresh.is_empty:  # a slip more often than a wish: look once before it is final
            return redirect("outcomes:check_in_review", wave_id)
        assert fresh.response is not None  # noqa: S101  an answer was just kept
        submit_response(response=fresh.response, now=timezone.now())
        return redirect("outcomes:check_in", wave_id)
    if "review" in request.POST or number == own.count:
        return redirect("outcomes:check_in_review", wave_id)
    return redirect("outcomes:check_in_question", wave_id, number + 1)


@require_http_methods(["GET", "POST"])
def check_in_review(request: AuthenticatedRequest, wave_id: UUID) -> HttpResponse:
    """All answers at a glance before they are sent."""
    own = _own(request, wave_id)
    if not own.is_open:
        return redirect("outcomes:check_in", wave_id)
    if own.response is None:
        return redirect("outcomes:check_in_question", wave_id, 1)
    if request.method == "POST":
        submit_response(response=own.response, now=timezone.now())
        return redirect("outcomes:check_in", wave_id)
    return render(request, "outcomes/check_in_review.html", {"own": own})


@require_http_methods(["GET", "POST"])
def check_in_withdraw(request: AuthenticatedRequest, wave_id: UUID) -> HttpResponse:
    """Take back one's answers, after a page that says what that does."""
    own = _own(request, wave_id)
    if own.response is None:
        raise Http404
    if request.method == "POST":
        withdraw_response(response=own.response, now=timezone.now())
        return redirect("outcomes:check_in", wave_id)
    return render(request, "outcomes/check_in_withdraw.html", {"own": own})


@require_POST
def check_in_share(request: AuthenticatedRequest, wave_id: UUID) -> HttpResponse:
    """Show one's scores to one's coach, or no longer."""
    own = _own(request, wave_id)
    if not own.is_sent or own.response is None:
        raise Http404
    share_response(
        response=own.response, is_shared=request.POST.get("share") == "yes", now=timezone.now()
    )
    return redirect("outcomes:check_in", wave_id)
