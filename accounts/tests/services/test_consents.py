from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Consent
from accounts.services.consents import sign, withdraw
from accounts.signals import consent_withdrawn
from accounts.tests.factories import DisclosureFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def test_sign_keeps_the_hash_of_the_text_and_the_name():
    user, disclosure = UserFactory(), DisclosureFactory()

    consent = sign(user=user, disclosure=disclosure, typed_name="  Asha   Nair ", now=NOW)

    assert (consent.sha256, consent.typed_name, consent.action, consent.at) == (
        disclosure.sha256,
        "Asha Nair",
        "signed",
        NOW,
    )


@pytest.mark.parametrize("typed_name", ["", " ", "A", "\n\t"])
def test_sign_needs_a_name(typed_name):
    with pytest.raises(ValidationError) as refusal:
        sign(user=UserFactory(), disclosure=DisclosureFactory(), typed_name=typed_name, now=NOW)

    assert refusal.value.code == "signature_required"
    assert Consent.objects.count() == 0


def test_withdrawing_adds_a_row_tells_the_apps_above_and_works_once():
    user, disclosure = UserFactory(), DisclosureFactory()
    signed = sign(user=user, disclosure=disclosure, typed_name="Asha Nair", now=NOW)
    heard = []

    def hear(sender, consent, now, **kwargs):
        heard.append((consent.action, now))

    consent_withdrawn.connect(hear)
    later = NOW + timedelta(days=1)
    try:
        withdraw(user=user, disclosure=disclosure, typed_name="Asha Nair", now=later)
        with pytest.raises(ValidationError) as refusal:
            withdraw(user=user, disclosure=disclosure, typed_name="Asha Nair", now=later)
    finally:
        consent_withdrawn.disconnect(hear)

    assert refusal.value.code == "not_signed"
    assert heard == [("withdrawn", later)]
    assert Consent.objects.filter(user=user).count() == 2
    signed.refresh_from_db()
    assert signed.action == "signed"


def test_a_signature_of_somebody_else_cannot_be_withdrawn():
    disclosure = DisclosureFactory()
    sign(user=UserFactory(), disclosure=disclosure, typed_name="Asha Nair", now=NOW)

    with pytest.raises(ValidationError) as refusal:
        withdraw(user=UserFactory(), disclosure=disclosure, typed_name="Tom Reyes", now=NOW)

    assert refusal.value.code == "not_signed"
