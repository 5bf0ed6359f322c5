"""Consultants write questionnaires of their own and keep permissions for those of others."""

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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import consultant_only
from core.forms import add_refusal
from outcomes.forms.questionnaires import GrantForm, QuestionForm, QuestionnaireForm
from outcomes.models import Instrument, InstrumentGrant, QuestionnaireDraft
from outcomes.reports.questionnaires import instrument_lines, preview_of
from outcomes.services import questionnaires as services
from outcomes.services.instrument_grants import end_grant, grant_instrument

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest


def _status(form: Any) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _draft(request: AuthenticatedRequest, draft_id: UUID) -> QuestionnaireDraft:
    drafts = QuestionnaireDraft.objects.managed_by(request.user)
    return get_object_or_404(drafts, public_id=draft_id)


def _instrument(request: AuthenticatedRequest, instrument_id: UUID) -> Instrument:
    return get_object_or_404(Instrument.objects.visible_to(request.user), public_id=instrument_id)


@require_safe
@consultant_only
def questionnaire_list(request: AuthenticatedRequest) -> HttpResponse:
    """What may be asked, what lacks a permission, and what is being written."""
    context = {
        "lines": instrument_lines(user=request.user, now=timezone.now()),
        "drafts": QuestionnaireDraft.objects.managed_by(request.user),
    }
    return render(request, "outcomes/questionnaire_list.html", context)


@require_http_methods(["GET", "POST"])
@consultant_only
def questionnaire_new(request: AuthenticatedRequest) -> HttpResponse:
    """Begin a questionnaire of our own."""
    form = QuestionnaireForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        draft = services.start_questionnaire(**form.cleaned_data)
        return redirect("outcomes:questionnaire_draft", draft.public_id)
    return render(request, "outcomes/questionnaire_new.html", {"form": form}, status=_status(form))


@require_safe
@consultant_only
def questionnaire(request: AuthenticatedRequest, instrument_id: UUID) -> HttpResponse:
    """One questionnaire: what it asks, how it counts, and who permitted it."""
    instrument = _instrument(request, instrument_id)
    grants = InstrumentGrant.objects.visible_to(request.user).filter(instrument=instrument)
    context = {
        "instrument": instrument,
        "definition": instrument.parsed,
        "grants": grants.select_related("organization"),
        "today": timezone.now().date(),
        "is_ours": instrument.source == Instrument.Source.PRACTICE,
        "needs_grant": not instrument.parsed.has_text
        or instrument.parsed.licence_class not in ("G", "own"),
    }
    return render(request, "outcomes/questionnaire.html", context)


@require_http_methods(["GET", "POST"])
@consultant_only
def questionnaire_permission(request: AuthenticatedRequest, instrument_id: UUID) -> HttpResponse:
    """Keep a permission or licence, with the wording that came with it."""
    instrument = _instrument(request, instrument_id)
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = GrantForm(data, files, user=request.user)
    if form.is_valid():
        given = dict(form.cleaned_data)
        file = given.pop("file")
        try:
            grant_instrument(
                instrument=instrument,
                file=file.read() if file else b"",
                file_name=file.name if file else "",
                **given,
            )
            messages.success(request, _("The permission is kept."))
            return redirect("outcomes:questionnaire", instrument_id)
        except ValidationError as refusal:
            add_refusal(form, refusal)
    context = {"instrument": instrument, "form": form}
    page = "outcomes/questionnaire_permission.html"
    return render(request, page, context, status=_status(form))


@require_POST
@consultant_only
def questionnaire_permission_end(request: AuthenticatedRequest, grant_id: UUID) -> HttpResponse:
    """Let a permission end today."""
    grants = InstrumentGrant.objects.visible_to(request.user).select_related("instrument")
    grant = get_object_or_404(grants, public_id=grant_id)
    end_grant(grant=grant, now=timezone.now())
    messages.success(request, _("It ends today. A round that is open goes on."))
    return redirect("outcomes:questionnaire", grant.instrument.public_id)


@require_POST
@consultant_only
def questionnaire_revise(request: AuthenticatedRequest, instrument_id: UUID) -> HttpResponse:
    """Begin the next version of one of our own."""
    try:
        draft = services.revise_questionnaire(instrument=_instrument(request, instrument_id))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("outcomes:questionnaire", instrument_id)
    return redirect("outcomes:questionnaire_draft", draft.public_id)


@require_http_methods(["GET", "POST"])
@consultant_only
def questionnaire_draft(
    request: AuthenticatedRequest, questionnaire_draft_id: UUID
) -> HttpResponse:
    """A draft: its questions in order, and what is said of it."""
    draft = _draft(request, questionnaire_draft_id)
    data = request.POST if request.method == "POST" else None
    names = ("title", "purpose", "instructions", "direction")
    form = QuestionnaireForm(data, initial={name: getattr(draft, name) for name in names})
    if form.is_valid():
        services.describe_questionnaire(draft=draft, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("outcomes:questionnaire_draft", questionnaire_draft_id)
    context = {"draft": draft, "form": form}
    return render(request, "outcomes/questionnaire_draft.html", context, status=_status(form))


@require_POST
@consultant_only
def questionnaire_change(
    request: AuthenticatedRequest, questionnaire_draft_id: UUID
) -> HttpResponse:
    """Move or delete a question, publish the draft or delete it: the button says which."""
    draft = _draft(request, questionnaire_draft_id)
    do, _space, key = request.POST.get("do", "").partition(" ")
    try:
        match do:
            case "up" | "down":
                services.move_question(draft=draft, key=key, by=-1 if do == "up" else 1)
            case "remove":
                services.remove_question(draft=draft, key=key)
            case "publish":
                made = services.publish_questionnaire(draft=draft)
                messages.success(request, _("Published. Rounds can ask it now."))
                return redirect("outcomes:questionnaire", made.public_id)
            case "drop":
                services.drop_questionnaire(draft=draft)
                return redirect("outcomes:questionnaire_list")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("outcomes:questionnaire_draft", questionnaire_draft_id)


@require_http_methods(["GET", "POST"])
@consultant_only
def questionnaire_question(
    request: AuthenticatedRequest, questionnaire_draft_id: UUID, question: str
) -> HttpResponse:
    """One question of a draft; "new" adds one."""
    draft = _draft(request, questionnaire_draft_id)
    known = next((one for one in draft.questions if one["id"] == question), None)
    if known is None and question != "new":
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = QuestionForm(data, initial=QuestionForm.initial_of(known) if known else None)
    if form.is_valid():
        try:
            changed = form.question | ({"id": question} if known else {})
            services.put_question(draft=draft, question=changed)
            if "another" in request.POST:
                return redirect("outcomes:questionnaire_question", questionnaire_draft_id, "new")
            return redirect("outcomes:questionnaire_draft", questionnaire_draft_id)
        except ValidationError as refusal:
            add_refusal(form, refusal)
    context = {"draft": draft, "form": form, "is_new": known is None}
    return render(request, "outcomes/questionnaire_question.html", context, status=_status(form))


@require_safe
@consultant_only
def questionnaire_preview(
    request: AuthenticatedRequest, questionnaire_draft_id: UUID
) -> HttpResponse:
    """The draft as a phone asks it. Nothing is kept."""
    draft = _draft(request, questionnaire_draft_id)
    context = {"draft": draft, "questions": preview_of(draft=draft)}
    return render(request, "outcomes/questionnaire_preview.html", context)
