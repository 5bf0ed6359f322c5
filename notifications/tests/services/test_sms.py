"""What becomes of a text message: number, answers, silence, a sender that died."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.kinds import Rendered
from notifications.models import DeliveryPreference, Message
from notifications.services.dispatch import dispatch_due
from notifications.tests.factories import NOW, MessageFactory, SmsFactory
from notifications.tests.sms import DROP

pytestmark = pytest.mark.django_db


def test_a_due_sms_goes_to_the_verified_number_with_the_short_text(desk, provider, post):
    sms, mail = SmsFactory(), MessageFactory()

    assert dispatch_due(now=NOW).counts == {"sent": 2}

    sms.refresh_from_db()
    assert (sms.state, sms.provider_id) == ("sent", "201 sms-1")
    assert provider.taken[0]["to"] == "+15550001111"
    assert provider.taken[0]["text"] == "Hello, 07:00."
    assert provider.taken[0]["reference"] == sms.sms_reference
    assert post.ids == [mail.message_id]


def test_the_reference_tells_the_provider_nothing(desk, provider):
    sms = SmsFactory(dedupe_key="coaching.session_reminder:5:1:7:24h:sms")

    assert "coaching" not in sms.sms_reference
    assert sms.sms_reference == Message.objects.get().sms_reference


def test_the_number_is_the_one_of_now(desk, provider):
    sms = SmsFactory()
    DeliveryPreference.objects.update(phone="+15550002222")

    dispatch_due(now=NOW)

    assert provider.taken[0]["to"] == "+15550002222"
    sms.refresh_from_db()
    assert sms.state == "sent"


def test_without_a_number_it_has_failed(desk, provider):
    sms = SmsFactory(phone="")

    dispatch_due(now=NOW)

    sms.refresh_from_db()
    assert (sms.state, sms.last_error_code) == ("failed", "no_number")
    assert provider.taken == []


def test_a_kind_may_name_a_number_that_is_not_verified_yet(desk, provider):
    desk.render = lambda message: Rendered(
        subject="", text="", short="Your code is 123456.", number="+15550003333"
    )
    SmsFactory(phone="")

    dispatch_due(now=NOW)

    assert provider.taken[0]["to"] == "+15550003333"


@pytest.mark.parametrize(
    ("status", "state"), [(422, "failed"), (503, "pending"), (500, "unknown"), (DROP, "unknown")]
)
def test_an_answer_decides_the_state(desk, provider, status, state):
    provider.answers.append(status)
    sms = SmsFactory()

    dispatch_due(now=NOW)

    sms.refresh_from_db()
    assert sms.state == state


@pytest.mark.parametrize("status", [500, DROP])
def test_after_silence_the_provider_is_asked(desk, provider, status):
    provider.answers.append(status)
    sms = SmsFactory()
    provider.known[sms.sms_reference] = "sms-77"

    dispatch_due(now=NOW)

    sms.refresh_from_db()
    assert (sms.state, sms.provider_id) == ("sent", "asked sms-77")
    assert len(provider.taken) == 1


@pytest.mark.parametrize(("known", "state"), [("sms-77", "sent"), ("", "unknown")])
def test_of_a_sender_that_died_the_provider_is_asked_and_nothing_is_repeated(
    desk, provider, caplog, known, state
):
    sms = SmsFactory(
        state="sending",
        attempts=1,
        lease_token="00000000-0000-4000-8000-000000000000",
        lease_until=NOW - timedelta(seconds=1),
    )
    if known:
        provider.known[sms.sms_reference] = known

    dispatch_due(now=NOW)

    sms.refresh_from_db()
    assert (sms.state, provider.taken) == (state, [])
    assert ("perhaps delivered" in caplog.text) == (state == "unknown")


def test_a_kind_without_a_short_text_fails_in_the_end(desk, provider):
    desk.render = lambda message: Rendered(subject="Note", text="Hello.")
    sms = SmsFactory()

    for hours in range(8):
        dispatch_due(now=NOW + timedelta(hours=hours))

    sms.refresh_from_db()
    assert (sms.state, sms.last_error_code, provider.taken) == ("failed", "not_made", [])
