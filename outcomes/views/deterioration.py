"""Harm is looked for: pooled counts for the practice's owner, every look noted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import owner_only
from accounts.services.access_log import log_access
from outcomes.reports.deterioration import worse_lines

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest


@require_safe
@owner_only
def worse_changes(request: AuthenticatedRequest) -> HttpResponse:
    """How many changed for the worse by more than measurement error, without names."""
    log_access(
        actor=request.user,
        subject=None,
        action="viewed",
        kind="outcomes.worse_changes",
        object_public_id=None,
        organization=None,
        now=timezone.now(),
    )
    return render(request, "outcomes/worse_changes.html", {"lines": worse_lines()})
