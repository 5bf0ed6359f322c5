"""What the web layer knows of a request: who it is, and in which of their roles they act."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import Practice, User
from accounts.reports.roles import ActingRole, roles_of

ACTING_AS = "acting_as"  # session key: the key of the role that was chosen last
SIGNED_IN_AT = "signed_in_at"  # session keys, seconds since 1970
SEEN_AT = "seen_at"
# One-click sign-ins of the demo practice: the local part of their address is their slug.
DEMO_PERSONAS = ("clinician", "consultant", "admin", "owner")


class AuthenticatedRequest(HttpRequest):
    """A request behind LoginRequiredMiddleware: `user` is a person, never anonymous.

    `acting` is the role they act in (ViewerMiddleware); it is looked up when it is first read.
    """

    user: User  # type: ignore[assignment]
    acting: ActingRole


def roles_for(request: HttpRequest) -> list[ActingRole]:
    """Return the roles of the signed-in person, asked of the database once a request."""
    if not hasattr(request, "_roles"):
        request._roles = roles_of(request.user)  # type: ignore[attr-defined, arg-type]
    return request._roles  # type: ignore[attr-defined, no-any-return]


def acting_role(request: HttpRequest) -> ActingRole:
    """Return the role chosen last if it is still theirs, else the usual one."""
    roles = roles_for(request)
    chosen = request.session.get(ACTING_AS)
    return next((role for role in roles if role.key == chosen), roles[0])


def practice_of(request: HttpRequest) -> Practice:
    """Return the practice, asked of the database once a request."""
    if not hasattr(request, "_practice"):
        request._practice = Practice.current()  # type: ignore[attr-defined]
    return request._practice  # type: ignore[attr-defined, no-any-return]


View = Callable[..., HttpResponseBase]


def consultant_only(view: View) -> View:
    """Answer 404 to everybody who does not work for the practice."""

    @wraps(view)
    def guarded(request: AuthenticatedRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_consultant:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def owner_only(view: View) -> View:
    """Answer 404 to everybody but the practice owner."""

    @wraps(view)
    def guarded(request: AuthenticatedRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_owner:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
