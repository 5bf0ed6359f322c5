"""Keep the permission or licence for an instrument, with the wording that came with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from outcomes.engine.wordings import read_wording, wording_faults
from outcomes.models import InstrumentGrant

if TYPE_CHECKING:
    from datetime import date, datetime

    from accounts.models import Organization
    from outcomes.models import Instrument

MAX_BYTES = 200_000


@transaction.atomic
def grant_instrument(
    *,
    instrument: Instrument,
    organization: Organization | None,
    kind: str,
    holder: str,
    reference: str,
    valid_from: date | None = None,
    valid_until: date | None = None,
    file: bytes = b"",
    file_name: str = "",
) -> InstrumentGrant:
    """Keep a grant. A wording must be whole: a text for each item that has none.

    Args:
        organization: whom it was given to; None: the practice, for all its clients.
        file: CSV (id,text) or YAML (ids to texts), by the ending of `file_name`.

    Raises:
        ValidationError: on `file`, `valid_until` or a field of the grant.
    """
    if valid_from and valid_until and valid_until < valid_from:
        raise ValidationError({"valid_until": _("It ends before it begins.")})
    grant = InstrumentGrant(
        instrument=instrument,
        organization=organization,
        kind=kind,
        holder=holder,
        reference=reference,
        valid_from=valid_from,
        valid_until=valid_until,
        texts=_wording(instrument, file, file_name) if file else {},
    )
    grant.full_clean()
    grant.save()
    return grant


def _wording(instrument: Instrument, file: bytes, file_name: str) -> dict[str, str]:
    if len(file) > MAX_BYTES:
        raise ValidationError({"file": _("The file is too large for a questionnaire.")})
    try:
        wording = read_wording(file, is_yaml=file_name.lower().endswith((".yaml", ".yml")))
    except ValueError as error:
        raise ValidationError(
            {"file": _("This cannot be read: %(why)s.") % {"why": error}}
        ) from None
    if found := wording_faults(instrument.parsed, wording):
        raise ValidationError({"file": found[:10]})
    return wording


@transaction.atomic
def end_grant(*, grant: InstrumentGrant, now: datetime) -> InstrumentGrant:
    """Let a grant end today. A round that is open goes on; none opens from tomorrow on."""
    locked = InstrumentGrant.objects.select_for_update().get(pk=grant.pk)
    today = now.date()
    if locked.valid_until is None or locked.valid_until > today:
        locked.valid_until = today
        if locked.valid_from and locked.valid_from > today:
            locked.valid_from = today
        locked.save(update_fields=["valid_from", "valid_until", "updated_at"])
    return locked
