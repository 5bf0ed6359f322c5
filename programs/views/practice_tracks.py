from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from programs.services.practice_tracks import choose_track
from programs.views.items import own_enrollment

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest


@require_POST
def practice_track(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """How much home practice a week: the learner's own choice, at any time."""
    enrollment = own_enrollment(request, enrollment_id)
    track = request.POST.get("track", "")
    try:
        choose_track(enrollment=enrollment, track=track, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Kept. Weeks that are over stay as they were."))
    return redirect("programs:learn")
