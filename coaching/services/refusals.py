"""Why something about a booking cannot be done, in words for the person who asked."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_WORDS = {
    "slot_taken": _("That time was just taken."),
    "too_late": _("It is too late for that now."),
    "beyond_horizon": _("That is further ahead than times are open."),
    "cap_reached": _("No more sessions fit in that day or period."),
    "clinician_busy": _("You already have something booked at that time."),
    "no_hours": _("The contract has no hours left. Your contact at the practice can help."),
    "outside_contract": _("That day lies outside the contract."),
    "not_enrolled": _("Sessions can be booked while you take part in the program."),
    "no_coach": _("Nobody of your program offers that time."),
    "full": _("All places are taken."),
    "not_full": _("A place is free: you can take it now."),
    "already_waiting": _("You are on the waitlist already."),
    "coach_full": _("This coach takes on nobody new at the moment."),
    "offer_over": _("This place went on to the next person."),
    "another_group": _("Another group suits better. Your contact at the practice can help."),
    "too_small": _("More people have a place already."),
    "already_booked": _("You already have a place in this session."),
    "not_open": _("This session cannot be booked."),
    "stale": _("This session was changed meanwhile. Please look again."),
    "not_live": _("This booking has already ended."),
    "inside_notice": _("It is too close to the session to move it."),
    "too_many_moves": _("This session was moved as often as the contract allows."),
    "already_started": _("The session has already begun."),
    "not_started": _("The session has not begun yet."),
    "invalid_state": _("That is not a possible outcome."),
    "key_reused": _("This form was already sent with other details. Please open it again."),
    "series_length": _("A series has at least one and at most 26 sessions."),
    "others_refused": _("Free, but not booked: the series is booked as a whole or not at all."),
    "busy": _("Many people are booking right now. Please try again in a moment."),
    "try_again": _("That did not work. Please try again."),
}

CODES = frozenset(_WORDS)


def words(code: str) -> str:
    """Return what a code says."""
    return str(_WORDS[code])


def refuse(code: str) -> ValidationError:
    """Return the refusal to raise. A view answers 409, but "busy" 503 and "key_reused" 422."""
    return ValidationError(_WORDS[code], code=code)
