"""The dry run of a roster: what an import would do with each row. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Unit, User
from programs.engine.roster_columns import EMAIL, FIRST_NAME, LAST_NAME, NAME, PROFESSION, UNIT
from programs.engine.roster_files import RosterRow
from programs.engine.roster_rows import Finding, Person, read_people
from programs.models import Enrollment

if TYPE_CHECKING:
    from programs.models import Roster

SHOWN_VALUE = 60  # characters of a cell that a page repeats
FIELD_LABELS = {
    EMAIL: _("E-mail"),
    NAME: _("Name (both parts in one column)"),
    FIRST_NAME: _("First name"),
    LAST_NAME: _("Last name"),
    UNIT: _("Unit, ward or department"),
    PROFESSION: _("Profession or role"),
}
REASONS = {
    "missing_email": _("No e-mail address."),
    "malformed_email": _("This is not a complete e-mail address."),
    "foreign_letters": _("The address has a letter that only looks like a plain one."),
    "duplicate_in_file": _("The same address stands in an earlier row."),
    "formula": _("The cell begins like a formula. Type the plain words."),
    "too_long": _("This is longer than a name can be. Is it the right column?"),
    "no_seats": _("All seats of the contract are taken."),
    "inactive": _("This person's account is deactivated."),
}


@dataclass(frozen=True)
class NewUnit:
    """A unit that the organization does not have yet; `similar` is one it has."""

    name: str
    rows: int
    similar: str


@dataclass(frozen=True)
class RowError:
    """One row that is not imported, in words."""

    number: int
    column: str
    value: str
    code: str
    reason: str


@dataclass(frozen=True)
class RosterCheck:
    good: tuple[Person, ...]
    unchanged: tuple[Person, ...]  # already of this cohort
    errors: tuple[RowError, ...]
    new_units: tuple[NewUnit, ...]
    elsewhere: int  # of the good: people who have an account with another organization
    nameless: int  # of the good
    seats_left: int

    @property
    def rows(self) -> int:
        return len(self.good) + len(self.unchanged) + len(self.errors)


def check_roster(roster: Roster, *, seats_left: int) -> RosterCheck:
    """Say what importing `roster` would do now: five queries, whatever its length."""
    people, findings = read_people(
        (RosterRow(number, tuple(cells)) for number, cells in roster.rows), roster.column_map
    )
    organization = roster.cohort.engagement.organization
    emails = [person.email for person in people]
    inactive = set(
        User.objects.filter(email__in=emails, is_active=False).values_list("email", flat=True)
    )
    enrolled = set(
        Enrollment.objects.filter(
            cohort=roster.cohort,
            clinician__email__in=emails,
            voided_at=None,
            transferred_out_at=None,
        ).values_list("clinician__email", flat=True)
    )
    unchanged = [person for person in people if person.email in enrolled]
    asked = [person for person in people if person.email not in enrolled]
    findings += [
        Finding(p.number, EMAIL, p.email, "inactive") for p in asked if p.email in inactive
    ]
    asked = [person for person in asked if person.email not in inactive]
    good, beyond = asked[: max(0, seats_left)], asked[max(0, seats_left) :]
    findings += [Finding(person.number, EMAIL, person.email, "no_seats") for person in beyond]
    elsewhere = (
        Membership.objects.live()
        .filter(user__email__in=[person.email for person in good])
        .exclude(organization=organization)
        .values("user")
        .distinct()
        .count()
    )
    return RosterCheck(
        good=tuple(good),
        unchanged=tuple(unchanged),
        errors=tuple(_in_words(findings, roster.header, roster.column_map)),
        new_units=_new_units(good, Unit.objects.filter(organization=organization)),
        elsewhere=elsewhere,
        nameless=sum(not person.name for person in good),
        seats_left=seats_left,
    )


def _in_words(
    findings: Iterable[Finding], header: list[str], columns: Mapping[str, int]
) -> Iterable[RowError]:
    for finding in sorted(findings, key=lambda finding: finding.number):
        place = columns.get(finding.field, columns.get(LAST_NAME))
        value = finding.value
        reason = str(REASONS[finding.code])
        if finding.other_row:
            reason = str(_("The same address stands in row %(row)s.") % {"row": finding.other_row})
        yield RowError(
            number=finding.number,
            column=header[place] if place is not None and place < len(header) else "",
            value=value if len(value) <= SHOWN_VALUE else f"{value[: SHOWN_VALUE - 1]}…",
            code=finding.code,
            reason=reason,
        )


def _new_units(people: Iterable[Person], units: Iterable[Unit]) -> tuple[NewUnit, ...]:
    known = {unit.name.casefold(): unit.name for unit in units}
    found: dict[str, tuple[str, int]] = {}
    for person in people:
        key = person.unit.casefold()
        if key and key not in known:
            name, rows = found.get(key, (person.unit, 0))
            found[key] = (name, rows + 1)
    new = []
    for key, (name, rows) in list(found.items())[:200]:
        similar = get_close_matches(key, known, n=1, cutoff=0.8)
        new.append(NewUnit(name, rows, known[similar[0]] if similar else ""))
    return tuple(new)
