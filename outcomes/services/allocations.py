"""Decide by lot who begins when. Drawn once, never changed, drawn again by anybody who doubts it.

The arms are cohorts of one contract with different starts. Those who wait open by their own dates,
as every cohort does; until then they are asked at the same times as the first arm.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organization
from outcomes.models import Allocation, Lot, Wave
from outcomes.reports.lots import STRATA, draw_entries, fingerprint, stratum_of
from outcomes.services.comparison_groups import plan_rounds_beside
from programs.models import Cohort, Enrollment
from programs.services.engagements import lock_engagement
from programs.services.enrollments import transfer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User
    from programs.models import Engagement


@transaction.atomic
def allocate(
    *,
    engagement: Engagement,
    enrollments: Iterable[Enrollment],
    arms: Sequence[Cohort],
    seed: int,
    actor: User,
    now: datetime,
    strata: Sequence[str] = (),
    by: str = Lot.By.PERSON,
) -> Lot:
    """Draw who begins in which of `arms`, move everybody there, and freeze the log.

    Args:
        arms: cohorts of this contract, each beginning on another day, none begun.
        strata: of "unit", "role" as at enrollment; of no use when whole units are drawn.
        by: "person", or "unit" for a roll-out unit by unit.

    Raises:
        ValidationError: "arms": not two or more cohorts of this contract that begin one after the
            other from tomorrow on; "open_round": a round of an arm is being answered; "people":
            somebody does not take part in an arm, or fewer than the arms; "no_unit": whole units
            are drawn and somebody has none; "drawn": somebody has an arm in this contract already.
    """
    Organization.objects.select_for_update(of=("self",)).get(pk=engagement.organization_id)
    ordered = _check_arms(engagement, arms, now)
    people = _lock_people(enrollments, ordered)
    lock_engagement(engagement.pk)
    entries = [_entry(one, strata, by) for one in people]
    drawn = draw_entries(entries, len(ordered), seed)
    if len(drawn) < len(ordered):
        raise ValidationError(_("There are fewer to draw than starts."), code="people")
    log = [
        (entry, drawn[entry].stratum, drawn[entry].block, ordered[drawn[entry].arm].pk)
        for entry, _stratum in entries
    ]
    lot = Lot.objects.create(
        engagement=engagement,
        by=by,
        strata=[name for name in STRATA if name in strata] if by == Lot.By.PERSON else [],
        arms=[arm.pk for arm in ordered],
        seed=seed,
        sha256=fingerprint(log),
        actor=actor,
        drawn_at=now,
    )
    Allocation.objects.bulk_create(
        Allocation(
            lot=lot,
            engagement=engagement,
            enrollment=one,
            person_id=one.clinician_id,
            position=position,
            entry=entry,
            stratum=stratum,
            block=block,
            arm_id=arm,
        )
        for position, (one, (entry, stratum, block, arm)) in enumerate(
            zip(people, log, strict=True), start=1
        )
    )
    for one, (_entry_id, _stratum, _block, arm) in zip(people, log, strict=True):
        if one.cohort_id != arm:
            to = next(cohort for cohort in ordered if cohort.pk == arm)
            transfer(enrollment=one, to=to, by=actor, now=now)
    for waiting in ordered[1:]:
        plan_rounds_beside(first=ordered[0], other=waiting, now=now)
    return lot


def _check_arms(engagement: Engagement, arms: Sequence[Cohort], now: datetime) -> list[Cohort]:
    ordered = sorted(
        Cohort.objects.filter(
            pk__in=[arm.pk for arm in arms], engagement=engagement, closed_at=None
        ),
        key=lambda arm: arm.starts_on,
    )
    starts = {arm.starts_on for arm in ordered}
    if (
        len(ordered) < max(2, len(arms))
        or len(starts) < len(ordered)
        or any(
            arm.starts_on <= now.astimezone(arm.zone).date() or arm.everything_open_at
            for arm in ordered
        )
    ):
        raise ValidationError(
            _("Choose two or more cohorts that begin on different days, from tomorrow on."),
            code="arms",
        )
    if Wave.objects.filter(cohort__in=ordered, state=Wave.State.OPEN).exists():
        raise ValidationError(
            _("A questionnaire is open in one of them: draw before it opens, or close it."),
            code="open_round",
        )
    return ordered


def _lock_people(enrollments: Iterable[Enrollment], arms: Sequence[Cohort]) -> list[Enrollment]:
    """In the order of their places, whoever lists them."""
    asked = {one.pk for one in enrollments}
    people = list(
        Enrollment.objects.live()
        .filter(pk__in=asked, cohort__in=arms)
        .select_for_update(of=("self",))
        .select_related("unit")
        .order_by("pk")
    )
    persons = {one.clinician_id for one in people}
    if len(people) < len(asked) or len(persons) < len(people) or len(people) < len(arms):
        raise ValidationError(
            _("Everybody must take part in one of these cohorts, once."), code="people"
        )
    taken = Allocation.objects.filter(engagement=arms[0].engagement_id, person__in=persons)
    if taken.exists():
        raise ValidationError(_("Somebody has a start by lot already."), code="drawn")
    return people


def _entry(one: Enrollment, strata: Sequence[str], by: str) -> tuple[int, str]:
    if by == Lot.By.UNIT:
        if one.unit_id is None:
            raise ValidationError(_("Somebody belongs to no unit."), code="no_unit")
        return one.unit_id, ""
    return one.pk, stratum_of(one, strata)
