from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import consultant_only
from programs.engine import draft_fields as fields
from programs.engine import drafts as engine
from programs.services.drafts import save_draft
from programs.views.drafts import managed_draft, part_address, part_or_404, revision_of

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest
    from programs.models import ProgramDraft

_ROW_FAULTS = (KeyError, IndexError, ValueError, TypeError, AttributeError)


@require_http_methods(["GET", "POST"])
@consultant_only
def program_draft_part(request: AuthenticatedRequest, draft_id: UUID) -> HttpResponse:
    """One part of a draft as a form: the program's frame, a module, an item or a guide."""
    draft = managed_draft(request, draft_id)
    at = request.GET.get("at", "")
    schema, value = part_or_404(draft.content, at)
    if request.method == "GET":
        return _page(request, draft, at, value)
    typed = fields.applied(schema, value, request.POST)
    do, _space, path = request.POST.get("do", "save").partition(" ")
    if do == "preview":
        return _page(request, draft, at, typed)
    try:
        changed = _row_changed(schema, typed, do, path, request.POST.get(f"key {path}", "").strip())
        content = engine.with_part(draft.content, at, changed)
        save_draft(draft=draft, content=content, revision=revision_of(request), by=request.user)
    except ValidationError:
        kept = _differences(schema, value, typed)
        return _page(request, draft, at, typed, kept=kept, status=HTTPStatus.CONFLICT)
    return redirect(part_address(draft, at))


@require_POST
@consultant_only
def program_draft_preview(request: AuthenticatedRequest, draft_id: UUID) -> HttpResponse:
    """What is typed, as a phone shows it: asked for while somebody writes; saves nothing."""
    draft = managed_draft(request, draft_id)
    at = request.GET.get("at", "")
    schema, value = part_or_404(draft.content, at)
    typed = fields.applied(schema, value, request.POST)
    context = {"shown": _shown(draft, at, typed)}
    return render(request, "programs/_draft_preview.html", context)


def _page(
    request: AuthenticatedRequest,
    draft: ProgramDraft,
    at: str,
    value: dict[str, Any],
    *,
    kept: list[tuple[str, Any, Any]] | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "draft": draft,
        "at": at,
        "value": value,
        "lines": _lines(draft, at, value),
        "shown": _shown(draft, at, value),
        "kept": kept,
    }
    return render(request, "programs/program_draft_part.html", context, status=status)


def _lines(draft: ProgramDraft, at: str, value: dict[str, Any]) -> list[fields.Line]:
    schema, _value = engine.part_of(draft.content, at)
    return fields.lines(schema, value, known=engine.known_values(draft.content, at))


def _shown(draft: ProgramDraft, at: str, value: dict[str, Any]) -> list[fields.Line]:
    """What a learner reads of it, in order: headings, Markdown and plain texts that hold words."""
    texts = ("markdown", "long", "text")
    return [line for line in _lines(draft, at, value) if line.control in texts and line.value]


def _row_changed(
    schema: dict[str, Any], value: dict[str, Any], do: str, path: str, key: str
) -> dict[str, Any]:
    try:
        match do:
            case "add":
                if key and not engine.KEY.match(key):
                    return value
                return fields.row_added(schema, value, path, key)  # type: ignore[no-any-return]
            case "remove":
                return fields.row_removed(value, path)  # type: ignore[no-any-return]
            case "up" | "down":
                by = -1 if do == "up" else 1
                return fields.row_moved(value, path, by)  # type: ignore[no-any-return]
    except _ROW_FAULTS:  # the row is gone, or the address was made up
        return value
    return value


def _differences(
    schema: dict[str, Any], saved: dict[str, Any], typed: dict[str, Any]
) -> list[tuple[str, Any, Any]]:
    """(path, typed, saved) of each line that differs."""
    was = {line.path: line.value for line in fields.lines(schema, saved, known={})}
    now = fields.lines(schema, typed, known={})
    return [
        (line.path, line.value, was.get(line.path, ""))
        for line in now
        if line.control not in ("heading", "add") and line.value != was.get(line.path, "")
    ]
