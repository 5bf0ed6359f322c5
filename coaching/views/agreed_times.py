"""Sessions that a new time zone table shows at another time than was agreed: the coach decides."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import AuthenticatedRequest, consultant_only
from coaching.forms.agreed_times import AgreedTimeForm
from coaching.models import CoachingSession
from coaching.services.agreed_times import (
    agree_on_shown_time,
    changed_agreed_times,
    keep_agreed_time,
)


@require_safe
@consultant_only
def agreed_time_list(request: AuthenticatedRequest) -> HttpResponse:
    """What was agreed, what the clock shows now, and the two ways out."""
    rows = [
        (row, AgreedTimeForm(initial={"idem_key": uuid4()}, auto_id=f"id_{row.session.pk}_%s"))
        for row in changed_agreed_times(now=timezone.now(), coach=request.user)
    ]
    return render(request, "coaching/agreed_time_list.html", {"rows": rows})


@transaction.non_atomic_requests  # keep_agreed_time() owns its transaction
@require_POST
def agreed_time_settle(request: AuthenticatedRequest, session_id: UUID) -> HttpResponse:
    """Move the session back to the agreed time, or agree on the one it shows."""
    session = get_object_or_404(
        CoachingSession.objects.managed_by(request.user)
        .scheduled()
        .select_related("session_type", "coach"),
        public_id=session_id,
    )
    form = AgreedTimeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the two times."))
        return redirect("coaching:agreed_time_list")
    try:
        if form.cleaned_data["time"] == "shown":
            agree_on_shown_time(session=session)
        else:
            keep_agreed_time(
                actor=request.user,
                session=session,
                idem_key=form.cleaned_data["idem_key"],
                now=timezone.now(),
            )
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Settled."))
    return redirect("coaching:agreed_time_list")
