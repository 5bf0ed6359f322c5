"""Open and close rounds of questions. What a round asks is frozen from the moment it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outcomes.engine.patient_ratings import is_for_patients
from outcomes.models import Wave
from outcomes.reports.grants import grants_in_force, lacks

if TYPE_CHECKING:
    from datetime import date, datetime

    from outcomes.models import Instrument

_WHY = {
    "licence": gettext_lazy("%(title)s may not be used without its owner's permission or licence."),
    "text": gettext_lazy("The wording of %(title)s is not here yet: add it with the permission."),
}


def lock_wave(wave: Wave) -> Wave:
    return Wave.objects.select_for_update(of=("self",)).get(pk=wave.pk)


@transaction.atomic
def open_wave(*, wave: Wave, now: datetime) -> Wave:
    """Let people answer. Opening an open round again does nothing.

    Raises:
        ValidationError: "state": it was closed already. "instruments": it asks nothing.
            "patients": an instrument is answered by patients, not by staff.
            "licence": an instrument needs a permission or licence that is not there.
            "text": the wording of a licensed instrument is not there.
            "primary_outcome": it names nothing that this round measures.
    """
    locked = lock_wave(wave)
    if locked.state == Wave.State.OPEN:
        return locked
    if locked.state != Wave.State.DRAFT:
        raise ValidationError(_("This round was closed already."), code="state")
    instruments = locked.ordered_instruments()
    if not instruments:
        raise ValidationError(_("Choose at least one questionnaire."), code="instruments")
    if any(is_for_patients(instrument.key) for instrument in instruments):
        raise ValidationError(_("Patients answer that by a link of theirs."), code="patients")
    _check_permitted(instruments, locked, now.astimezone(locked.cohort.zone).date())
    _check_primary(locked, instruments)
    locked.state, locked.opened_at = Wave.State.OPEN, now
    locked.save(update_fields=["state", "opened_at", "updated_at"])
    return locked


def _check_permitted(instruments: list[Instrument], wave: Wave, day: date) -> None:
    organization = wave.cohort.engagement.organization
    grants = grants_in_force(instruments=instruments, organization=organization, on=day)
    for instrument in instruments:
        reason = lacks(instrument, grants.get(instrument.pk, []))
        if reason:
            raise ValidationError(_WHY[reason] % {"title": instrument.title}, code=reason)


def _check_primary(wave: Wave, instruments: list[Instrument]) -> None:
    measured = {
        f"{instrument.key}.{subscale.key}"
        for instrument in instruments
        for subscale in instrument.parsed.subscales
    }
    if wave.primary_outcome and wave.primary_outcome not in measured:
        raise ValidationError(
            _("The main outcome must be one that this round measures."), code="primary_outcome"
        )


@transaction.atomic
def close_wave(*, wave: Wave, now: datetime) -> Wave:
    """End the round: nothing more can be sent. Closing a closed round again does nothing.

    Raises:
        ValidationError: "state": it never opened.
    """
    locked = lock_wave(wave)
    if locked.state == Wave.State.DRAFT:
        raise ValidationError(_("This round has not opened."), code="state")
    if locked.state == Wave.State.OPEN:
        locked.state, locked.closed_at = Wave.State.CLOSED, now
        locked.save(update_fields=["state", "closed_at", "updated_at"])
    return locked
