"""Keys are withdrawn while a badge is being signed: no badge is left under a withdrawn key."""

import threading
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from django.db import connection

from programs.models import Certificate, Enrollment
from programs.services import badge_keys, certificates
from programs.tests.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


def withdraw_while_signing(enrollment) -> Certificate:
    """Sign in one connection; withdraw in another between the choice of the key and the row."""
    has_key, is_withdrawn, errors = threading.Event(), threading.Event(), []
    sign = certificates.sign_badge

    def sign_slowly(**arguments):
        has_key.set()
        is_withdrawn.wait(timeout=1)  # under the lock it cannot come: this much is waited
        return sign(**arguments)

    def issue() -> None:
        try:
            mine = Enrollment.objects.get(pk=enrollment.pk)
            certificates.issue_certificate(enrollment=mine, now=NOW)
        except Exception as error:  # noqa: BLE001 - the assertion names it
            errors.append(error)
        finally:
            has_key.set()
            connection.close()

    with patch.object(certificates, "sign_badge", sign_slowly):
        signer = threading.Thread(target=issue)
        signer.start()
        has_key.wait(timeout=20)
        badge_keys.withdraw_keys(now=NOW)
        is_withdrawn.set()
        signer.join()
    assert errors == []
    return Certificate.objects.select_related("badge_key").get()


@pytest.fixture
def enrollment():
    badge_keys.active_key(now=NOW)
    return EnrollmentFactory(completed_at=NOW)


def test_what_was_being_signed_is_signed_anew(enrollment):
    assert withdraw_while_signing(enrollment).badge_key.withdrawn_at is None


def test_without_the_shared_lock_a_badge_stays_under_a_withdrawn_key(enrollment):
    """The twin: it shows that the test above can fail."""
    lock = badge_keys._lock

    def alone_only(*, is_shared: bool = False) -> None:
        if not is_shared:
            lock()

    with patch.object(badge_keys, "_lock", alone_only):
        assert withdraw_while_signing(enrollment).badge_key.withdrawn_at == NOW
