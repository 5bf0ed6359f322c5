from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Invitation
from accounts.services import invitations
from accounts.services.consents import sign
from accounts.services.consents import withdraw as withdraw_consent
from accounts.tests.factories import ConsentFactory, UnitFactory, UserFactory
from notifications.models import Message
from programs.models import Enrollment
from programs.services.enrollments import (
    accept,
    enroll,
    invite_person,
    transfer,
    void,
    withdraw,
)
from programs.signals import enrollment_withdrawn
from programs.tests.factories import CohortFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.fixture
def consultant():
    return UserFactory(practice_role="consultant")


@pytest.fixture
def cohort():
    return CohortFactory()


@pytest.fixture
def told():
    """Enrollments that the apps above heard of."""
    heard = []

    def hear(sender, enrollment, **kwargs):
        heard.append(enrollment.pk)

    enrollment_withdrawn.connect(hear)
    yield heard
    enrollment_withdrawn.disconnect(hear)


def code_of(call, **arguments):
    with pytest.raises(ValidationError) as refusal:
        call(**arguments)
    return refusal.value.code


def test_enroll_gives_an_invited_place_once(cohort, consultant):
    person = UserFactory(profession="nurse")
    first = enroll(cohort=cohort, user=person, by=consultant, now=NOW)
    second = enroll(cohort=cohort, user=person, by=consultant, now=NOW)

    assert first == second
    assert (first.state, first.profession, first.invited_at) == ("invited", "nurse", NOW)


def test_enroll_refuses_beyond_the_seats(cohort, consultant):
    cohort.engagement.seats = 1
    cohort.engagement.save()
    seated = EnrollmentFactory(cohort=cohort)
    arguments = {"cohort": cohort, "user": UserFactory(), "by": consultant, "now": NOW}

    assert code_of(enroll, **arguments) == "no_seats"
    withdraw(enrollment=seated, by=consultant, now=NOW)
    assert enroll(**arguments).state == "invited"


def test_enroll_stays_inside_the_organization(cohort, consultant):
    group = CohortFactory().groups.create(name="Elsewhere")
    arguments = {"cohort": cohort, "user": UserFactory(), "by": consultant, "now": NOW}

    assert code_of(enroll, group=group, **arguments) == "wrong_cohort"
    assert code_of(enroll, unit=UnitFactory(), **arguments) == "wrong_unit"
    cohort.closed_at = NOW
    cohort.save()
    assert code_of(enroll, **arguments) == "closed"


def test_inviting_one_person_owes_one_mail(cohort, consultant):
    for _ in range(2):
        invite_person(cohort=cohort, email="A@x.org", name="Asha", by=consultant, now=NOW)

    enrollment = Enrollment.objects.get()
    assert (enrollment.clinician.email, enrollment.state) == ("a@x.org", "invited")
    assert Message.objects.filter(kind="accounts.invitation").count() == 1


def test_accepting_the_invitation_begins_every_waiting_place_of_the_organization(
    cohort, consultant
):
    second = CohortFactory(engagement=cohort.engagement)
    elsewhere = CohortFactory()
    invite_person(cohort=cohort, email="a@x.org", name="Asha", by=consultant, now=NOW)
    person = Enrollment.objects.get().clinician
    for other in (second, elsewhere):
        enroll(cohort=other, user=person, by=consultant, now=NOW)

    invitations.accept(
        invitation=Invitation.objects.get(),
        typed_name="Asha Nair",
        name="",
        password=None,
        now=NOW,
    )

    states = {row.cohort_id: row.state for row in Enrollment.objects.all()}
    assert states == {cohort.pk: "active", second.pk: "active", elsewhere.pk: "invited"}
    active = Enrollment.objects.get(cohort=cohort)
    assert (active.accepted_at, active.consent.typed_name) == (NOW, "Asha Nair")


def test_accept_needs_the_persons_own_signature(cohort):
    place = EnrollmentFactory(cohort=cohort, accepted_at=None)
    organization = cohort.engagement.organization
    foreign = ConsentFactory(user=place.clinician)
    of_another = ConsentFactory(disclosure__organization=organization)
    own = ConsentFactory(user=place.clinician, disclosure__organization=organization)

    assert code_of(accept, enrollment=place, consent=foreign, now=NOW) == "wrong_consent"
    assert code_of(accept, enrollment=place, consent=of_another, now=NOW) == "wrong_consent"
    assert accept(enrollment=place, consent=own, now=NOW).state == "active"


def test_accepting_twice_keeps_the_first_signature(cohort):
    place = EnrollmentFactory(cohort=cohort)
    later = sign(
        user=place.clinician, disclosure=place.consent.disclosure, typed_name="Again", now=NOW
    )

    assert accept(enrollment=place, consent=later, now=NOW).consent == place.consent


def test_withdrawing_tells_the_apps_above_once(cohort, consultant, told):
    place = EnrollmentFactory(cohort=cohort)
    for _ in range(2):
        withdraw(enrollment=place, by=consultant, reason="moved away", now=NOW)

    place.refresh_from_db()
    assert (place.state, place.ended_reason) == ("withdrawn", "moved away")
    assert told == [place.pk]


def test_taking_a_signature_back_ends_what_was_begun_under_it(cohort, told):
    place = EnrollmentFactory(cohort=cohort)
    other = EnrollmentFactory(cohort=cohort)

    withdraw_consent(
        user=place.clinician, disclosure=place.consent.disclosure, typed_name="Asha Nair", now=NOW
    )

    place.refresh_from_db()
    other.refresh_from_db()
    assert (place.state, other.state) == ("withdrawn", "active")
    assert told == [place.pk]


def test_revoking_an_invitation_frees_the_waiting_place(cohort, consultant):
    place = invite_person(cohort=cohort, email="a@x.org", by=consultant, now=NOW)
    kept = EnrollmentFactory(cohort=cohort)

    invitations.revoke(invitation=Invitation.objects.get(), now=NOW)

    place.refresh_from_db()
    kept.refresh_from_db()
    assert (place.state, kept.state) == ("void", "active")
    again = invite_person(cohort=cohort, email="a@x.org", by=consultant, now=NOW)
    assert (again.pk != place.pk, again.state) == (True, "invited")


def test_transfer_moves_the_signature_within_the_organization(cohort, consultant, told):
    place = EnrollmentFactory(cohort=cohort)
    to = CohortFactory(engagement=cohort.engagement)

    moved = transfer(enrollment=place, to=to, by=consultant, now=NOW)

    place.refresh_from_db()
    assert (place.state, moved.state, moved.cohort) == ("transferred_out", "active", to)
    assert moved.consent == place.consent
    assert told == [place.pk]
    elsewhere = {"enrollment": moved, "to": CohortFactory(), "by": consultant, "now": NOW}
    assert code_of(transfer, **elsewhere) == "other_organization"


def test_a_void_place_cannot_be_withdrawn_and_its_seat_is_free(cohort, consultant):
    place = EnrollmentFactory(cohort=cohort)
    void(enrollment=place, by=consultant, reason="duplicate", now=NOW)

    assert code_of(withdraw, enrollment=place, by=consultant, now=NOW) == "not_open"
    again = enroll(cohort=cohort, user=place.clinician, by=consultant, now=NOW)
    assert again.pk != place.pk
