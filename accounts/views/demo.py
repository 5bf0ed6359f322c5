"""The demo practice: sign in as an invented person with one click. Nowhere else."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.http import DEMO_PERSONAS
from accounts.services.users import find_demo_person


@login_not_required
@require_safe
def demo(request: HttpRequest) -> HttpResponse:
    """Choose one of the invented people."""
    if not settings.DEMO_MODE:
        raise Http404
    return render(request, "accounts/demo.html")


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest, persona: str) -> HttpResponse:
    """Sign in as `persona`; whoever was signed in before is signed out."""
    if not settings.DEMO_MODE or persona not in DEMO_PERSONAS:
        raise Http404
    user = find_demo_person(persona)
    if user is None:
        raise Http404
    adapter = get_adapter()
    adapter.logout(request)
    adapter.login(request, user)
    return redirect(adapter.get_login_redirect_url(request))
