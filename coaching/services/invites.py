"""The calendar file of a booking, for its page: the same entry as in the mail."""

from __future__ import annotations

from coaching.models import Booking
from coaching.notices.calendars import calendar_for


def invite_file(*, booking: Booking) -> bytes:
    """Return the .ics text of a clinician's booking: same UID and SEQUENCE as in the mails."""
    return calendar_for(
        booking=booking,
        recipient=booking.clinician,
        method="REQUEST" if booking.is_live else "CANCEL",
        stamp=booking.updated_at,
    )
