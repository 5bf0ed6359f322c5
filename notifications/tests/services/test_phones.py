"""A number is kept once its code came back; codes are few, short-lived and not in the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from notifications.backends.numbers import find_number
from notifications.kinds import get_kind
from notifications.models import DeliveryPreference, Message, PhoneCode
from notifications.notices import code_of
from notifications.services.phones import enter_code, forget_phone, send_code
from notifications.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
PHONE = "+13125550100"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def person():
    return UserFactory()


def other_than(code):
    return f"{(int(code_of(code)) + 1) % 10**6:06}"


def test_the_code_goes_to_the_number_and_makes_it_the_persons(person):
    code = send_code(person=person, phone=PHONE, now=NOW)
    message = Message.objects.get()
    assert (message.channel, message.not_after) == ("sms", NOW + 10 * MINUTE)
    with time_machine.travel(NOW, tick=False):
        kind = get_kind(message.kind)
        assert kind.current(message)
        rendered = kind.render(message)
    assert rendered.number == PHONE
    assert rendered.short.startswith(f"{code_of(code)} ")
    assert find_number(person.pk) == ""
    assert enter_code(person=person, typed=f" {code_of(code)} ", now=NOW + MINUTE)
    assert find_number(person.pk) == PHONE
    assert person.delivery_preference.takes_sms
    # Once.
    assert not enter_code(person=person, typed=code_of(code), now=NOW + MINUTE)


def test_no_column_holds_the_code(person):
    code = send_code(person=person, phone=PHONE, now=NOW)
    stored = str(PhoneCode.objects.values().get()) + str(Message.objects.values().get())
    assert code_of(code) not in stored
    assert len({code_of(PhoneCode()) for _ in range(20)}) > 15


def test_five_wrong_tries_end_a_code(person):
    code = send_code(person=person, phone=PHONE, now=NOW)
    for _ in range(5):
        assert not enter_code(person=person, typed=other_than(code), now=NOW)
    assert not enter_code(person=person, typed=code_of(code), now=NOW)
    assert find_number(person.pk) == ""


@pytest.mark.parametrize(
    ("later", "is_good"), [(10 * MINUTE - MINUTE / 60, True), (10 * MINUTE, False)]
)
def test_a_code_ends_after_ten_minutes(person, later, is_good):
    code = send_code(person=person, phone=PHONE, now=NOW)
    assert enter_code(person=person, typed=code_of(code), now=NOW + later) is is_good


def test_a_new_code_ends_the_old_and_anothers_is_worth_nothing(person):
    old = send_code(person=person, phone=PHONE, now=NOW)
    new = send_code(person=person, phone="+13125550199", now=NOW + MINUTE)
    stranger = UserFactory()
    assert not enter_code(person=stranger, typed=code_of(new), now=NOW + MINUTE)
    assert not enter_code(person=person, typed=code_of(old), now=NOW + MINUTE)
    assert enter_code(person=person, typed=code_of(new), now=NOW + MINUTE)
    assert find_number(person.pk) == "+13125550199"


def test_five_codes_a_day(person):
    for number in range(5):
        send_code(person=person, phone=PHONE, now=NOW + number * MINUTE)
    with pytest.raises(ValidationError) as refusal:
        send_code(person=person, phone=PHONE, now=NOW + 6 * MINUTE)
    assert refusal.value.code == "too_many_codes"
    send_code(person=person, phone=PHONE, now=NOW + timedelta(days=1, minutes=1))


@pytest.mark.parametrize("phone", ["3125550100", "+0125550100", "+1312555010x", "+123"])
def test_what_is_no_number_gets_no_code(person, phone):
    with pytest.raises(ValidationError):
        send_code(person=person, phone=phone, now=NOW)
    assert not Message.objects.exists()


def test_forgetting_takes_the_number_out(person):
    code = send_code(person=person, phone=PHONE, now=NOW)
    enter_code(person=person, typed=code_of(code), now=NOW)
    forget_phone(person=person)
    row = DeliveryPreference.objects.get()
    assert (row.phone, row.phone_verified_at, row.takes_sms) == ("", None, False)
