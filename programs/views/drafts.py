from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import consultant_only
from core.forms import add_refusal
from programs.engine import drafts as engine
from programs.engine.content_schemas import KINDS
from programs.forms.drafts import ProgramForm, PublishForm
from programs.models import Cohort, ProgramDraft, ProgramVersion
from programs.reports.draft_pages import draft_modules, kind_choices
from programs.reports.editions import program_lines, publishing
from programs.services.drafts import (
    discard_draft,
    publish_draft,
    save_draft,
    start_draft,
    start_program,
    undo_draft,
)

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest


@require_safe
@consultant_only
def program_list(request: AuthenticatedRequest) -> HttpResponse:
    """Every program and edition, and which cohorts hold on to which."""
    new = [draft for draft in ProgramDraft.objects.managed_by(request.user) if not draft.program_id]
    return render(request, "programs/program_list.html", {"lines": program_lines(), "new": new})


@require_http_methods(["GET", "POST"])
@consultant_only
def program_create(request: AuthenticatedRequest) -> HttpResponse:
    form = ProgramForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                draft = start_program(by=request.user, **form.cleaned_data)
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                return redirect("programs:program_draft", draft.public_id)
    return render(request, "programs/program_create.html", {"form": form}, status=status)


@require_POST
@consultant_only
def program_draft_create(request: AuthenticatedRequest, version_id: UUID) -> HttpResponse:
    version = get_object_or_404(
        ProgramVersion.objects.managed_by(request.user).select_related("program"),
        public_id=version_id,
    )
    draft = start_draft(version=version, by=request.user)
    return redirect("programs:program_draft", draft.public_id)


@require_safe
@consultant_only
def program_draft(request: AuthenticatedRequest, draft_id: UUID) -> HttpResponse:
    """Its modules and items, in order; from here each is opened, moved or taken out."""
    draft = managed_draft(request, draft_id)
    return render(
        request,
        "programs/program_draft.html",
        {
            "draft": draft,
            "modules": draft_modules(draft.content),
            "kinds": kind_choices(),
        },
    )


@require_POST
@consultant_only
def program_draft_arrange(request: AuthenticatedRequest, draft_id: UUID) -> HttpResponse:
    """Add, remove, move up or down; or take the last change back."""
    draft = managed_draft(request, draft_id)
    do, _space, at = request.POST.get("do", "").partition(" ")
    kind = request.POST.get("kind", KINDS[0])
    revision = revision_of(request)
    try:
        if do == "undo":
            undo_draft(draft=draft, revision=revision, by=request.user)
        elif do == "add" and kind in KINDS:
            return _added(request, draft, at, kind)
        elif do in ("remove", "up", "down"):
            content = engine.arranged(draft.content, do, at)
            save_draft(draft=draft, content=content, revision=revision, by=request.user)
        if do in ("undo", "remove"):
            messages.success(request, _("Done. “Undo the last change” takes it back."))
    except KeyError:
        messages.error(request, _("An id has small letters, digits and hyphens, and is used once."))
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("programs:program_draft", draft.public_id)


def _added(request: AuthenticatedRequest, draft: ProgramDraft, at: str, kind: str) -> HttpResponse:
    """Add a module or a step under its title and open it. Its id is made of the title, unless given.

    Raises:
        KeyError, ValidationError: as `arranged` and `save_draft`.
    """
    title = " ".join(request.POST.get("title", "").replace("\0", "").split())[:160]
    key = request.POST.get("key", "").strip()
    if not (title or key):
        raise ValidationError(_("Give it a title."))
    key = key or engine.free_key(draft.content, at, title)
    content = engine.arranged(draft.content, "add", at, kind=kind, key=key, title=title)
    save_draft(draft=draft, content=content, revision=revision_of(request), by=request.user)
    return redirect(part_address(draft, f"{at}{key}" if at else f"{key}/"))


@require_http_methods(["GET", "POST"])
@consultant_only
def program_draft_publish(request: AuthenticatedRequest, draft_id: UUID) -> HttpResponse:
    """What publishing changes, then the button."""
    draft = managed_draft(request, draft_id)
    plan = publishing(draft)
    initial = {"version": plan.proposed, "revision": draft.revision}
    form = PublishForm(request.POST or None, initial=initial)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid() and _published(request, draft, form):
            return redirect("programs:program_list")
    running = Cohort.objects.managed_by(request.user).filter(
        version__program__slug=draft.slug, closed_at=None
    )
    cohorts = running.select_related("version").defer("version__content").order_by("name", "pk")
    context = {"draft": draft, "plan": plan, "form": form, "cohorts": cohorts}
    return render(request, "programs/program_draft_publish.html", context, status=status)


@require_POST
@consultant_only
def program_draft_discard(request: AuthenticatedRequest, draft_id: UUID) -> HttpResponse:
    discard_draft(draft=managed_draft(request, draft_id), by=request.user)
    messages.success(request, _("The draft is gone. What was published stays."))
    return redirect("programs:program_list")


def managed_draft(request: AuthenticatedRequest, draft_id: UUID) -> ProgramDraft:
    return get_object_or_404(ProgramDraft.objects.managed_by(request.user), public_id=draft_id)


def revision_of(request: AuthenticatedRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def part_address(draft: ProgramDraft, at: str) -> str:
    address = reverse("programs:program_draft_part", args=[draft.public_id])
    return f"{address}?at={at}"


def part_or_404(content: dict[str, Any], at: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        return engine.part_of(content, at)
    except KeyError:
        raise Http404 from None


def _published(request: AuthenticatedRequest, draft: ProgramDraft, form: PublishForm) -> bool:
    try:
        outcome = publish_draft(
            draft=draft, by=request.user, now=timezone.now(), **form.cleaned_data
        )
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    for reason in outcome.reasons:
        form.add_error(None, reason)
    if outcome.version is None or outcome.reasons:
        return False
    messages.success(
        request, _("%(version)s is published. No cohort has moved.") % {"version": outcome.version}
    )
    return True
