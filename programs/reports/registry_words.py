"""Why a line would be refused, in words for whoever can mend it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

_WORDS = {
    "provider_id": _("The provider's number has seven digits."),
    "activity_id": _("The number of the activity has nine digits."),
    "credits": _("Credit comes in quarters."),
    "completed_on": _("The completion lies in the future."),
    "permission": _("The learner has not let their credit be reported."),
    "name": _("First and last name are needed."),
    "birthday": _("Month and day of birth are needed; no year."),
    "npi": _("An NPI has ten digits, and the last one checks the others."),
    "license_state": _("Use the two letters of the licensing state."),
    "license": _("A license number or an NPI is needed."),
    "board_id": _("The board asks for its own number of the learner."),
    "ended": _("The claim was taken back. Note what the registry said of this line."),
    "sealed": _("The record cannot be opened: the learner has to give it again."),
}


def fault_words(code: str) -> str:
    return str(_WORDS[code])
