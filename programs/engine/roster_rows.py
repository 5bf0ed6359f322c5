"""From cells to people: what a roster's rows say, and what is wrong with them by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from programs.engine.roster_columns import EMAIL, FIRST_NAME, LAST_NAME, NAME, PROFESSION, UNIT
from programs.engine.roster_files import RosterRow

FORMULA_START = ("=", "+", "-", "@")
LONGEST = {EMAIL: 254, NAME: 150, UNIT: 120, PROFESSION: 80}
_LOCAL = r"[A-Za-z0-9!#$%&'*/?^_`{|}~][A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{0,63}"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]")
_IN_BRACKETS = re.compile(r"[^<>]*<([^<>]+)>")
_CREDENTIAL = re.compile(r"[A-Z][A-Za-z.]*[A-Z.][A-Za-z.-]*|[A-Z]\.?")


@dataclass(frozen=True)
class Person:
    """One usable row: `email` in lower case, the rest as written."""

    number: int
    email: str
    name: str
    unit: str
    profession: str


@dataclass(frozen=True)
class Finding:
    """Why a row is not imported. `field` is one of ours; `other_row` where the same address
    stands first."""

    number: int
    field: str
    value: str
    code: str
    other_row: int = 0


def read_people(
    rows: Iterable[RosterRow], columns: Mapping[str, int]
) -> tuple[list[Person], list[Finding]]:
    """Return the usable rows in file order, and one finding for each of the others.

    Codes: missing_email, malformed_email, foreign_letters, duplicate_in_file, formula, too_long.
    Of rows with the same address (whatever case and spaces) the first is used.
    """
    people: list[Person] = []
    findings: list[Finding] = []
    first_seen: dict[str, int] = {}
    for row in rows:
        cells = {field: row.cells[place] for field, place in columns.items()}
        person = Person(
            number=row.number,
            email=_email(cells.get(EMAIL, "")),
            name=_name(cells),
            unit=cells.get(UNIT, ""),
            profession=cells.get(PROFESSION, ""),
        )
        problem = _problem(person, cells)
        if problem is None and person.email in first_seen:
            problem = Finding(
                row.number, EMAIL, person.email, "duplicate_in_file", first_seen[person.email]
            )
        if problem:
            findings.append(problem)
        else:
            first_seen[person.email] = row.number
            people.append(person)
    return people, findings


def _problem(person: Person, cells: Mapping[str, str]) -> Finding | None:
    raw = cells.get(EMAIL, "")
    if not person.email:
        return Finding(person.number, EMAIL, raw, "missing_email")
    if not person.email.isascii():
        # Letters that only look like a, e or o lead the mail to somebody else.
        return Finding(person.number, EMAIL, raw, "foreign_letters")
    if len(person.email) > LONGEST[EMAIL] or not _valid(person.email):
        return Finding(person.number, EMAIL, raw, "malformed_email")
    for field, value in cells.items():
        if field != EMAIL and value.startswith(FORMULA_START):
            return Finding(person.number, field, value, "formula")
    for field in (NAME, UNIT, PROFESSION):
        value = str(getattr(person, field))
        if len(value) > LONGEST[field]:
            return Finding(person.number, field, value, "too_long")
    return None


def _valid(email: str) -> bool:
    local = email.partition("@")[0]
    return bool(_EMAIL.fullmatch(email)) and ".." not in local and not local.endswith(".")


def _email(cell: str) -> str:
    if brackets := _IN_BRACKETS.fullmatch(cell):
        cell = brackets[1]
    return cell.strip().removeprefix("mailto:").strip().lower()


def _name(cells: Mapping[str, str]) -> str:
    if FIRST_NAME in cells or LAST_NAME in cells:
        return f"{cells.get(FIRST_NAME, '')} {cells.get(LAST_NAME, '')}".strip()
    name = cells.get(NAME, "")
    last, comma, first = (part.strip() for part in name.partition(","))
    if comma and last and first and "," not in first and not _CREDENTIAL.fullmatch(first):
        return f"{first} {last}"  # "Lind, Maya", but not "Maya Lind, RN"
    return name
