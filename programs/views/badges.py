"""What a machine needs to check a badge: our keys, what a badge stands for, and what is revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import owner_only
from programs.engine.badges import did_document, did_of, sign_status_list
from programs.reports.badge_pages import published_achievement, revoked_indexes
from programs.services.badge_keys import active_key, public_keys, rotate_key, withdraw_keys

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest

LIST_HOLDS = timedelta(days=1)
# Public, and read by verifiers that run as pages of other sites.
_FOR_ALL = {"Access-Control-Allow-Origin": "*"}


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def badge_issuer(request: HttpRequest) -> HttpResponse:
    """`/.well-known/did.json`: the practice's public keys, the active one first."""
    keys = public_keys()
    if not keys:
        raise Http404
    document = did_document(did=did_of(settings.SITE_URL), keys=keys)
    return JsonResponse(document, content_type="application/did+json", headers=_FOR_ALL)


@login_not_required
@require_safe
@cache_control(public=True, max_age=300)
def badge_status_list(request: HttpRequest) -> HttpResponse:
    """The signed list of revoked badges, made anew at each request, good for a day."""
    now = timezone.now()
    if not public_keys():
        raise Http404
    _row, key = active_key(now=now)
    token = sign_status_list(
        did=did_of(settings.SITE_URL),
        url=f"{settings.SITE_URL}{reverse('programs:badge_status_list')}",
        revoked=revoked_indexes(),
        at=now,
        until=now + LIST_HOLDS,
        key=key,
    )
    return HttpResponse(token, content_type="application/vc+jwt", headers=_FOR_ALL)


@login_not_required
@require_safe
def badge_achievement(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """What a badge of this program stands for."""
    found = published_achievement(slug=slug, version=version)
    if found is None:
        raise Http404
    return render(request, "programs/badge_achievement.html", {"achievement": found})


@require_http_methods(["GET", "POST"])
@owner_only
def badge_keys(request: AuthenticatedRequest) -> HttpResponse:
    """The signing keys; a new one on POST."""
    if request.method == "POST":
        if "copied" in request.POST and "changed" not in request.POST:
            messages.error(request, _("Change the secret first: a new key would be copied too."))
        elif "copied" in request.POST:
            withdraw_keys(now=timezone.now())
            messages.success(request, _("Every badge was signed anew; the old keys are withdrawn."))
        else:
            rotate_key(now=timezone.now())
            messages.success(request, _("A new key signs from now on. Older badges still verify."))
        return redirect("programs:badge_keys")
    context = {"keys": public_keys(), "did": did_of(settings.SITE_URL)}
    return render(request, "programs/badge_keys.html", context)
