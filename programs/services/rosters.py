"""Import a roster: upload, map its columns, check, commit. Nothing is made or sent before that."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit
from accounts.services.invitation_lists import Invitee, invite_list, send_list
from programs.engine.roster_columns import EMAIL, FIELDS, guess_columns
from programs.engine.roster_files import RosterFileError, read_roster
from programs.models import Enrollment, Roster
from programs.reports.roster_check import RosterCheck, check_roster
from programs.services.engagements import lock_engagement, seats_taken

if TYPE_CHECKING:
    from accounts.models import Organization, User
    from programs.engine.roster_rows import Person
    from programs.models import Cohort

KEPT_FOR = timedelta(days=7)
BATCH = 1000
State = Roster.State
FILE_ERRORS = {
    "empty": gettext_lazy("The file is empty. Choose the file that has the people in it."),
    "too_big": gettext_lazy("The file is larger than 2 MB. Keep only the columns you need."),
    "too_many_rows": gettext_lazy("The file has more than 10,000 rows. Split it into two files."),
    "no_rows": gettext_lazy("The file has column names but no people below them."),
    "pdf": gettext_lazy("This is a PDF, whatever its name says. Ask for the list as CSV or Excel."),
    "xls": gettext_lazy(
        "This is an old Excel file (.xls), or one locked by a password. Open it in Excel and save "
        "it as .xlsx without a password."
    ),
    "zip": gettext_lazy("This is an archive. Unpack it and upload the list inside."),
    "document": gettext_lazy("This is a text document. Copy the table into a spreadsheet first."),
    "other_sheet": gettext_lazy(
        "This spreadsheet has another format. Save it as .xlsx or CSV and upload that."
    ),
    "picture": gettext_lazy("This is a picture. The list is needed as CSV or Excel."),
    "html": gettext_lazy("This is a web page. Open it in Excel and save it as .xlsx."),
    "bomb": gettext_lazy("This workbook unpacks to far more than a roster can hold."),
    "damaged": gettext_lazy("The file is damaged or cut off. Export it once more."),
    "binary": gettext_lazy("This is not a list of people in a form we can read."),
}


@transaction.atomic
def upload_roster(*, cohort: Cohort, content: bytes, file_name: str, by: User) -> Roster:
    """Keep the rows of a file and guess its columns.

    Args:
        content: CSV or XLSX, judged by what it holds and not by `file_name`.

    Raises:
        ValidationError: a code of `FILE_ERRORS`, with a message that says what to do.
    """
    try:
        table = read_roster(content)
    except RosterFileError as error:
        raise ValidationError(FILE_ERRORS[error.code], code=error.code) from error
    sample = [row.cells for row in table.rows[:50]]
    roster = Roster(
        cohort=cohort,
        uploaded_by=by,
        file_name=file_name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        header=list(table.header),
        rows=[[row.number, list(row.cells)] for row in table.rows],
        column_map=guess_columns(table.header, sample),
    )
    roster.clean_fields(exclude=["header", "rows", "column_map", "result"])
    roster.save()
    return roster


@transaction.atomic
def map_columns(*, roster: Roster, column_map: Mapping[str, int]) -> Roster:
    """Say which column is what: field -> index.

    Raises:
        ValidationError: "no_email": no column is the e-mail; "used_twice": one column is two
            things; "unknown_column"; "committed".
    """
    locked = _lock(roster)
    _refuse_closed(locked)
    if EMAIL not in column_map:
        raise ValidationError(_("Choose the column with the addresses."), code="no_email")
    places = list(column_map.values())
    if len(set(places)) != len(places):
        raise ValidationError(_("One column cannot be two things."), code="used_twice")
    if not set(column_map) <= set(FIELDS) or not set(places) <= set(range(len(locked.header))):
        raise ValidationError(_("The file has no such column."), code="unknown_column")
    locked.column_map = dict(column_map)
    locked.state = State.CHECKED
    locked.save(update_fields=["column_map", "state", "updated_at"])
    return locked


def dry_run(*, roster: Roster) -> RosterCheck:
    """What committing would do now. Writes nothing."""
    engagement = roster.cohort.engagement
    return check_roster(roster, seats_left=engagement.seats - seats_taken(engagement))


@transaction.atomic
def commit_roster(*, roster: Roster, by: User, now: datetime) -> Roster:
    """Import the good rows: accounts, memberships, units, places and invitations, all or nothing.

    Checks again under the contract's lock, so two uploads at once take no seat twice. Committing
    again returns the first result. The rows are dropped; the errors stay to be downloaded.

    Raises:
        ValidationError: "no_email"; "discarded"; "closed": the cohort is.
    """
    locked = _lock(roster)
    if locked.state == State.COMMITTED:
        return locked
    _refuse_closed(locked)
    if EMAIL not in locked.column_map:
        raise ValidationError(_("Choose the column with the addresses."), code="no_email")
    if locked.cohort.closed_at is not None:
        raise ValidationError(_("This cohort is closed."), code="closed")
    lock_engagement(locked.cohort.engagement_id)
    check = dry_run(roster=locked)
    units = _units(locked.cohort.engagement.organization, check.good)
    sent = 0
    for start in range(0, len(check.good), BATCH):
        sent += _import(locked.cohort, check.good[start : start + BATCH], units, by, now)
    locked.result = {
        "invited": len(check.good),
        "sent": sent,
        "unchanged": len(check.unchanged),
        "units": len(check.new_units),
        "errors": [asdict(error) for error in check.errors],
    }
    locked.rows = []
    locked.state, locked.committed_at = State.COMMITTED, now
    locked.save()
    return locked


def empty_old_rosters(*, now: datetime) -> int:
    """Drop the rows of uploads that nobody imported within seven days; return how many."""
    return Roster.objects.filter(
        state__in=[State.UPLOADED, State.CHECKED], created_at__lte=now - KEPT_FOR
    ).update(rows=[], state=State.DISCARDED, updated_at=now)


def _import(
    cohort: Cohort,
    people: tuple[Person, ...],
    units: Mapping[str, Unit],
    by: User,
    now: datetime,
) -> int:
    """Import some rows; a dozen queries, however many. Returns how many mails are owed."""
    invitations = invite_list(
        organization=cohort.engagement.organization,
        people=[
            Invitee(
                email=person.email,
                name=person.name,
                profession=person.profession,
                unit=units.get(person.unit.casefold()),
            )
            for person in people
        ],
        invited_by=by,
        now=now,
    )
    Enrollment.objects.bulk_create(
        [
            Enrollment(
                cohort=cohort,
                clinician=(user := invitations[person.email].user),
                unit=units.get(person.unit.casefold()),
                profession=person.profession or user.profession,
                invited_at=now,
            )
            for person in people
        ],
        batch_size=BATCH,
    )
    return send_list(invitations=invitations.values(), now=now)


def _units(organization: Organization, people: Iterable[Person]) -> dict[str, Unit]:
    """Units by name in lower case; those that are missing are made, in their first spelling."""
    known = {unit.name.casefold(): unit for unit in organization.units.all()}
    names: dict[str, str] = {}
    for person in people:
        if person.unit and person.unit.casefold() not in known:
            names.setdefault(person.unit.casefold(), person.unit)
    made = [Unit(organization=organization, name=name) for name in names.values()]
    Unit.objects.bulk_create(made, ignore_conflicts=True, batch_size=BATCH)
    if made:
        known = {unit.name.casefold(): unit for unit in organization.units.all()}
    return known


def _lock(roster: Roster) -> Roster:
    return (
        Roster.objects.select_for_update(of=("self",))
        .select_related("cohort__engagement__organization")
        .get(pk=roster.pk)
    )


def _refuse_closed(roster: Roster) -> None:
    if roster.state == State.COMMITTED:
        raise ValidationError(_("This roster has been imported."), code="committed")
    if roster.state == State.DISCARDED:
        raise ValidationError(
            _("This upload is older than seven days. Please upload the file again."),
            code="discarded",
        )
