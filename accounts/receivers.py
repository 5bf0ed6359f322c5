"""Note in a new session when it began, so that it can end (accounts/middleware.py)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.http import SEEN_AT, SIGNED_IN_AT


@receiver(user_logged_in, dispatch_uid="accounts.note_sign_in")
def note_sign_in(sender: Any, request: HttpRequest | None, **kwargs: Any) -> None:
    if request is not None and hasattr(request, "session"):
        now = timezone.now().timestamp()
        request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = now
