"""The practice's Matching page: who has no coach, who wants another, limits, conflicts; profiles."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedRequest, consultant_only, practice_of
from accounts.models import User
from coaching.forms.matching import CoachChoiceForm, CoachProfileForm, ConflictForm, ShareForm
from coaching.models import CoachAssignment, CoachProfile, Conflict, RematchRequest
from coaching.reports.matching import coach_cards
from coaching.services.coach_choice import coaches_for
from coaching.services.coach_profiles import save_profile
from coaching.services.conflicts import declare_conflict, end_conflict
from coaching.services.matching import assign_coach, set_share
from core.forms import Audience
from programs.models import Cohort, Enrollment


def _managed(request: AuthenticatedRequest, cohort_id: UUID) -> Cohort:
    return get_object_or_404(
        Cohort.objects.managed_by(request.user).select_related("engagement__organization"),
        public_id=cohort_id,
    )


def _people(cohort: Cohort) -> list[User]:
    """Coaches and clinicians of the cohort, by name: between whom a conflict may be noted."""
    enrolled = cohort.enrollments.live().select_related("clinician")
    people = [*cohort.coaches(), *(enrollment.clinician for enrollment in enrolled)]
    return sorted(people, key=lambda person: person.name)


@require_safe
@consultant_only
def matching(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Who waits for a coach or for another one, what each coach carries, who should not meet."""
    cohort = _managed(request, cohort_id)
    coaches = list(cohort.coaches())
    names = {Audience.PRACTICE: practice_of(request).name}
    live = (
        cohort.enrollments.live()
        .select_related("clinician", "coach", "cohort")
        .order_by("accepted_at", "pk")
    )
    requests = RematchRequest.objects.managed_by(request.user).open()
    people = _people(cohort)
    ids = [person.pk for person in people]
    context = {
        "cohort": cohort,
        "waiting": [enrollment for enrollment in live if enrollment.coach_id is None],
        "requests": requests.filter(enrollment__cohort=cohort).select_related(
            "enrollment__clinician", "enrollment__coach"
        ),
        "coaches": coaches,
        "cards": [
            (
                card,
                ShareForm(
                    initial={
                        "weight": card.profile.weight,
                        "max_clinicians": card.profile.max_clinicians,
                    },
                    auto_id=f"id_{card.coach.public_id.hex}_%s",
                    audience_names=names,
                ),
            )
            for card in coach_cards(coaches)
        ],
        "conflicts": Conflict.objects.managed_by(request.user)
        .filter(person__in=ids, other__in=ids)
        .select_related("person", "other"),
        "conflict_form": ConflictForm(people=people, audience_names=names),
    }
    return render(request, "coaching/matching.html", context)


@require_POST
@consultant_only
def matching_assign(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """Give a clinician a coach."""
    enrollment = get_object_or_404(
        Enrollment.objects.managed_by(request.user).live().select_related("cohort", "clinician"),
        public_id=enrollment_id,
    )
    form = CoachChoiceForm(request.POST, coaches=coaches_for(enrollment))
    if not form.is_valid():
        messages.error(request, _("Choose one of the coaches who may coach this person."))
    else:
        try:
            assign_coach(
                actor=request.user,
                enrollment=enrollment,
                coach=form.chosen(),
                reason=CoachAssignment.Reason.ASSIGNED,
                now=timezone.now(),
            )
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("Assigned. Booked sessions stay as they are."))
    return redirect("coaching:matching", enrollment.cohort.public_id)


@require_POST
@consultant_only
def coach_share(request: AuthenticatedRequest, cohort_id: UUID, user_id: UUID) -> HttpResponse:
    """How much a coach of the cohort takes on."""
    cohort = _managed(request, cohort_id)
    coach = cohort.coaches().filter(public_id=user_id).first()
    if coach is None:
        raise Http404
    form = ShareForm(request.POST)
    if form.is_valid():
        set_share(coach=coach, **form.cleaned_data)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("A share is a number from 1 to 10."))
    return redirect("coaching:matching", cohort_id)


@require_POST
@consultant_only
def conflict_declare(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """Note that two people should not meet in coaching. Neither of them sees it."""
    cohort = _managed(request, cohort_id)
    form = ConflictForm(request.POST, people=_people(cohort))
    try:
        if not form.is_valid():
            raise ValidationError(_("Choose two people and how they stand to each other."))
        declare_conflict(**form.pair(), by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Noted. They are not brought together from now on."))
    return redirect("coaching:matching", cohort_id)


@require_POST
@consultant_only
def conflict_end(request: AuthenticatedRequest, cohort_id: UUID, conflict_id: UUID) -> HttpResponse:
    """It holds no longer."""
    _managed(request, cohort_id)
    conflict = get_object_or_404(Conflict.objects.managed_by(request.user), public_id=conflict_id)
    end_conflict(conflict=conflict, now=timezone.now())
    messages.success(request, _("It holds no longer."))
    return redirect("coaching:matching", cohort_id)


@require_http_methods(["GET", "POST"])
@consultant_only
def coach_profile(request: AuthenticatedRequest) -> HttpResponse:
    """What clinicians read of oneself when they choose a coach."""
    profile = CoachProfile.objects.owned_by(request.user).first() or CoachProfile()
    initial = {name: getattr(profile, name) for name in CoachProfileForm.audience}
    form = CoachProfileForm(request.POST or None, initial=initial)
    if form.is_valid():
        save_profile(coach=request.user, **form.cleaned_data)
        messages.success(request, _("Saved. Clinicians of your cohorts see it."))
        return redirect("coaching:coach_profile")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "coaching/coach_profile.html", {"form": form}, status=status)
