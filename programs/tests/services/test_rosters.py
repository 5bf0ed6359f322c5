from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Invitation, Membership, Unit, User
from accounts.tests.factories import MembershipFactory, UnitFactory, UserFactory
from notifications.models import Message
from programs.models import Enrollment, Roster
from programs.services.rosters import (
    commit_roster,
    dry_run,
    empty_old_rosters,
    map_columns,
    upload_roster,
)
from programs.tests.factories import CohortFactory, EnrollmentFactory
from programs.tests.rosters import files

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
HEADER = ("Email", "Name", "Ward")


@pytest.fixture
def cohort():
    return CohortFactory()


@pytest.fixture
def consultant():
    return UserFactory(practice_role="consultant")


@pytest.fixture
def upload(cohort, consultant):
    def uploading(*rows, content=None, into=cohort) -> Roster:
        content = content or files.delimited([HEADER, *rows])
        return upload_roster(cohort=into, content=content, file_name="r.csv", by=consultant)

    return uploading


def commit(roster, by):
    return commit_roster(roster=roster, by=by, now=NOW)


def made() -> tuple[int, ...]:
    return tuple(
        model.objects.count() for model in (User, Membership, Unit, Enrollment, Invitation, Message)
    )


def test_upload_keeps_rows_and_guesses_columns(upload):
    roster = upload(content=files.delimited(delimiter=";", encoding="latin-1"))

    assert roster.header == list(files.HEADER)
    assert roster.rows[1] == [3, list(files.PEOPLE[1])]
    assert roster.column_map == {"email": 0, "name": 1, "unit": 2}


@pytest.mark.parametrize(("content", "code"), [(files.pdf(), "pdf"), (b" ", "empty")])
def test_upload_says_what_a_file_is(upload, content, code):
    with pytest.raises(ValidationError) as refusal:
        upload(content=content)

    assert refusal.value.code == code
    assert Roster.objects.count() == 0


def test_a_dry_run_makes_and_sends_nothing(upload):
    roster = upload(("a@x.org", "Asha", "ICU"))
    before = made()

    assert len(dry_run(roster=roster).good) == 1
    assert made() == before


def test_a_dry_run_names_each_bad_row(upload, cohort):
    EnrollmentFactory(cohort=cohort, clinician__email="known@x.org")
    UserFactory(email="gone@x.org", is_active=False)
    check = dry_run(
        roster=upload(
            ("a@x.org", "Asha", "ICU"),
            ("", "Nobody", "ICU"),
            ("A@X.org ", "Asha again", "ICU"),
            ("a@b", "Short", "ICU"),
            ("known@x.org", "Known", "ICU"),
            ("c@x.org", '=HYPERLINK("x")', "ICU"),
            ("gone@x.org", "Gone", "ICU"),
        )
    )

    assert [person.email for person in check.good] == ["a@x.org"]
    assert [person.email for person in check.unchanged] == ["known@x.org"]
    assert [(error.number, error.column, error.code) for error in check.errors] == [
        (3, "Email", "missing_email"),
        (4, "Email", "duplicate_in_file"),
        (5, "Email", "malformed_email"),
        (7, "Name", "formula"),
        (8, "Email", "inactive"),
    ]
    assert check.rows == 7


def test_a_long_cell_is_echoed_short(upload):
    check = dry_run(roster=upload(("x" * 300, "Asha", "ICU")))

    assert len(check.errors[0].value) == 60


def test_a_dry_run_lists_new_units_and_likely_typos(upload, cohort):
    UnitFactory(organization=cohort.engagement.organization, name="Oncology North")
    check = dry_run(
        roster=upload(
            ("a@x.org", "A", "oncology north"),
            ("b@x.org", "B", "Oncolgy North"),
            ("c@x.org", "C", "ICU"),
            ("d@x.org", "D", "icu"),
        )
    )

    assert [(unit.name, unit.rows, unit.similar) for unit in check.new_units] == [
        ("Oncolgy North", 1, "Oncology North"),
        ("ICU", 2, ""),
    ]


def test_rows_beyond_the_seats_are_errors_in_file_order(upload, cohort):
    cohort.engagement.seats = 2
    cohort.engagement.save()
    EnrollmentFactory(cohort=cohort)

    check = dry_run(roster=upload(("a@x.org", "A", ""), ("b@x.org", "B", "")))

    assert [person.email for person in check.good] == ["a@x.org"]
    assert [error.code for error in check.errors] == ["no_seats"]


def test_people_of_another_organization_are_allowed_and_counted(upload, consultant):
    MembershipFactory(user__email="a@x.org")
    roster = upload(("a@x.org", "A", ""), ("b@x.org", "B", ""))

    assert dry_run(roster=roster).elsewhere == 1
    commit(roster, consultant)
    assert Enrollment.objects.filter(clinician__email="a@x.org").exists()


def test_commit_makes_accounts_places_units_and_owes_mail(upload, cohort, consultant):
    roster = commit(upload(("a@x.org", "Asha Nair", "ICU"), ("b@x.org", "", "")), consultant)

    asha = Enrollment.objects.get(clinician__email="a@x.org")
    assert (asha.state, asha.invited_at, asha.cohort) == ("invited", NOW, cohort)
    assert (asha.clinician.name, asha.unit.name) == ("Asha Nair", "ICU")
    assert asha.unit.organization == cohort.engagement.organization
    membership = asha.clinician.memberships.get()
    assert (membership.role, membership.started_at) == ("clinician", None)
    assert Invitation.objects.filter(sent_at=NOW, role="clinician").count() == 2
    assert Message.objects.filter(kind="accounts.invitation", state="pending").count() == 2
    assert roster.result["invited"] == 2
    assert (roster.state, roster.rows) == ("committed", [])


def test_commit_again_changes_nothing(upload, consultant):
    roster = upload(("a@x.org", "A", "ICU"))
    commit(roster, consultant)
    before = made()

    again = commit(roster, consultant)

    assert again.result["invited"] == 1
    assert made() == before


def test_the_same_file_again_invites_nobody_twice(upload, consultant):
    rows = [("a@x.org", "A", "ICU"), ("b@x.org", "B", "ED")]
    commit(upload(*rows), consultant)
    before = made()

    second = commit(upload(*rows, ("c@x.org", "C", "ICU")), consultant)

    assert second.result["invited"] == 1
    assert second.result["unchanged"] == 2
    assert made() == tuple(
        count + more for count, more in zip(before, (1, 1, 0, 1, 1, 1), strict=True)
    )


def test_names_of_existing_accounts_are_kept(upload, consultant):
    UserFactory(email="a@x.org", name="Asha", profession="")
    commit(upload(("a@x.org", "Someone Else", "ICU")), consultant)

    assert User.objects.get(email="a@x.org").name == "Asha"


def test_errors_are_kept_for_download_after_commit(upload, consultant):
    roster = commit(upload(("a@x.org", "A", ""), ("bad", "B", "")), consultant)

    (error,) = roster.result["errors"]
    assert (error["number"], error["code"], error["value"]) == (3, "malformed_email", "bad")


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"name": 1}, "no_email"),
        ({"email": 0, "name": 0}, "used_twice"),
        ({"email": 9}, "unknown_column"),
        ({"email": 0, "salary": 1}, "unknown_column"),
    ],
)
def test_a_column_map_is_checked(upload, columns, code):
    with pytest.raises(ValidationError) as refusal:
        map_columns(roster=upload(("a@x.org", "A", "")), column_map=columns)

    assert refusal.value.code == code


def test_a_changed_map_is_what_is_imported(upload, consultant):
    roster = upload(("a@x.org", "Asha", "Nurse"))
    roster = map_columns(roster=roster, column_map={"email": 0, "name": 1, "profession": 2})
    commit(roster, consultant)

    enrollment = Enrollment.objects.get()
    assert (enrollment.profession, enrollment.unit) == ("Nurse", None)


def test_a_committed_roster_cannot_be_mapped_again(upload, consultant):
    roster = commit(upload(("a@x.org", "A", "")), consultant)

    with pytest.raises(ValidationError) as refusal:
        map_columns(roster=roster, column_map={"email": 0})

    assert refusal.value.code == "committed"


def test_a_closed_cohort_takes_nobody(upload, cohort, consultant):
    roster = upload(("a@x.org", "A", ""))
    cohort.closed_at = NOW
    cohort.save()

    with pytest.raises(ValidationError) as refusal:
        commit(roster, consultant)

    assert refusal.value.code == "closed"
    assert Enrollment.objects.count() == 0


def test_old_uploads_are_emptied(upload, consultant):
    roster = upload(("a@x.org", "A", ""))
    assert empty_old_rosters(now=roster.created_at + timedelta(days=6)) == 0
    assert empty_old_rosters(now=roster.created_at + timedelta(days=7)) == 1

    with pytest.raises(ValidationError) as refusal:
        commit(roster, consultant)

    assert refusal.value.code == "discarded"
    roster.refresh_from_db()
    assert roster.rows == []


def test_queries_do_not_grow_with_the_rows(upload, consultant, count_queries):
    def queries(count: int, into) -> int:
        into.engagement.seats = 5000
        into.engagement.save()
        roster = upload(content=files.many(count), into=into)
        with count_queries() as captured:
            commit(roster, consultant)
        return len(captured)

    few, many = queries(20, CohortFactory()), queries(400, CohortFactory())

    assert many == few
    assert Enrollment.objects.count() == 420
