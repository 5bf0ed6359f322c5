"""The Django admin: for superusers alone, behind the site's own sign-in, a 404 to everybody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.decorators import method_decorator

View = Callable[..., Any]


class SuperuserSite(AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    def admin_view(  # type: ignore[override]  # the stub asks for a type variable of its own
        self, view: View, cacheable: bool = False
    ) -> View:
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return inner(request, *args, **kwargs)

        return guarded

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send to the site's sign-in: Django's own form has neither rate limit nor second factor."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next", "/"))
        if not self.has_permission(request):
            raise Http404
        return super().login(request, extra_context)
