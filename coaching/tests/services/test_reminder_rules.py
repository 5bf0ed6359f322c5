"""Whose choice decides when to remind, and what happens to what is owed when it changes."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from coaching.engine.reminders import Lead
from coaching.models import Booking
from coaching.services.bookings import book, cancel, move
from coaching.services.reminder_rules import set_rules
from coaching.services.reminders import remind_anew
from coaching.tests.factories import CoachedEnrollmentFactory, SessionTypeFactory
from notifications.kinds import get_kind
from notifications.models import DeliveryPreference, Message
from notifications.services.reconcile import reconcile

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)
START = datetime(2027, 6, 10, 15, tzinfo=UTC)  # Thursday, 10:00 in Chicago
HOUR = timedelta(hours=1)
EVENING = Lead(days_before=1, at_min=18 * 60)


@pytest.fixture
def enrollment():
    return CoachedEnrollmentFactory(
        clinician__time_zone="America/Chicago",
        cohort__engagement__starts_on=date(2027, 1, 1),
        cohort__engagement__ends_on=date(2027, 12, 31),
    )


@pytest.fixture
def with_sms(enrollment):
    return DeliveryPreference.objects.create(
        person=enrollment.clinician, by_sms=True, phone="+13125550100", phone_verified_at=NOW
    )


def book_at(enrollment, start=START, now=NOW):
    return book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session_type=SessionTypeFactory(length_min=60, step_min=30),
        start=start,
        idem_key=uuid4(),
        now=now,
    )


def reminders(*states, channel="email"):
    rows = Message.objects.filter(
        kind="coaching.session_reminder", channel=channel, state__in=states or ["pending"]
    )
    return [(row.rule, row.due_at) for row in rows.order_by("due_at", "rule")]


def utc(*parts):
    return datetime(2027, 6, *parts, tzinfo=UTC)


def test_person_then_contract_then_practice_then_setting(enrollment):
    book_at(enrollment)
    assert reminders() == [("24h", START - 24 * HOUR), ("1h", START - HOUR)]
    set_rules(leads=[Lead(minutes=120)], now=NOW)
    assert reminders() == [("2h", START - 2 * HOUR)]
    set_rules(engagement=enrollment.cohort.engagement, leads=[EVENING], now=NOW)
    assert reminders() == [("1d-1800", utc(9, 23))]
    set_rules(person=enrollment.clinician, leads=[Lead(minutes=30)], now=NOW)
    assert reminders() == [("30m", START - HOUR / 2)]
    set_rules(person=enrollment.clinician, leads=[], now=NOW)
    assert reminders() == [("1d-1800", utc(9, 23))]


def test_of_another_contract_or_person_is_no_rule_of_mine(enrollment):
    book_at(enrollment)
    other = CoachedEnrollmentFactory()
    set_rules(person=other.clinician, leads=[Lead(minutes=30)], now=NOW)
    set_rules(engagement=other.cohort.engagement, leads=[Lead(minutes=45)], now=NOW)
    assert [rule for rule, _due in reminders()] == ["24h", "1h"]


def test_channels_are_chosen_apart(enrollment, with_sms):
    with_sms.is_quiet = False
    with_sms.save()
    set_rules(person=enrollment.clinician, leads=[Lead("sms", minutes=120)], now=NOW)
    book_at(enrollment)
    assert [rule for rule, _due in reminders()] == ["24h", "1h"]
    assert reminders(channel="sms") == [("2h", START - 2 * HOUR)]


def test_no_sms_without_a_number_and_none_by_mail_if_not_wanted(enrollment, with_sms):
    DeliveryPreference.objects.update(phone="", phone_verified_at=None, by_mail=False)
    book_at(enrollment)
    assert (reminders(), reminders(channel="sms")) == ([], [])


def test_wall_reminders_follow_the_recipients_zone(enrollment):
    set_rules(leads=[EVENING, Lead(minutes=60)], now=NOW)
    book_at(enrollment)
    enrollment.clinician.time_zone = "Europe/Berlin"
    enrollment.clinician.save()
    assert remind_anew(bookings=Booking.objects.all(), now=NOW) == 1
    assert reminders() == [("1d-1800", utc(9, 16)), ("1h", START - HOUR)]


def test_what_was_sent_is_not_sent_again_by_a_change(enrollment):
    booking = book_at(enrollment)
    Message.objects.filter(rule="24h").update(state="sent")
    set_rules(person=enrollment.clinician, leads=[Lead(minutes=1440), Lead(minutes=30)], now=NOW)
    assert reminders("sent") == [("24h", START - 24 * HOUR)]
    assert reminders() == [("30m", START - HOUR / 2)]
    # Back and forth: the row that was taken back is owed again, once.
    set_rules(person=enrollment.clinician, leads=[], now=NOW)
    assert reminders() == [("1h", START - HOUR)]
    booking.refresh_from_db()
    assert booking.rev == 1


def test_a_choice_that_would_have_been_due_is_skipped(enrollment):
    book_at(enrollment)
    set_rules(person=enrollment.clinician, leads=[Lead(minutes=2880)], now=START - 30 * HOUR)
    assert reminders() == []
    assert reminders("skipped_late") == [("48h", START - 48 * HOUR)]


def test_due_at_the_very_moment_of_booking_is_too_late(enrollment):
    book_at(enrollment, now=START - 24 * HOUR)
    assert reminders("skipped_late") == [("24h", START - 24 * HOUR)]
    assert reminders() == [("1h", START - HOUR)]


@pytest.mark.parametrize("minutes", [5, 20161])
def test_leads_have_bounds(enrollment, minutes):
    with pytest.raises(ValidationError):
        set_rules(person=enrollment.clinician, leads=[Lead(minutes=minutes)], now=NOW)


def test_quiet_hours_move_an_sms_and_not_the_mail(enrollment, with_sms):
    start = datetime(2027, 6, 10, 13, tzinfo=UTC)  # 08:00 in Chicago: quiet ends as it begins
    book_at(enrollment, start=start)
    assert reminders() == [("24h", start - 24 * HOUR), ("1h", start - HOUR)]
    # 24 h before is 08:00: quiet is over. 1 h before is quiet: 20:54 the evening before.
    assert reminders(channel="sms") == [("24h", start - 24 * HOUR), ("1h", utc(10, 1, 54))]
    late = Message.objects.get(rule="1h", channel="sms")
    lead = start - late.due_at
    assert late.not_after == start - lead / 4


def test_when_the_evening_is_over_already_only_mail_is_left(enrollment, with_sms):
    DeliveryPreference.objects.update(by_mail=False)
    start = datetime(2027, 6, 10, 13, tzinfo=UTC)
    now = datetime(2027, 6, 10, 3, tzinfo=UTC)  # 22:00
    book_at(enrollment, start=start, now=now)
    assert reminders(channel="sms") == []
    assert ("1h", utc(10, 1, 54)) in reminders("skipped_late", channel="sms")
    assert reminders() == [("1h", start - HOUR)]
    # Neither a reconciler nor a change that changes nothing adds or takes anything.
    before = set(Message.objects.values_list("pk", "state"))
    assert reconcile(now=now + HOUR) == 0
    remind_anew(bookings=Booking.objects.all(), now=now + HOUR)
    assert set(Message.objects.values_list("pk", "state")) == before


def test_two_reminders_that_quiet_moves_to_one_instant_are_one(enrollment, with_sms):
    leads = [Lead("sms", minutes=180), Lead("sms", minutes=240)]
    set_rules(person=enrollment.clinician, leads=leads, now=NOW)
    book_at(enrollment)  # 10:00: both would come before 08:00
    assert len(reminders(channel="sms")) == 1
    assert reminders(channel="sms")[0][1] == utc(10, 13)


def test_the_reconciler_expects_what_the_booking_planned(enrollment, with_sms):
    set_rules(engagement=enrollment.cohort.engagement, leads=[EVENING], now=NOW)
    booking = book_at(enrollment)
    expected = list(get_kind("coaching.session_reminder").expected(NOW))
    planned = Message.objects.filter(kind="coaching.session_reminder", subject_id=booking.pk)
    assert {(owed.rule, owed.channel, owed.due_at) for owed in expected} == set(
        planned.values_list("rule", "channel", "due_at")
    )
    planned.filter(rule="1d-1800").delete()
    assert reconcile(now=NOW) == 1


def test_news_by_sms_go_to_the_one_who_did_not_make_them(enrollment, with_sms):
    booking = book_at(enrollment)
    DeliveryPreference.objects.create(
        person=enrollment.coach, by_sms=True, phone="+13125550101", phone_verified_at=NOW
    )
    noon = datetime(2027, 6, 2, 17, tzinfo=UTC)
    moved = move(
        actor=enrollment.coach,
        booking=booking,
        start=START + HOUR,
        expected_rev=1,
        idem_key=uuid4(),
        now=noon,
    )
    texts = Message.objects.filter(channel="sms").exclude(kind="coaching.session_reminder")
    assert [(row.kind, row.recipient, row.due_at) for row in texts] == [
        ("coaching.booking_moved", enrollment.clinician, noon)
    ]
    night = datetime(2027, 6, 3, 4, tzinfo=UTC)  # 23:00 in Chicago
    cancel(actor=enrollment.coach, booking=moved, expected_rev=2, now=night)
    row = texts.get(kind="coaching.booking_canceled")
    assert (row.recipient, row.due_at) == (enrollment.clinician, utc(3, 13))  # 08:00
