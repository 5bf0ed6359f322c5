"""Two claims at the same moment: the enrollment's lock makes the second see the first."""

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from programs.models import Certificate, CreditClaim, CreditOffer, Enrollment, ItemState
from programs.services import credit_claims
from programs.services.certificates import issue_certificate
from programs.tests.credit import enabled_offer, evaluated
from programs.tests.factories import CohortFactory, EnrollmentFactory, ItemFactory

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 2


def claim_at_once(enrollment, offer) -> list[Exception]:
    """Claim from two connections, held back until both are ready."""
    barrier, errors = threading.Barrier(THREADS, timeout=20), []

    def work() -> None:
        try:
            mine = Enrollment.objects.select_related("cohort").get(pk=enrollment.pk)
            barrier.wait()
            credit_claims.claim_credit(
                enrollment=mine,
                offer=CreditOffer.objects.get(pk=offer.pk),
                degree="md",
                amount=Decimal("0.5"),
                now=datetime.now(UTC),
            )
        except Exception as error:  # noqa: BLE001 - the assertion names it
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


@pytest.fixture
def offered():
    now = datetime.now(UTC)
    cohort = CohortFactory(version__modules=1)
    enrollment = EnrollmentFactory(cohort=cohort, completed_at=now)
    item = ItemFactory(module=cohort.version.modules.get(), minutes=60)
    ItemState.objects.create(enrollment=enrollment, item=item, done_at=now - timedelta(days=1))
    issue_certificate(enrollment=enrollment, now=now)
    evaluated(enrollment, now)
    return enrollment, enabled_offer(cohort.version, cohort.starts_on)


def test_of_two_claims_at_once_one_is_awarded(offered):
    errors = claim_at_once(*offered)

    assert [type(error) for error in errors] == [ValidationError]
    assert errors[0].code == "claimed_already"
    assert CreditClaim.objects.count() == 1
    assert Certificate.objects.standing().get().credits == Decimal("0.5")


def test_without_the_lock_the_second_does_not_see_the_first(offered):
    """The twin: both have looked before either writes, and only the constraint is left."""

    def unlocked(enrollment: Enrollment) -> Enrollment:
        return Enrollment.objects.select_related("cohort__version").get(pk=enrollment.pk)

    counts, looked = credit_claims.chance_of, threading.Barrier(THREADS, timeout=20)

    def counted_together(*arguments):
        looked.wait()
        return counts(*arguments)

    # The offer is held by a claim too: the twin takes both locks away.
    unheld = CreditOffer.objects.all()
    with (
        patch.object(credit_claims, "lock_enrollment", unlocked),
        patch.object(credit_claims, "chance_of", counted_together),
        patch.object(CreditOffer.objects, "select_for_update", lambda **_kwargs: unheld),
    ):
        errors = claim_at_once(*offered)

    assert [type(error) for error in errors] in ([IntegrityError], [ValidationError])
    assert "claimed_already" not in {getattr(error, "code", "") for error in errors}
    assert CreditClaim.objects.count() == 1
