"""Open and close rounds of questions. What a round asks is frozen from the moment it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from outcomes.engine.patient_ratings import is_for_patients
from outcomes.models import InstrumentGrant, Wave

if TYPE_CHECKING:
    from datetime import date, datetime

    from outcomes.models import Instrument

_OPENS_WITHOUT_GRANT = ("G", "own")


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
    for instrument in instruments:
        _check_permitted(instrument, locked, now.astimezone(locked.cohort.zone).date())
    _check_primary(locked, instruments)
    locked.state, locked.opened_at = Wave.State.OPEN, now
    locked.save(update_fields=["state", "opened_at", "updated_at"])
    return locked


def _check_permitted(instrument: Instrument, wave: Wave, day: date) -> None:
    parsed = instrument.parsed
    organization = wave.cohort.engagement.organization
    grants = InstrumentGrant.objects.filter(instrument=instrument).in_force(
        organization=organization, on=day
    )
    if parsed.licence_class not in _OPENS_WITHOUT_GRANT and not grants.exists():
        raise ValidationError(
            _("%(title)s may not be used without its owner's permission or licence.")
            % {"title": instrument.title},
            code="licence",
        )
    if not parsed.has_text and not any(grant.texts for grant in grants):
        raise ValidationError(
            _("The wording of %(title)s is not here yet: add it with the permission.")
            % {"title": instrument.title},
            code="text",
        )


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
