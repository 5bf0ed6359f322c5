"""A removal can be taken back for ten minutes: what was removed travels, signed, in the address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http import AuthenticatedRequest, consultant_only
from accounts.models import User
from coaching.models import CoachingSession
from coaching.services.availability import add_override
from coaching.services.leaves import add_leave, keep_in_leave
from coaching.services.travel import add_travel

_SALT = "coaching.removals"
_SECONDS = 600


def removed(
    request: AuthenticatedRequest, page: str, kind: str, fields: dict[str, Any]
) -> HttpResponse:
    """Go back to `page`, which offers to take the removal back."""
    content = {"coach": request.user.pk, "kind": kind, "page": page, "fields": fields}
    token = signing.dumps(content, salt=_SALT, compress=True)
    return redirect(f"{reverse(page)}?{urlencode({'undo': token})}")


def undo_token(request: AuthenticatedRequest) -> str:
    """Return the token that a page's address carries, if it still holds; else ""."""
    token = request.GET.get("undo", "")
    return token if _content(request, token) else ""


def _content(request: AuthenticatedRequest, token: str) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = signing.loads(token, salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        return None
    return content if content["coach"] == request.user.pk else None


def _restore_override(coach: User, fields: dict[str, Any]) -> None:
    add_override(coach=coach, **fields | {"day": date.fromisoformat(fields["day"])})


def _restore_travel(coach: User, fields: dict[str, Any]) -> None:
    add_travel(coach=coach, zone=fields["zone"], **_span(fields))


def _restore_leave(coach: User, fields: dict[str, Any]) -> None:
    leave = add_leave(coach=coach, **_span(fields))
    for session in CoachingSession.objects.managed_by(coach).filter(public_id__in=fields["kept"]):
        try:
            keep_in_leave(leave=leave, session=session)
        except ValidationError:
            continue  # moved away meanwhile


def _span(fields: dict[str, Any]) -> dict[str, date]:
    return {name: date.fromisoformat(fields[name]) for name in ("first", "last")}


_RESTORE: dict[str, Callable[[User, dict[str, Any]], None]] = {
    "override": _restore_override,
    "travel": _restore_travel,
    "leave": _restore_leave,
}


@require_POST
@consultant_only
def availability_undo(request: AuthenticatedRequest) -> HttpResponse:
    """Take a removal back."""
    content = _content(request, request.POST.get("undo", ""))
    if content is None:
        raise Http404
    try:
        _RESTORE[content["kind"]](request.user, content["fields"])
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("It is back."))
    return redirect(content["page"])
