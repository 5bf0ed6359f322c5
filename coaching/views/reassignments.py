"""Hand a session over to a colleague, from its workspace or from a clash with leave."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest, consultant_only, practice_of
from coaching.forms.matching import HandOverForm
from coaching.models import CoachingSession
from coaching.services.reassignments import reassign_coach
from core.forms import Audience, add_refusal


@transaction.non_atomic_requests  # reassign_coach() owns its transaction
@require_http_methods(["GET", "POST"])
@consultant_only
def session_hand_over(request: AuthenticatedRequest, session_id: UUID) -> HttpResponse:
    """Choose who takes it over; time and clinicians stay, calendars follow."""
    session = get_object_or_404(
        CoachingSession.objects.managed_by(request.user).select_related(
            "session_type", "coach", "cohort"
        ),
        public_id=session_id,
        cohort__isnull=False,
    )
    around = session.cohort.coaches() if session.cohort else ()
    coaches = [person for person in around if person.pk != session.coach_id]
    form = HandOverForm(
        request.POST or None,
        coaches=coaches,
        initial={"rev": session.rev},
        audience_names={Audience.PRACTICE: practice_of(request).name},
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    if form.is_valid():
        try:
            reassign_coach(
                actor=request.user,
                session=session,
                coach=form.chosen(),
                expected_rev=form.cleaned_data["rev"],
                now=timezone.now(),
            )
        except ValidationError as refusal:
            status = HTTPStatus.CONFLICT
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Handed over. All calendars get the change by mail."))
            return redirect("coaching:session_list")
    context = {"session": session, "form": form, "coaches": coaches}
    return render(request, "coaching/session_hand_over.html", context, status=status)
