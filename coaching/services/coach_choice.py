"""Who takes a session when several coaches could. Chosen when booking, not when showing times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Max, QuerySet

from accounts.models import User
from coaching.engine.policies import ATTENDED, FREEING
from coaching.engine.rotation import Candidate, rank, window_start
from coaching.engine.slots import SlotShape, refusal
from coaching.engine.wall_clock import from_epoch, to_epoch
from coaching.models import Booking, BookingEvent, CoachAssignment, CoachProfile, Conflict
from coaching.services.calendars import load_calendars
from coaching.services.refusals import refuse
from programs.models import CohortStaff

if TYPE_CHECKING:
    from programs.models import Enrollment

WISHES = ("specialty", "language", "seniority", "region")


def coaches_for(enrollment: Enrollment, wishes: Mapping[str, str] | None = None) -> QuerySet[User]:
    """Return the coaches of the cohort who may coach this clinician, by id.

    Without those with whom a conflict is declared, in either direction. One query.

    Args:
        wishes: of `WISHES`; an empty one asks for nothing.
    """
    person = enrollment.clinician_id
    standing = Conflict.objects.standing()
    found = (
        enrollment.cohort.coaches()
        .exclude(pk__in=standing.filter(person=person).values("other"))
        .exclude(pk__in=standing.filter(other=person).values("person"))
    )
    asked = {name: value for name, value in (wishes or {}).items() if value}
    if not asked:
        return found
    profiles = CoachProfile.objects.all()
    if "specialty" in asked:
        profiles = profiles.filter(specialties__contains=[asked["specialty"]])
    if "language" in asked:
        profiles = profiles.filter(languages__contains=[asked["language"]])
    if "region" in asked:
        profiles = profiles.filter(regions__contains=[asked["region"]])
    if "seniority" in asked:
        profiles = profiles.filter(seniority=asked["seniority"])
    return found.filter(pk__in=profiles.values("coach"))


def pool(*, enrollment: Enrollment, coach: User | None) -> list[User]:
    """Return the coaches that may take the session, the clinician's own coach first.

    Raises:
        ValidationError: "no_coach": there is none, or not this one.
    """
    people = [
        person for person in coaches_for(enrollment) if coach is None or person.pk == coach.pk
    ]
    if not people:
        raise refuse("no_coach")
    return sorted(people, key=lambda person: (person.pk != enrollment.coach_id, person.pk))


def choose_coach(
    *,
    candidates: Sequence[User],
    enrollment: Enrollment,
    shape: SlotShape,
    start: datetime,
    now: datetime,
) -> tuple[User, str]:
    """Return who takes the session and the zone of their hours.

    The calendars of all candidates are locked: one who was just taken is not free here, and the next
    in the rotation takes the session.

    Raises:
        ValidationError: why nobody can: the reason of the first candidate.
    """
    at = to_epoch(start)
    calendars = load_calendars(
        coach_ids=[person.pk for person in candidates],
        viewer_id=enrollment.clinician_id,
        shape=shape,
        lo=at,
        hi=at + 1,
        now=to_epoch(now),
        instant=now,
    )
    codes = {
        coach_id: refusal(at, diary, shape, now=to_epoch(now), viewer_busy=calendars.viewer_busy)
        for coach_id, diary in calendars.diaries.items()
    }
    free = [person for person in candidates if codes.get(person.pk, "slot_taken") == ""]
    if not free:
        raise refuse(codes.get(candidates[0].pk, "slot_taken"))
    if len(free) > 1 and free[0].pk != enrollment.coach_id:
        free = in_turn(candidates=candidates, among=free, enrollment=enrollment, now=now)
    return free[0], calendars.diaries[free[0].pk].zone


def in_turn(
    *,
    candidates: Sequence[User],
    among: Sequence[User],
    enrollment: Enrollment,
    own: bool = True,
    now: datetime,
) -> list[User]:
    """Return `among` in the order of the rotation; shares are counted over all `candidates`.

    Args:
        own: whether the clinician's own coach goes first: assigned, else last attended.
    """
    ids = [person.pk for person in candidates]
    mine = (enrollment.coach_id or _last_attended(enrollment)) if own else None
    places = {key: n for n, key in enumerate(rank(_shares(ids, enrollment, now), mine=mine))}
    return sorted(among, key=lambda person: places[person.pk])


def _last_attended(enrollment: Enrollment) -> int | None:
    attended = Booking.objects.filter(clinician=enrollment.clinician_id, state=ATTENDED)
    latest = attended.order_by("-coaching_session__span__startswith", "-pk")
    return latest.values_list("coaching_session__coach", flat=True).first()


def _shares(ids: list[int], enrollment: Enrollment, now: datetime) -> list[Candidate]:
    joined = CohortStaff.objects.filter(
        cohort=enrollment.cohort_id, role=CohortStaff.Role.COACH, ended_at=None, person__in=ids
    ).values_list("created_at", flat=True)
    # Somebody who joined after `now` joined now: only clocks that disagree can tell.
    begins = [min(to_epoch(at), to_epoch(now)) for at in joined]
    since = from_epoch(window_start(now=to_epoch(now), joined=begins))
    weights = dict(CoachProfile.objects.filter(coach__in=ids).values_list("coach", "weight"))
    minutes = dict.fromkeys(ids, 0)
    made = BookingEvent.objects.filter(booking__coaching_session__coach__in=ids, rev=1)
    counted = made.filter(at__gte=since).exclude(booking__state__in=sorted(FREEING))
    rows = counted.values_list(
        "booking__coaching_session__coach",
        "booking__coaching_session",
        "booking__coaching_session__span",
    )
    for coach, _session, span in {(c, s, (r.lower, r.upper)) for c, s, r in rows}:
        minutes[coach] += int((span[1] - span[0]).total_seconds()) // 60
    sessions = made.values_list("booking__coaching_session__coach").annotate(latest=Max("at"))
    people = CoachAssignment.objects.filter(coach__in=ids).values_list("coach")
    last: dict[int, int] = {}
    for coach, at in [*sessions, *people.annotate(latest=Max("at")).order_by()]:
        last[coach] = max(last.get(coach, 0), to_epoch(at))
    return [Candidate(i, weights.get(i, 1), minutes[i], last.get(i)) for i in ids]
