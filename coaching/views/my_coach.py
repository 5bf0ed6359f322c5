"""A clinician's coach: who it is, who else there is, and asking for somebody else without reasons."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthenticatedRequest, practice_of
from coaching.forms.matching import CoachChoiceForm, WishForm
from coaching.models import CoachAssignment, RematchRequest
from coaching.reports.matching import coach_cards
from coaching.services.coach_choice import coaches_for
from coaching.services.matching import ask_rematch, assign_coach
from core.forms import Audience
from programs.models import Enrollment


def _own(request: AuthenticatedRequest, enrollment_id: UUID) -> Enrollment:
    return get_object_or_404(
        Enrollment.objects.owned_by(request.user)
        .live()
        .select_related("cohort__engagement", "clinician", "coach"),
        public_id=enrollment_id,
    )


@require_http_methods(["GET", "POST"])
def my_coach(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """The coaches one may choose from, narrowed by what one looks for; POST chooses."""
    enrollment = _own(request, enrollment_id)
    everybody = coach_cards(coaches_for(enrollment))
    names = {Audience.PRACTICE: practice_of(request).name}
    wishes = WishForm(
        request.GET or None, profiles=[card.profile for card in everybody], audience_names=names
    )
    asked = wishes.cleaned_data if wishes.is_bound and wishes.is_valid() else {}
    fitting = {person.pk for person in coaches_for(enrollment, asked)}
    form = CoachChoiceForm(request.POST or None, coaches=[card.coach for card in everybody])
    if form.is_valid():
        try:
            assign_coach(
                actor=request.user,
                enrollment=enrollment,
                coach=form.chosen(),
                reason=CoachAssignment.Reason.CHOSEN,
                now=timezone.now(),
            )
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("From now on you see this coach's times first."))
        return redirect("coaching:my_coach", enrollment_id)
    context = {
        "enrollment": enrollment,
        "mine": next((c for c in everybody if c.coach.pk == enrollment.coach_id), None),
        "others": [
            c for c in everybody if c.coach.pk in fitting and c.coach.pk != enrollment.coach_id
        ],
        "wishes": wishes,
        "asked": RematchRequest.objects.owned_by(request.user)
        .open()
        .filter(enrollment=enrollment)
        .first(),
    }
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, "coaching/my_coach.html", context, status=status)


@require_POST
def coach_rematch(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """Ask for another coach. Nobody asks why."""
    enrollment = _own(request, enrollment_id)
    profiles = [card.profile for card in coach_cards(coaches_for(enrollment))]
    wishes = WishForm(request.POST, profiles=profiles)
    if wishes.is_valid():
        ask_rematch(
            actor=request.user,
            enrollment=enrollment,
            wishes=wishes.cleaned_data,
            now=timezone.now(),
        )
        messages.success(request, _("We look for somebody else for you. You need give no reason."))
    else:
        messages.error(request, _("Choose from the lists, please."))
    return redirect("coaching:my_coach", enrollment_id)
