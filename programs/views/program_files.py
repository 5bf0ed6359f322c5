from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import consultant_only
from core.forms import add_refusal
from programs.engine import drafts as engine
from programs.engine.scenario_maps import scenario_map
from programs.engine.twee import TweeError
from programs.forms.program_files import ProgramFileForm, TweeForm
from programs.models import ProgramVersion
from programs.services.drafts import save_draft
from programs.services.program_archives import export_archive, import_archive
from programs.views.drafts import managed_draft, part_address, part_or_404

if TYPE_CHECKING:
    from typing import Any

    from accounts.http import AuthenticatedRequest
    from programs.models import ProgramDraft


@require_http_methods(["GET", "POST"])
@consultant_only
def program_import(request: AuthenticatedRequest) -> HttpResponse:
    """Publish an edition that comes as a .zip; every fault is listed."""
    form = ProgramFileForm(request.POST or None, request.FILES or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            data = form.cleaned_data["file"]
            outcome = import_archive(data=data, by=request.user, now=timezone.now())
            for reason in outcome.reasons:
                form.add_error(None, reason)
            if not outcome.reasons:
                words = {
                    "created": _("%(version)s is published. No cohort has moved."),
                    "unchanged": _("%(version)s was there already; nothing changed."),
                }
                messages.success(request, words[outcome.status] % {"version": outcome.version})
                return redirect("programs:program_list")
    return render(request, "programs/program_import.html", {"form": form}, status=status)


@require_safe
@consultant_only
def program_export(request: AuthenticatedRequest, version_id: UUID) -> HttpResponse:
    version = get_object_or_404(
        ProgramVersion.objects.managed_by(request.user).select_related("program"),
        public_id=version_id,
    )
    try:
        data = export_archive(version=version)
    except (FileNotFoundError, KeyError):  # its assets, or its content, are not here
        messages.error(request, _("This edition cannot be written out: parts of it are missing."))
        return redirect("programs:program_list")
    return _file(data, "application/zip", f"{version.program.slug}-{version.version}.zip")


@require_http_methods(["GET", "POST"])
@consultant_only
def program_draft_map(request: AuthenticatedRequest, draft_id: UUID) -> HttpResponse:
    """A conversation drawn and in words; a .twee file takes its place."""
    draft = managed_draft(request, draft_id)
    at = request.GET.get("at", "")
    item = _scenario(draft, at)
    initial = {"revision": draft.revision}
    form = TweeForm(request.POST or None, request.FILES or None, initial=initial)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid() and _taken_in(request, draft, at, form):
            messages.success(request, _("Taken in. “Undo the last change” takes it back."))
            return redirect(part_address(draft, at))
    context = {
        "draft": draft,
        "at": at,
        "item": item,
        "map": scenario_map(item["body"]),
        "form": form,
    }
    return render(request, "programs/program_draft_map.html", context, status=status)


@require_safe
@consultant_only
def program_draft_twee(request: AuthenticatedRequest, draft_id: UUID) -> HttpResponse:
    """The conversation as Twine opens it."""
    draft = managed_draft(request, draft_id)
    at = request.GET.get("at", "")
    item = _scenario(draft, at)
    try:
        text = engine.twee_of(item)
    except (KeyError, TypeError, AttributeError):
        messages.error(request, _("The conversation is not complete enough for Twine yet."))
        return redirect(part_address(draft, at))
    return _file(text.encode(), "text/plain; charset=utf-8", f"{item['key']}.twee")


def _scenario(draft: ProgramDraft, at: str) -> dict[str, Any]:
    _schema, item = part_or_404(draft.content, at)
    if item.get("kind") != "scenario":
        raise Http404
    return item


def _taken_in(request: AuthenticatedRequest, draft: ProgramDraft, at: str, form: TweeForm) -> bool:
    try:
        body = engine.body_from_twee(form.cleaned_data["file"])
        item = {**_scenario(draft, at), "body": body}
        content = engine.with_part(draft.content, at, item)
        revision = form.cleaned_data["revision"]
        save_draft(draft=draft, content=content, revision=revision, by=request.user)
    except TweeError as error:
        for reason in error.reasons:
            form.add_error(None, reason)
        return False
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _file(data: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(data, content_type=content_type, headers=headers)
