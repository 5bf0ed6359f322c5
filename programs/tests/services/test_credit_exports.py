"""Lines for a registry: checked, taken once by whoever may, answered, corrected."""

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AccessLog
from accounts.tests.factories import UserFactory
from programs.engine.registry_rows import Identity
from programs.models import ExportState, ItemState
from programs.services.certificates import issue_certificate
from programs.services.credit_claims import claim_credit, take_back_claim
from programs.services.credit_exports import accept_taken, decide_line, send_again, take_lines
from programs.services.credit_identities import forget_identity, keep_identity
from programs.tests.credit import enabled_offer, evaluated
from programs.tests.factories import CohortFactory, EnrollmentFactory, ItemFactory

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
ANA = Identity("Ana", "Silva", 2, 29, "IL", "=036-1")


@pytest.fixture
def owner():
    return UserFactory(practice_role="owner")


@pytest.fixture
def claims():
    """Of two physicians and a nurse; one physician lets it be reported."""
    cohort = CohortFactory(version__modules=1)
    item = ItemFactory(module=cohort.version.modules.get(), minutes=60)
    offer = enabled_offer(cohort.version, cohort.starts_on)
    made = []
    for name, degree in (("Ana Silva", "md"), ("Ben Tan", "do"), ("Nora Nurse", "nurse")):
        enrollment = EnrollmentFactory(
            cohort=cohort, clinician__name=name, completed_at=NOW - timedelta(days=1)
        )
        ItemState.objects.create(enrollment=enrollment, item=item, done_at=NOW)
        issue_certificate(enrollment=enrollment, now=NOW)
        evaluated(enrollment, NOW)
        made.append(
            claim_credit(
                enrollment=enrollment, offer=offer, degree=degree, amount=Decimal(1), now=NOW
            )
        )
    keep_identity(person=made[0].enrollment.clinician, identity=ANA, now=NOW)
    return made


def take(owner):
    return take_lines(registry="pars", by=owner, now=NOW)


def test_only_lines_without_a_fault_leave_and_their_people_can_see_it(claims, owner):
    lines = take(owner)

    assert [(line.name, line.faults) for line in lines] == [
        ("Ana Silva", ()),
        ("Ben Tan", ("permission",)),
    ]
    assert [line.claim_id for line in ExportState.objects.exclude(exported_at=None)] == [
        claims[0].pk
    ]
    entry = AccessLog.objects.get()
    assert (entry.actor, entry.subject) == (owner, claims[0].enrollment.clinician)
    assert (entry.action, entry.kind) == ("exported", "programs.credit_registry")


def test_who_takes_the_permission_back_stays_behind(claims, owner):
    forget_identity(person=claims[0].enrollment.clinician)
    assert [line.faults for line in take(owner)] == [("permission",), ("permission",)]
    assert not AccessLog.objects.exists()


def test_a_record_sealed_under_a_lost_key_says_so(claims, owner, settings):
    settings.SECRET_KEY = "another"
    assert take(owner)[0].reasons == [
        "The record cannot be opened: the learner has to give it again."
    ]


def test_an_answer_is_noted_once_and_a_refusal_says_why(claims, owner):
    line = ExportState.objects.get(claim=claims[0])
    with pytest.raises(ValidationError) as refusal:
        decide_line(line=line, is_accepted=True, now=NOW)
    assert refusal.value.code == "not_exported"
    take(owner)
    with pytest.raises(ValidationError) as refusal:
        decide_line(line=line, is_accepted=False, reason=" ", now=NOW)
    assert refusal.value.code == "reason_missing"

    refused = decide_line(line=line, is_accepted=False, reason="unknown license", now=NOW)
    again = send_again(line=refused)
    assert (again.state, again.exported_at) == ("pending", None)
    assert send_again(line=refused).pk == again.pk
    with pytest.raises(ValidationError) as refusal:
        decide_line(line=refused, is_accepted=True, now=NOW)
    assert refusal.value.code == "decided_already"


def test_a_correction_deletes_what_was_accepted_and_adds_anew(claims, owner):
    take(owner)
    assert accept_taken(registry="pars", now=NOW) == 1
    take_back_claim(claim=claims[0], by=owner, reason="too much", now=NOW)
    claim_credit(
        enrollment=claims[0].enrollment, offer=claims[0].offer, degree="md",
        amount=Decimal("0.75"), now=NOW,
    )  # fmt: skip

    rows = [(line.row.action, line.row.credits) for line in take(owner) if not line.faults]
    assert rows == [("delete", 1), ("add", Decimal("0.75"))]


def test_a_file_takes_a_line_once_unless_it_is_asked_for_again(claims, owner):
    def names(**options):
        lines = take_lines(registry="pars", by=owner, now=NOW, **options)
        return [line.name for line in lines if not line.faults]

    assert [names(), names(), names(is_again=True)] == [["Ana Silva"], [], ["Ana Silva"]]
    take_back_claim(claim=claims[0], by=owner, reason="too much", now=NOW)
    lines = take_lines(registry="pars", by=owner, is_again=True, now=NOW)
    ended, _permission, delete = lines
    assert ended.faults == ("ended",)
    assert (delete.row.action, delete.faults) == ("delete", ())


def test_what_the_registry_never_had_needs_no_deletion(claims, owner):
    take(owner)
    line = ExportState.objects.get(claim=claims[0])
    take_back_claim(claim=claims[0], by=owner, reason="too much", now=NOW)
    assert claims[0].exports.filter(action="delete").exists()

    decide_line(line=line, is_accepted=False, reason="no such license", now=NOW)
    assert not claims[0].exports.filter(action="delete").exists()


def test_what_was_refused_before_needs_no_deletion_either(claims, owner):
    take(owner)
    line = ExportState.objects.get(claim=claims[0])
    decide_line(line=line, is_accepted=False, reason="no such license", now=NOW)
    take_back_claim(claim=claims[0], by=owner, reason="too much", now=NOW)

    assert not claims[0].exports.filter(action="delete").exists()
    with pytest.raises(ValidationError) as refusal:
        send_again(line=line)
    assert refusal.value.code == "claim_ended"


def test_the_files_hold_the_same_and_run_no_formula(claims, owner, client):
    client.force_login(owner)
    answer = client.get(reverse("programs:credit_export_csv"))
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["Last name"], row["License ID"], row["Credits"]) == ("Silva", "'=036-1", "1.0")
    assert answer.headers["Cache-Control"] == "no-store, private"

    book = load_workbook(
        io.BytesIO(client.get(reverse("programs:credit_export_xlsx") + "?again=1").content)
    )
    learners, behind, counts = (list(sheet.values) for sheet in book)
    assert learners[1][3:5] == ("Ana", "Silva")
    assert behind[1][0::2] == ("Ben Tan", "The learner has not let their credit be reported.")
    assert {row[2:] for row in counts[1:]} == {
        ("MD or equivalent", 1, 0),
        ("DO", 1, 0),
        ("Nurse", 0, 1),
    }


def test_it_needs_a_permission_of_its_own(claims, client):
    consultant = UserFactory(practice_role="consultant")
    clinician = UserFactory()
    permission = Permission.objects.get(codename="export_learners")
    page, file = reverse("programs:credit_export_list"), reverse("programs:credit_export_csv")
    client.force_login(consultant)
    assert client.get(file).status_code == 404

    for person in (consultant, clinician):
        person.user_permissions.add(permission)
    client.force_login(consultant)
    assert client.get(page).status_code == client.get(file).status_code == 200
    assert client.get(reverse("programs:credit_offer_list")).status_code == 404
    client.force_login(clinician)  # not of the practice: the permission gives nothing
    assert client.get(file).status_code == 404


def test_the_page_names_who_waits_and_why_and_no_license(claims, owner, client):
    client.force_login(owner)
    text = client.get(reverse("programs:credit_export_list")).content.decode()

    assert "The learner has not let their credit be reported." in text
    assert "036" not in text
