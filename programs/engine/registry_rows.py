"""What a registry of credit asks of a learner's record, and what is wrong with one before it goes.

After the credit-reporting checklist of ACCME's Program and Activity Reporting System: name, month
and day of birth without a year, licensing state and license number, or an NPI instead of the
license; the number of the board for maintenance of certification. The draft schema of 2025 asks for
seven digits of a provider and nine of an activity.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from programs.engine.credits import is_quarter

HEADER = (
    "Action",
    "Provider ID",
    "Activity ID",
    "First name",
    "Last name",
    "Birth month",
    "Birth day",
    "License state",
    "License ID",
    "NPI",
    "Credit type",
    "Credits",
    "Completion date",
    "MOC board ID",
    "MOC points",
    "Record",
)
STATES = frozenset(
    [
        *[
            "AL",
            "AK",
            "AZ",
            "AR",
            "CA",
            "CO",
            "CT",
            "DE",
            "DC",
            "FL",
            "GA",
            "HI",
            "ID",
            "IL",
            "IN",
            "IA",
            "KS",
            "KY",
            "LA",
            "ME",
            "MD",
            "MA",
            "MI",
            "MN",
            "MS",
            "MO",
            "MT",
        ],
        *[
            "NE",
            "NV",
            "NH",
            "NJ",
            "NM",
            "NY",
            "NC",
            "ND",
            "OH",
            "OK",
            "OR",
            "PA",
            "RI",
            "SC",
            "SD",
            "TN",
            "TX",
            "UT",
            "VT",
            "VA",
            "WA",
            "WV",
            "WI",
            "WY",
        ],
        *["AS", "GU", "MP", "PR", "VI"],
    ]
)
_LEAP_YEAR = 2024  # the 29th of February is somebody's birthday
NPI_DIGITS, PROVIDER_DIGITS, ACTIVITY_DIGITS = 10, 7, 9


@dataclass(frozen=True)
class Identity:
    """What a learner gave for the registry; all of it sealed in the database."""

    given_name: str = ""
    family_name: str = ""
    birth_month: int = 0
    birth_day: int = 0
    license_state: str = ""
    license_id: str = ""
    npi: str = ""
    board_id: str = ""


@dataclass(frozen=True)
class RegistryRow:
    action: str  # add | delete: a correction is both
    provider_id: str
    activity_id: str
    credit_type: str
    credits: Decimal
    completed_on: date
    moc_points: Decimal | None
    record: str  # ours, opaque: to answer by
    identity: Identity | None  # None: no permission, or taken back

    def cells(self) -> list[str | int | float | None]:
        who = self.identity or Identity()
        return [
            self.action,
            self.provider_id,
            self.activity_id,
            who.given_name,
            who.family_name,
            who.birth_month,
            who.birth_day,
            who.license_state,
            who.license_id,
            who.npi,
            self.credit_type,
            float(self.credits),
            self.completed_on.isoformat(),
            who.board_id if self.moc_points else "",
            float(self.moc_points) if self.moc_points else None,
            self.record,
        ]


def faults_of(row: RegistryRow, *, today: date) -> list[str]:
    """Return a code for each reason for which a registry would refuse the row; none: it may go."""
    found = []
    if not _is_digits(row.provider_id, PROVIDER_DIGITS):
        found.append("provider_id")
    if not _is_digits(row.activity_id, ACTIVITY_DIGITS):
        found.append("activity_id")
    if row.credits <= 0 or not is_quarter(row.credits):
        found.append("credits")
    if row.completed_on > today:
        found.append("completed_on")
    if row.identity is None:
        return [*found, "permission"]
    return found + identity_faults(row.identity, asks_board=bool(row.moc_points))


def identity_faults(who: Identity, *, asks_board: bool = False) -> list[str]:
    """Return a code for each reason for which the person could not be matched."""
    found = []
    if not (who.given_name.strip() and who.family_name.strip()):
        found.append("name")
    if not is_birthday(who.birth_month, who.birth_day):
        found.append("birthday")
    if who.npi and not is_npi(who.npi):
        found.append("npi")
    has_license = bool(who.license_id.strip())
    if has_license and who.license_state not in STATES:
        found.append("license_state")
    if not (has_license or who.npi):
        found.append("license")
    if asks_board and not who.board_id.strip():
        found.append("board_id")
    return found


def is_birthday(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= monthrange(_LEAP_YEAR, month)[1]


def is_npi(number: str) -> bool:
    """Ten digits of which the last checks the others: Luhn over 80840 and the number (CMS)."""
    if not _is_digits(number, NPI_DIGITS):
        return False
    total = 0
    for place, digit in enumerate(reversed(f"80840{number}")):
        doubled = int(digit) * 2 if place % 2 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _is_digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()
