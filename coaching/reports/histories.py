"""What happened to a booking, in words for those who look after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coaching.models import Booking, BookingEvent

if TYPE_CHECKING:
    from accounts.models import User

_BY_REASON = {
    "moved": _("Moved"),
    "agreed_time": _("Moved back to the agreed time"),
    "reassigned": _("Handed over"),
    "accepted": _("Accepted"),
    "declined": _("Declined"),
    "lapsed": _("Not answered in time"),
    "left_program": _("Canceled: left the program"),
    "group": _("The group was canceled"),
    "other_group": _("Changed to another group"),
    "series": _("Canceled with the rest of its series"),
    "settled": _("Settled by the practice"),
    "override_outside_hours": _("Booked outside the coach's hours"),
    "override_too_late": _("Booked inside the notice"),
    "override_cap_reached": _("Booked over a limit"),
    "override_beyond_horizon": _("Booked further ahead than times are open"),
}
_BY_STATE = {
    "requested": _("Asked for"),
    "booked": _("Booked"),
    "attended": _("Marked: took place"),
    "no_show": _("Marked: did not come"),
    "late_cancel": _("Canceled late"),
    "clinical_duty": _("Called to a patient"),
    "coach_cancel": _("Canceled by the coach"),
    "cancelled": _("Canceled"),
    "declined": _("Declined"),
}


@dataclass(frozen=True)
class Change:
    """One line of a history; `by` is None where the clock did it."""

    at: datetime
    words: str | Promise
    by: User | None


def histories_of(bookings: Sequence[Booking]) -> dict[int, list[Change]]:
    """Return the changes of each booking by its id, the newest first; one query."""
    events = (
        BookingEvent.objects.filter(booking__in=bookings).select_related("actor").order_by("-rev")
    )
    found: dict[int, list[Change]] = {}
    for event in events:
        found.setdefault(event.booking_id, []).append(Change(event.at, _words(event), event.actor))
    return found


def _words(event: BookingEvent) -> str | Promise:
    # "Called to a patient" as the reason of a move: the state stays what it was.
    if event.from_state == event.to_state and event.reason == "clinical_duty":
        return _("Moved: called to a patient")
    told = _BY_REASON.get(event.reason)
    return told if told is not None else _BY_STATE.get(event.to_state, event.to_state)
