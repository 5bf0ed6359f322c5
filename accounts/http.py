"""Types of the web layer."""

from django.http import HttpRequest

from accounts.models import User


class AuthenticatedRequest(HttpRequest):
    """A request behind LoginRequiredMiddleware: `user` is a person, never anonymous."""

    user: User  # type: ignore[assignment]
