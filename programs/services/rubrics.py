"""Observed conversations: the learner asks a person of the cohort's staff, who fills the rubric."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from notifications.services.messages import owe
from programs.models import (
    BuddyPair,
    CohortStaff,
    Enrollment,
    Item,
    Observation,
    ProgressEvent,
    SelfRating,
)
from programs.notices.learning import OBSERVATION_REQUEST
from programs.services.hierarchy import kept_apart
from programs.services.progress import lock_enrollment, record_event, start_item

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet


def observers_for(enrollment: Enrollment) -> QuerySet[User]:
    """Facilitators and coaches of the own group or of the whole cohort, and the learner's buddy.

    Never the learner, nor anybody whom the hierarchy guard keeps apart from them.
    """
    staff = CohortStaff.objects.filter(cohort=enrollment.cohort_id, ended_at=None).filter(
        Q(group=None) | Q(group=enrollment.group_id)
    )
    people = {*staff.values_list("person", flat=True)}
    if pair := BuddyPair.objects.of(enrollment).standing().select_related("one", "other").first():
        people.add(pair.partner_of(enrollment).clinician_id)
    apart = kept_apart(enrollment.clinician_id, people)
    return (
        User.objects.filter(is_active=True, pk__in=people - apart)
        .exclude(pk=enrollment.clinician_id)
        .order_by("name", "pk")
    )


@transaction.atomic
def request_observation(
    *, enrollment: Enrollment, item: Item, observer: User, now: datetime
) -> Observation:
    """Ask `observer`. Asking again returns the open request.

    Raises:
        ValidationError: "not_an_observer".
    """
    locked = lock_enrollment(enrollment)
    if not observers_for(locked).filter(pk=observer.pk).exists():
        raise ValidationError(_("Choose someone of your program's team."), code="not_an_observer")
    known = Observation.objects.filter(
        enrollment=locked, item=item, observer=observer, submitted_at=None
    ).first()
    if known:
        return known
    start_item(enrollment=locked, item=item, now=now)
    observation = Observation(
        enrollment=locked,
        item=item,
        observer=observer,
        observed_on=now.astimezone(locked.clinician.zone).date(),
    )
    observation.full_clean()
    observation.save()
    owe(kind=OBSERVATION_REQUEST, subject=observation, recipient=observer, due_at=now, now=now)
    return observation


@transaction.atomic
def rate_self(*, observation: Observation, ratings: Mapping[str, str], now: datetime) -> SelfRating:
    """Keep the learner's own view of the same conversation. Once: a second one changes nothing.

    Raises:
        ValidationError: "unrated".
    """
    lock_enrollment(observation.enrollment)
    if known := SelfRating.objects.filter(observation=observation).first():
        return known
    rating = SelfRating(
        observation=observation, ratings=_checked(observation.item, ratings), rated_at=now
    )
    rating.full_clean()
    rating.save()
    return rating


def _checked(item: Item, ratings: Mapping[str, str]) -> dict[str, str]:
    """A known rating for every behavior of the rubric, and nothing else."""
    rubric = item.body["rubric"]
    known = {rating["id"] for rating in rubric["ratings"]}
    behaviors = [behavior["id"] for behavior in rubric["behaviors"]]
    if any(ratings.get(behavior) not in known for behavior in behaviors):
        raise ValidationError(_("Give every behavior a rating."), code="unrated")
    return {behavior: ratings[behavior] for behavior in behaviors}


@transaction.atomic
def submit_observation(
    *,
    observation: Observation,
    observed_on: date,
    ratings: Mapping[str, str],
    note: str,
    now: datetime,
) -> Observation:
    """File the observer's rubric; the item is done. Filing it again changes nothing.

    Raises:
        ValidationError: "unrated": a behavior without a rating; "in_the_future".
    """
    enrollment = lock_enrollment(observation.enrollment)
    observation = Observation.objects.select_for_update(of=("self",)).get(pk=observation.pk)
    if observation.submitted_at:
        return observation
    seen = _checked(observation.item, ratings)
    if observed_on > now.astimezone(observation.observer.zone).date():
        raise ValidationError(_("That day is still to come."), code="in_the_future")
    observation.observed_on = observed_on
    observation.ratings = seen
    observation.note = note
    observation.submitted_at = now
    observation.full_clean()
    observation.save()
    record_event(
        enrollment=enrollment,
        item=observation.item,
        kind=ProgressEvent.Kind.SUBMITTED,
        occurred_at=now,
        key=uuid5(observation.public_id, "submitted"),
        source="facilitator",
        now=now,
    )
    return observation
