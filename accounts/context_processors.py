"""What every page shows: the practice, and the roles this person can act in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.http import DEMO_PERSONAS, acting_role, practice_of, roles_for


def practice(request: HttpRequest) -> dict[str, Any]:
    """`practice`, `demo_mode` and the slugs of the demo's one-click sign-ins."""
    return {
        "practice": practice_of(request),
        "demo_mode": settings.DEMO_MODE,
        "demo_personas": DEMO_PERSONAS if settings.DEMO_MODE else (),
    }


def switcher(request: HttpRequest) -> dict[str, Any]:
    """`switcher`: {label, sublabel, url, current} of each role; choosing one is a POST to `url`.

    `viewer_role`: the role whose navigation to show. Nothing for the anonymous.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"switcher": []}
    current = acting_role(request)
    sublabels = {"consultant": str(practice_of(request))}
    return {
        "viewer_role": current.role,
        "switcher": [
            {
                "label": role.label,
                "sublabel": sublabels.get(role.role, role.sublabel),
                "url": reverse("accounts:act_as", args=[role.key]),
                "current": role == current,
            }
            for role in roles_for(request)
        ],
    }
