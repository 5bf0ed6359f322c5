"""Free times as the picker shows them: beside the viewer's own shifts, if there is a rota."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from coaching.engine.rota import Fit, Rota, Seat
from coaching.engine.wall_clock import from_epoch
from coaching.services.rotas import rota_of
from coaching.services.slots import OpenDay, OpenSlot

# A time under its heading: (heading, [(key, start)]), or (key, start) under the part of the day.
Choice = tuple[str, datetime] | tuple[str, list[tuple[str, datetime]]]


def own_rota(
    days: Sequence[OpenDay], *, viewer: User, clinician: User, length_min: int
) -> Rota | None:
    """Return the rota beside which these times lie; one query.

    To the clinician herself only: nobody else may learn from the page when she works.
    """
    slots = [slot.starts_at for day in days for slot in day.slots]
    if viewer.pk != clinician.pk or not slots:
        return None
    return rota_of(clinician, min(slots), max(slots) + timedelta(minutes=length_min))


def first_welcome(days: Sequence[OpenDay], rota: Rota | None, length_min: int) -> list[OpenDay]:
    """Return the first day with a time that meets no shift, else the first; none if there is none."""
    if rota is None:
        return list(days[:1])
    for day in days:
        if any(not _seat(rota, slot, length_min).fit.is_warning for slot in day.slots):
            return [day]
    return list(days[:1])


def slot_choices(days: Sequence[OpenDay], rota: Rota | None, length_min: int) -> list[Choice]:
    """Return the choices of a slot field: clean times first, those that meet a shift last."""
    slots = [slot for day in days for slot in day.slots]
    if rota is None:
        return [(slot.key, slot.starts_at) for slot in slots]
    choices: list[Choice] = []
    headed: dict[str, list[tuple[str, datetime]]] = {}
    seats = [(slot, _seat(rota, slot, length_min)) for slot in slots]
    for slot, seat in sorted(seats, key=lambda pair: (pair[1].fit.is_warning, pair[0].start)):
        if seat.fit is Fit.FREE or seat.shift is None:
            choices.append((slot.key, slot.starts_at))
            continue
        heading = _heading(seat, seat.shift)
        if heading not in headed:
            headed[heading] = []
            choices.append((heading, headed[heading]))
        headed[heading].append((slot.key, slot.starts_at))
    return choices


def _seat(rota: Rota, slot: OpenSlot, length_min: int) -> Seat:
    return rota.seat(slot.start, slot.start + length_min * 60)


def _heading(seat: Seat, shift: tuple[int, int]) -> str:
    start, end = (timezone.localtime(from_epoch(edge)) for edge in shift)
    times = {"from": f"{start:%H:%M}", "until": f"{end:%H:%M}"}
    match seat.fit:
        case Fit.BEFORE:
            return _("Before your shift at %(from)s") % times
        case Fit.AFTER:
            return _("After your shift until %(until)s") % times
        case Fit.CLOSE:
            return _("Close to your shift, %(from)s to %(until)s") % times
        case Fit.SLEEP:
            return _("Hours to sleep after your night shift") % times
    return _("During your shift, %(from)s to %(until)s") % times
