"""Observed conversations: the learner asks a person of the cohort's staff, who fills the rubric."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from programs.models import CohortStaff, Enrollment, Item, Observation, ProgressEvent
from programs.services.progress import lock_enrollment, record_event, start_item

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet


def observers_for(enrollment: Enrollment) -> QuerySet[User]:
    """Facilitators and coaches of the own group or of the whole cohort, never the learner."""
    staff = CohortStaff.objects.filter(cohort=enrollment.cohort_id, ended_at=None).filter(
        Q(group=None) | Q(group=enrollment.group_id)
    )
    return (
        User.objects.filter(is_active=True, pk__in=staff.values("person"))
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
    return observation


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
    rubric = observation.item.body["rubric"]
    known = {rating["id"] for rating in rubric["ratings"]}
    behaviors = [behavior["id"] for behavior in rubric["behaviors"]]
    if any(ratings.get(behavior) not in known for behavior in behaviors):
        raise ValidationError(_("Give every behavior a rating."), code="unrated")
    if observed_on > now.astimezone(observation.observer.zone).date():
        raise ValidationError(_("That day is still to come."), code="in_the_future")
    observation.observed_on = observed_on
    observation.ratings = {behavior: ratings[behavior] for behavior in behaviors}
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
