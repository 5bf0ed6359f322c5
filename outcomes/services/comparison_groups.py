"""Ask a group that has not begun at the same times as one that has: by lot, or as it happens to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organization
from outcomes.models import Wave
from outcomes.services.wave_plans import plan_beside
from programs.models import Cohort

if TYPE_CHECKING:
    from datetime import datetime


@transaction.atomic
def ask_beside(*, cohort: Cohort, other: Cohort, now: datetime) -> list[Wave]:
    """Plan the coming rounds of `cohort` for `other` too, as long as that has not begun.

    Without a lot: the report says that the two may differ in other ways.

    Raises:
        ValidationError: "other": not a cohort of the same contract that begins later; "exists": it
            is asked beside this one already; "begun": the first round of `cohort` has opened, so
            there is no common beginning; "no_rounds": `other` begins before a second round is over.
    """
    Organization.objects.select_for_update(of=("self",)).get(pk=cohort.engagement.organization_id)
    is_later = other.starts_on > cohort.starts_on and other.closed_at is None
    if other.engagement_id != cohort.engagement_id or other.pk == cohort.pk or not is_later:
        raise ValidationError(
            _("Choose a cohort of this contract that begins later."), code="other"
        )
    rounds = Wave.objects.filter(cohort=cohort)
    names = [str(name) for name in rounds.values_list("public_id", flat=True)]
    if Wave.objects.filter(cohort=other, options__beside__in=names).exists():
        raise ValidationError(_("It is asked beside this one already."), code="exists")
    first = rounds.filter(label=Wave.Label.BASELINE).order_by("opens_at").first()
    if first is None or first.is_frozen:
        raise ValidationError(
            _("The first round must still lie ahead: both groups need the same beginning."),
            code="begun",
        )
    made = plan_rounds_beside(first=cohort, other=other, now=now)
    if len(made) < 2:
        raise ValidationError(
            _("That cohort begins before a second round is over: there would be no comparison."),
            code="no_rounds",
        )
    return made


def plan_rounds_beside(*, first: Cohort, other: Cohort, now: datetime) -> list[Wave]:
    """Plan each coming round of `first` for `other`, up to the day before that begins."""
    rounds = Wave.objects.filter(cohort=first, state=Wave.State.DRAFT, closes_at__gt=now)
    made = [plan_beside(wave=wave, cohort=other) for wave in rounds.order_by("opens_at")]
    return [wave for wave in made if wave]
