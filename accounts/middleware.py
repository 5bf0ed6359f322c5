"""What every signed-in request needs: zone, language, role, session limits, row-level context."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from accounts.http import SEEN_AT, SIGNED_IN_AT, acting_role, roles_for
from core.acting import acting_as

GetResponse = Callable[[HttpRequest], HttpResponse]

IDLE_STAFF = timedelta(minutes=30)
IDLE_CLINICIAN = timedelta(hours=2)
ABSOLUTE = timedelta(hours=12)
_NOTED_EVERY_S = 60  # not every click is worth a write


class ViewerMiddleware:
    """Sign out who was away too long; activate the viewer's zone and language; forbid caches."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and _is_over(request):
            logout(request)  # LoginRequiredMiddleware then asks for a sign-in
        if not request.user.is_authenticated:
            with timezone.override(None):
                return self.get_response(request)
        try:
            zone = ZoneInfo(request.user.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            zone = ZoneInfo("UTC")
        request.acting = SimpleLazyObject(lambda: acting_role(request))  # type: ignore[attr-defined]
        with timezone.override(zone), translation.override(request.user.locale):
            response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


def _is_over(request: HttpRequest) -> bool:
    """Whether the session is too old, or nobody used it for too long; else note that it is used."""
    now = timezone.now().timestamp()
    session = request.session
    signed_in_at, seen_at = session.get(SIGNED_IN_AT, now), session.get(SEEN_AT)
    if now - signed_in_at > ABSOLUTE.total_seconds():
        return True
    if seen_at is None:
        session[SIGNED_IN_AT] = session[SEEN_AT] = now
        return False
    idle_s = now - seen_at
    if idle_s > IDLE_STAFF.total_seconds():
        is_staff = any(role.role != "clinician" for role in roles_for(request))
        if is_staff or idle_s > IDLE_CLINICIAN.total_seconds():
            return True
    if idle_s > _NOTED_EVERY_S:
        session[SEEN_AT] = now
    return False


class PrivateContextMiddleware:
    """Run each view in a transaction that carries the viewer's id for row-level security."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        # Views that own their transaction (booking) read no private table.
        if getattr(view, "_non_atomic_requests", None) or not request.user.is_authenticated:
            return None
        with acting_as(request.user.pk):
            return view(request, *args, **kwargs)
