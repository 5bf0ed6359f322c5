"""Credit: offered in advance, evaluated, attested once, printed as awarded, taken back."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import jwt
import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from pypdf import PdfReader

from accounts.tests.factories import UserFactory
from programs import public
from programs.models import (
    Certificate,
    CreditClaim,
    CreditEvaluation,
    CreditOffer,
    ExportState,
    ItemState,
)
from programs.reports.certificate_document import certificate_pdf
from programs.reports.claimable_offers import chances_of, is_covered
from programs.services.certificates import (
    issue_certificate,
    reissue_certificate,
    revoke_certificate,
)
from programs.services.credit_claims import claim_credit, evaluate_activity, take_back_claim
from programs.services.live_slots import record_attendance
from programs.tests.credit import enabled_offer, evaluated
from programs.tests.factories import (
    CohortFactory,
    EnrollmentFactory,
    ItemFactory,
    LiveSlotFactory,
    ProgramVersionFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
FIRST = date(2026, 9, 1)


@pytest.fixture
def enrollment():
    """Completed, with 74 minutes of steps done."""
    joined = datetime(2026, 9, 2, tzinfo=UTC)
    made = EnrollmentFactory(
        cohort=CohortFactory(version__modules=1, starts_on=FIRST, ends_on=date(2026, 12, 1)),
        clinician=UserFactory(name="Ana Silva"), accepted_at=joined, invited_at=joined,
        completed_at=NOW - timedelta(days=1),
    )  # fmt: skip
    ItemState.objects.create(enrollment=made, item=step(made, 74), done_at=NOW - timedelta(days=1))
    issue_certificate(enrollment=made, now=NOW)
    return made


@pytest.fixture
def offer(enrollment):
    return enabled_offer(enrollment.cohort.version, starts_on=FIRST)


def step(enrollment, minutes, **fields):
    module = enrollment.cohort.version.modules.get()
    return ItemFactory(module=module, minutes=minutes, **fields)


def claim(enrollment, offer, amount="1", degree="md"):
    return claim_credit(
        enrollment=enrollment, offer=offer, degree=degree, amount=Decimal(amount), now=NOW
    )


def standing(enrollment) -> Certificate:
    return Certificate.objects.standing().get(enrollment=enrollment)


def text_of(certificate: Certificate) -> str:
    pages = PdfReader(io.BytesIO(certificate_pdf(certificate))).pages
    assert len(pages) == 1
    return " ".join(pages[0].extract_text().split())


def badge_of(certificate: Certificate) -> dict:
    return jwt.decode(certificate.badge, options={"verify_signature": False})


def test_what_is_claimed_is_printed_and_the_maximum_is_not(enrollment, offer):
    evaluated(enrollment, NOW)
    claim(enrollment, offer, "0.75")
    new = standing(enrollment)

    assert new.credits == Decimal("0.75")
    text = text_of(new)
    assert "0.75 AMA PRA Category 1 Credit(s)™ awarded." in text
    assert "Acorn Medical Education, number 1234567" in text
    assert "1.5 AMA" not in text
    assert text.count("Credit(s)") == 1
    assert "no continuing" not in text
    assert badge_of(new)["credentialSubject"]["creditsEarned"] == 0.75
    assert Certificate.objects.filter(enrollment=enrollment).count() == 2
    assert ExportState.objects.get().state == "pending"


def test_without_a_claim_there_is_no_credit_whatever_is_offered(enrollment, offer):
    assert "Completion, no continuing-education credit." in text_of(standing(enrollment))
    assert "creditsEarned" not in badge_of(standing(enrollment))["credentialSubject"]


@pytest.mark.parametrize(
    ("minutes", "most"), [(14, "0"), (74, "1"), (75, "1.25"), (200, "1.5")]
)  # fmt: skip
def test_claimable_follows_the_minutes_done(enrollment, offer, minutes, most):
    ItemState.objects.all().delete()
    done = step(enrollment, minutes)
    ItemState.objects.create(enrollment=enrollment, item=done, done_at=NOW)

    (chance,) = chances_of(enrollment)
    assert (chance.minutes, chance.claimable) == (minutes, Decimal(most))


def test_only_minutes_that_are_designated_count(enrollment, offer):
    slot = LiveSlotFactory(
        cohort=enrollment.cohort, starts_at=NOW - timedelta(days=9), ends_at=NOW - timedelta(days=9) + timedelta(hours=1)
    )  # fmt: skip
    record_attendance(
        enrollment=enrollment, slot=slot, status="present", by=UserFactory(), now=NOW,
        joined_at=slot.starts_at + timedelta(minutes=12),
    )  # fmt: skip
    home = step(enrollment, 90, kind="practice", home={"days": 7})
    ItemState.objects.create(enrollment=enrollment, item=home, done_at=NOW)
    assert chances_of(enrollment)[0].minutes == 74 + 48

    offer.counts_online = False
    offer.save()
    assert chances_of(enrollment)[0].minutes == 48


def test_time_at_a_session_is_what_was_marked_last_and_within_it(enrollment, offer):
    begin = NOW - timedelta(days=9)
    slot = LiveSlotFactory(
        cohort=enrollment.cohort, starts_at=begin, ends_at=begin + timedelta(hours=1)
    )

    def mark(status="present", **times):
        record_attendance(
            enrollment=enrollment, slot=slot, status=status, by=UserFactory(), now=NOW,
            reason="corrected", **times,
        )  # fmt: skip
        return chances_of(enrollment)[0].minutes - 74

    assert mark() == 60
    early, late = begin - timedelta(minutes=30), begin + timedelta(hours=3)
    assert mark(joined_at=early, left_at=late) == 60
    assert mark(joined_at=begin, left_at=begin + timedelta(minutes=20)) == 20
    assert enrollment.events.filter(kind="attended").count() == 1  # times corrected, fact the same
    assert mark(status="excused") == 0
    assert mark() == 60
    slot.state = "cancelled"
    slot.save()
    assert chances_of(enrollment)[0].minutes == 74


def test_another_edition_or_a_place_given_in_error_is_not_covered(enrollment, offer):
    enrollment.voided_at = NOW
    assert chances_of(enrollment) == []

    enrollment.voided_at = None
    assert is_covered(enrollment, offer)
    offer.version = ProgramVersionFactory(modules=0)
    assert not is_covered(enrollment, offer)


@pytest.mark.parametrize(
    ("amount", "code"),
    [("1.25", "too_much"), ("0.8", "not_a_quarter"), ("0", "not_a_quarter"), ("-1", "not_a_quarter")],
)  # fmt: skip
def test_more_than_the_time_or_less_than_a_quarter_is_refused(enrollment, offer, amount, code):
    evaluated(enrollment, NOW)
    with pytest.raises(ValidationError) as refusal:
        claim(enrollment, offer, amount)
    assert refusal.value.code == code
    assert standing(enrollment).credits is None


def test_the_questions_come_first_and_are_kept_as_answered(enrollment, offer):
    with pytest.raises(ValidationError) as refusal:
        claim(enrollment, offer)
    assert refusal.value.code == "evaluation_missing"

    evaluated(enrollment, NOW)
    again = evaluate_activity(
        enrollment=enrollment, intends_change="no", bias="some", outcome="none", now=NOW
    )
    assert again.intends_change == "yes"
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        CreditEvaluation.objects.update(bias="some")


def test_a_nurse_takes_part_in_what_physicians_are_awarded(enrollment, offer):
    evaluated(enrollment, NOW)
    assert claim(enrollment, offer, "1", degree="nurse").amount == 0

    new = standing(enrollment)
    assert new.credits is None
    assert "Participation. No credit was awarded" in text_of(new)
    assert "creditsEarned" not in badge_of(new)["credentialSubject"]
    assert not ExportState.objects.exists()


def test_a_cohort_that_began_before_the_offer_gets_none(enrollment):
    offer = enabled_offer(enrollment.cohort.version, starts_on=FIRST + timedelta(days=1))
    evaluated(enrollment, NOW)

    assert chances_of(enrollment) == []
    with pytest.raises(ValidationError) as refusal:
        claim(enrollment, offer)
    assert refusal.value.code == "offer_closed"


@pytest.mark.parametrize(("hour", "offers"), [(3, 1), (4, 0)])
def test_the_last_day_ends_at_midnight_where_the_cohort_is(enrollment, offer, hour, offers):
    type(enrollment).objects.filter(pk=enrollment.pk).update(
        completed_at=datetime(2027, 9, 2, hour, tzinfo=UTC)
    )
    enrollment.refresh_from_db()
    assert str(enrollment.cohort.zone) == "America/New_York"
    assert len(chances_of(enrollment)) == offers


def test_the_longest_words_keep_to_one_page(enrollment, offer):
    CreditOffer.objects.update(
        provider_name="Wide " * 32, provider_address="Address " * 25, statement="Accredited " * 27,
        place="Place " * 20,
    )  # fmt: skip
    enrollment.clinician.name = "Wolfeschlegelsteinhausenbergerdorff " * 4
    enrollment.clinician.save()
    enrollment.cohort.version.program.title = "A program with a very long title " * 4
    enrollment.cohort.version.program.save()
    evaluated(enrollment, NOW)
    new = public.issue_certificate(
        enrollment=enrollment, offer=offer, attested=Decimal("0.25"), degree="do", now=NOW
    )
    assert "0.25 AMA PRA Category 1 Credit(s)™ awarded." in text_of(new)
    assert new.code in text_of(new)


def test_one_claim_and_it_outlives_a_new_name(enrollment, offer):
    evaluated(enrollment, NOW)
    claim(enrollment, offer)
    with pytest.raises(ValidationError) as refusal:
        claim(enrollment, offer)
    assert refusal.value.code == "claimed_already"

    reissue_certificate(certificate=standing(enrollment), by=UserFactory(), now=NOW)
    assert standing(enrollment).credits == 1
    assert badge_of(standing(enrollment))["credentialSubject"]["creditsEarned"] == 1


def test_taken_back_it_leaves_the_certificate_and_may_be_claimed_again(enrollment, offer):
    evaluated(enrollment, NOW)
    wrong = claim(enrollment, offer)
    take_back_claim(claim=wrong, by=UserFactory(), reason="wrong amount", now=NOW)

    assert standing(enrollment).credits is None
    assert not ExportState.objects.exists()  # it never left: nothing to delete elsewhere
    assert claim(enrollment, offer, "0.5").amount == Decimal("0.5")


def test_what_a_registry_may_know_is_followed_by_a_deletion(enrollment, offer):
    evaluated(enrollment, NOW)
    claim(enrollment, offer)
    ExportState.objects.update(exported_at=NOW)
    revoke_certificate(
        certificate=standing(enrollment), by=UserFactory(), reason="wrong person", now=NOW
    )

    assert set(ExportState.objects.values_list("action", flat=True)) == {"add", "delete"}
    assert not CreditClaim.objects.standing().exists()
    with pytest.raises(ValidationError) as refusal:
        claim(enrollment, offer)
    assert refusal.value.code == "no_certificate"
