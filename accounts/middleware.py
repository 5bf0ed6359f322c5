"""What every signed-in request needs: the viewer's zone, no caching, the row-level context."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.acting import acting_as

GetResponse = Callable[[HttpRequest], HttpResponse]


class ViewerMiddleware:
    """Activate the viewer's time zone; forbid caches to keep what a signed-in person saw."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            with timezone.override(None):
                return self.get_response(request)
        try:
            zone = ZoneInfo(request.user.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            zone = ZoneInfo("UTC")
        with timezone.override(zone):
            response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


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
