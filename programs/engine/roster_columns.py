"""Guess which column of a roster is what, from its heading and from what stands below it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

EMAIL, NAME, FIRST_NAME, LAST_NAME, UNIT, PROFESSION = FIELDS = (
    "email",
    "name",
    "first_name",
    "last_name",
    "unit",
    "profession",
)

# English, German, Spanish, French, Italian, Portuguese, Dutch; written as `plain()` writes them.
_HEADINGS: Mapping[str, str] = {
    EMAIL: """e mail|email|mail|e mail address|email address|mail address|work email|work e mail
        |business email|company email|email id|e mail id|email work|primary email|staff email
        |mailadresse|e mail adresse|email adresse|e mail dienstlich|dienstliche e mail|mailadresse dienstlich
        |correo|correo electronico|email corporativo|correo corporativo|direccion de correo
        |courriel|adresse mail|adresse email|adresse e mail|adresse electronique|mel
        |posta elettronica|indirizzo email|endereco de email|e mailadres|emailadres|mailadres""",
    FIRST_NAME: """first name|firstname|given name|givenname|forename|fname|first|preferred name
        |preferred first name|vorname|rufname|nombre de pila|nombre|prenom|nome proprio|voornaam""",
    LAST_NAME: """last name|lastname|surname|family name|familyname|lname|last|nachname|familienname
        |zuname|apellido|apellidos|primer apellido|nom de famille|nom|cognome|sobrenome|achternaam""",
    NAME: """name|full name|fullname|employee name|staff name|display name|employee|person|legal name
        |participant|participant name|vor und nachname|vollstandiger name|mitarbeiter|mitarbeiterin
        |mitarbeitername|nombre completo|nombre y apellidos|empleado|nom complet|nom et prenom
        |nom prenom|nome|nome completo|naam|volledige naam|name vorname|nachname vorname
        |last name first name|surname first name|last first""",
    UNIT: """unit|ward|department|dept|team|site|service|clinic|location|unit name|ward name
        |department name|cost center|cost centre|division|work unit|home unit|station|abteilung|bereich
        |klinik|standort|unidad|departamento|servicio|area|sala|centro|unite|departement|pole
        |etablissement|reparto|unita|setor|unidade|afdeling|dienst""",
    PROFESSION: """profession|role|job|job title|title|position|occupation|discipline|job role
        |employee title|job description|credential|credentials|beruf|berufsgruppe|funktion|tatigkeit
        |profesion|puesto|cargo|ocupacion|categoria|metier|fonction|poste|professione|ruolo
        |profissao|funcao|functie|beroep|rol""",
}
_BY_HEADING = {
    heading.strip(): field
    for field, headings in _HEADINGS.items()
    for heading in headings.replace("\n", "").split("|")
}
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NOISE = re.compile(r"[^a-z0-9]+")


def plain(heading: str) -> str:
    """Return a heading in lower case, without accents and punctuation: "E-Mail:" is "e mail"."""
    spelled = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading).casefold().replace("ß", "ss")
    letters = unicodedata.normalize("NFKD", spelled)
    ascii_only = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _NOISE.sub(" ", ascii_only).strip()


def guess_columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """Return field -> column index for the columns that can be told; `rows` are a sample.

    A column of addresses is the e-mail whatever its heading says. With first and last name there
    is no `name`; "nombre" or "nom" alone is one, unless its other half stands beside it.
    """
    found: dict[str, int] = {}
    for place, heading in enumerate(header):
        words = plain(heading)
        field = _BY_HEADING.get(words) or _loosely(words)
        if field and field not in found:
            found[field] = place
    _prefer_addresses(found, len(header), rows)
    if FIRST_NAME in found and LAST_NAME in found:
        found.pop(NAME, None)
    elif NAME in found:
        found.pop(FIRST_NAME, None)
        found.pop(LAST_NAME, None)
    else:
        for half in (FIRST_NAME, LAST_NAME):
            if half in found:
                found[NAME] = found.pop(half)
    return found


def _loosely(words: str) -> str | None:
    """A heading that contains a telling word: "employee e mail (work)", "ward / department"."""
    parts = words.split()
    joined = words.replace("e mail", "email").split()
    if any(part in ("email", "mail", "courriel", "correo") for part in joined):
        return EMAIL
    for field in (FIRST_NAME, LAST_NAME, UNIT, PROFESSION):
        for size in (2, 1):
            for start in range(len(parts) - size + 1):
                phrase = " ".join(parts[start : start + size])
                if phrase not in ("first", "last", "nom", "area") and (
                    _BY_HEADING.get(phrase) == field
                ):
                    return field
    return None


def _prefer_addresses(found: dict[str, int], columns: int, rows: Sequence[Sequence[str]]) -> None:
    """Make the column with most addresses the e-mail, if the guessed one holds fewer."""
    counts = [
        sum(bool(_ADDRESS.fullmatch(row[place].strip())) for row in rows if place < len(row))
        for place in range(columns)
    ]
    best = max(range(columns), key=counts.__getitem__, default=None)
    if best is None or not counts[best]:
        return
    guessed = found.get(EMAIL)
    if guessed is None or not counts[guessed]:
        for field in [field for field, place in found.items() if place == best]:
            del found[field]
        found[EMAIL] = best
