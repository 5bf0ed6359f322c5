"""Which coach a clinician has: chosen, asked to change, assigned by the practice, or matched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from coaching.engine.working_days import add_working_days
from coaching.models import CoachAssignment, CoachProfile, RematchRequest, SessionType
from coaching.services.coach_choice import WISHES, coaches_for, in_turn
from coaching.services.refusals import refuse
from coaching.services.slots import find_open_slots
from coaching.services.time_claims import lock_people
from programs.models import Enrollment

if TYPE_CHECKING:
    from accounts.models import User

PATIENCE = 3  # working days
LOOK_AHEAD = 14  # days in which the matched coach has a free time

Reason = CoachAssignment.Reason


@transaction.atomic
def assign_coach(
    *, actor: User | None, enrollment: Enrollment, coach: User, reason: str, now: datetime
) -> Enrollment:
    """Give a clinician a coach. Sessions that are booked stay with whom they are.

    An open wish for another coach is answered by that.

    Args:
        actor: the clinician or the practice; None if matched automatically.
        reason: of `CoachAssignment.Reason`.

    Raises:
        ValidationError: "not_enrolled"; "no_coach": not of the cohort, or a conflict; "coach_full".
    """
    locked = _lock(enrollment)
    lock_people(person_ids=[coach.pk], now=now)
    if not coaches_for(locked).filter(pk=coach.pk).exists():
        raise refuse("no_coach")
    if locked.coach_id != coach.pk:
        if is_full(coach=coach):
            raise refuse("coach_full")
        locked.coach = coach
        locked.save(update_fields=["coach", "updated_at"])
        CoachAssignment.objects.create(
            enrollment=locked, coach=coach, actor=actor, reason=reason, at=now
        )
    RematchRequest.objects.open().filter(enrollment=locked).update(answered_at=now)
    return locked


def _lock(enrollment: Enrollment) -> Enrollment:
    found = (
        Enrollment.objects.live()
        .select_related("cohort__engagement", "clinician")
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=enrollment.pk)
        .first()
    )
    if found is None:
        raise refuse("not_enrolled")
    return found


def is_full(*, coach: User) -> bool:
    """Whether the coach has as many clinicians as they take on."""
    profile = CoachProfile.objects.filter(coach=coach).first()
    if profile is None or profile.max_clinicians is None:
        return False
    return Enrollment.objects.live().filter(coach=coach).count() >= profile.max_clinicians


@transaction.atomic
def ask_rematch(
    *, actor: User, enrollment: Enrollment, wishes: Mapping[str, str], now: datetime
) -> RematchRequest:
    """Ask for another coach; why is nobody's business. Asked again, the newer wishes hold.

    Raises:
        ValidationError: "not_enrolled".
    """
    locked = _lock(enrollment)
    request = RematchRequest.objects.open().filter(enrollment=locked).first()
    request = request or RematchRequest(enrollment=locked, asked_at=now)
    for name in WISHES:
        setattr(request, name, wishes.get(name, ""))
    request.full_clean(exclude=["enrollment"])
    request.save()
    return request


def match_waiting(*, now: datetime) -> int:
    """Match who has waited three working days for a coach, or for another one; return how many.

    To the first in the rotation who fits and has a free time within two weeks. Each in a transaction
    of its own; a second run finds nobody.
    """
    matched = 0
    asking = {
        request.enrollment_id: request
        for request in RematchRequest.objects.open().select_related("enrollment__cohort")
    }
    waiting = Enrollment.objects.live().filter(coach=None, completed_at=None)
    ids = {*waiting.values_list("pk", flat=True), *asking}
    for enrollment in (
        Enrollment.objects.live()
        .filter(pk__in=ids, cohort__closed_at=None)
        .select_related("cohort__engagement", "clinician", "coach")
        .order_by("accepted_at", "pk")
    ):
        request = asking.get(enrollment.pk)
        since = request.asked_at if request else enrollment.accepted_at
        if since is None or not _has_waited(enrollment, since, now):
            continue
        matched += _match(enrollment, request, now)
    return matched


def _has_waited(enrollment: Enrollment, since: datetime, now: datetime) -> bool:
    zone = enrollment.cohort.zone
    return now.astimezone(zone).date() >= add_working_days(since.astimezone(zone).date(), PATIENCE)


def _match(enrollment: Enrollment, request: RematchRequest | None, now: datetime) -> int:
    wishes = {name: getattr(request, name) for name in WISHES} if request else {}
    candidates = [c for c in coaches_for(enrollment, wishes) if c.pk != enrollment.coach_id]
    order = in_turn(
        candidates=candidates, among=candidates, enrollment=enrollment, own=request is None, now=now
    )
    for coach in order:
        if not is_full(coach=coach) and _has_time(enrollment, coach, now):
            assign_coach(
                actor=None, enrollment=enrollment, coach=coach, reason=Reason.MATCHED, now=now
            )
            return 1
    return 0


def _has_time(enrollment: Enrollment, coach: User, now: datetime) -> bool:
    return any(
        find_open_slots(
            enrollment=enrollment, session_type=kind, now=now, days=LOOK_AHEAD, coach=coach
        )
        for kind in SessionType.objects.bookable()
    )


@transaction.atomic
def set_share(*, coach: User, weight: int, max_clinicians: int | None) -> CoachProfile:
    """Say how large a share of new sessions a coach takes, and how many clinicians at most."""
    profile, _made = CoachProfile.objects.get_or_create(coach=coach)
    profile.weight, profile.max_clinicians = weight, max_clinicians
    profile.full_clean(exclude=["coach"])
    profile.save()
    return profile
