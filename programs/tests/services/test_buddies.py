"""Buddies: only who asked, never with who has a say over them, and nobody reads along."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, transaction

from accounts.tests.factories import UserFactory
from core.acting import acting_as
from notifications.kinds import get_kind
from notifications.models import Message
from programs.models import BuddyMessage, BuddyPair, BuddyReport, BuddyWish
from programs.services.buddies import (
    ask_for_buddy,
    leave_buddy,
    report_buddy,
    tend_buddies,
    write_to_buddy,
)
from programs.services.enrollments import withdraw
from programs.tests.factories import CohortFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
TEXT = "CANARY between us"


@pytest.fixture
def cohort(db):
    contact = UserFactory(name="Cora Contact", practice_role="consultant")
    return CohortFactory(contact=contact)


@pytest.fixture
def three(cohort):
    return [EnrollmentFactory(cohort=cohort) for _ in range(3)]


def ask(*enrollments):
    for number, enrollment in enumerate(enrollments):
        ask_for_buddy(enrollment=enrollment, now=NOW + timedelta(minutes=number))


def pairs():
    return {(pair.one, pair.other) for pair in BuddyPair.objects.standing()}


def write(enrollment, text=TEXT, key=None):
    with acting_as(enrollment.clinician_id):
        return write_to_buddy(enrollment=enrollment, text=text, key=key or uuid4(), now=NOW)


def test_only_those_who_asked_are_paired_the_longest_waiting_first(three):
    first, second, third = three
    ask(second)
    assert pairs() == set()
    ask(second, third)
    ask(third)
    assert pairs() == {(second, third)}
    ask(first)
    assert pairs() == {(second, third)}
    assert Message.objects.filter(kind="programs.buddy_found").count() == 2


def test_people_of_another_cohort_are_not_paired(three):
    ask(three[0], EnrollmentFactory())
    assert pairs() == set()


def test_who_leaves_is_free_and_is_not_paired_with_the_same_again(three):
    first, second, third = three
    ask(first, second)
    leave_buddy(enrollment=first, is_over=False, now=NOW)
    assert pairs() == set()
    ask(third)
    assert pairs() == {(first, third)}
    leave_buddy(enrollment=first, is_over=True, now=NOW)
    assert pairs() == {(second, third)}
    assert not BuddyWish.objects.standing().filter(enrollment=first).exists()


def test_who_withdraws_from_the_program_leaves_the_pair(three):
    first, second, third = three
    ask(first, second, third)
    withdraw(enrollment=first, by=None, reason="", now=NOW)
    tend_buddies(now=NOW)
    assert pairs() == {(second, third)}


def test_the_two_read_what_they_write_and_nobody_else_can(three, cohort):
    first, second, third = three
    ask(first, second)
    write(first)
    readers = {
        name: _seen_by(person)
        for name, person in {
            "author": first.clinician,
            "buddy": second.clinician,
            "peer": third.clinician,
            "contact": cohort.contact,
        }.items()
    }
    assert readers == {"author": 1, "buddy": 1, "peer": 0, "contact": 0}
    assert BuddyMessage.objects.count() == 0  # without a context: nothing


def _seen_by(person):
    with acting_as(person.pk):
        return BuddyMessage.objects.count()


def test_nobody_writes_into_a_pair_of_others(three):
    first, second, third = three
    ask(first, second)
    with (
        pytest.raises(ProgrammingError) as refusal,
        transaction.atomic(),
        acting_as(third.clinician_id),
    ):
        BuddyMessage.objects.create(
            pair=BuddyPair.objects.get(),
            author=third.clinician,
            text="x",
            written_at=NOW,
            key=uuid4(),
        )
    assert refusal.value.__cause__.sqlstate == "42501"


def test_the_same_key_is_one_message_and_an_empty_one_none(three):
    first, second, _third = three
    ask(first, second)
    key = uuid4()
    assert write(first, key=key) == write(first, key=key)
    with pytest.raises(ValidationError) as refusal:
        write(first, " \n")
    assert refusal.value.code == "empty"


def test_a_report_ends_the_pair_and_reaches_the_contact_alone(three, cohort):
    first, second, third = three
    ask(first, second)
    with acting_as(first.clinician_id):
        report_buddy(enrollment=first, text="Please call me.", now=NOW)
    assert pairs() == set()
    with acting_as(cohort.contact_id):
        assert BuddyReport.objects.get().text == "Please call me."
    for person in (second.clinician, third.clinician):
        with acting_as(person.pk):
            assert not BuddyReport.objects.exists()
    note = Message.objects.get(kind="programs.buddy_report")
    assert note.recipient == cohort.contact


def test_the_question_of_the_week_comes_once_and_never_after_the_end(three):
    first, second, _third = three
    ask(first, second)
    prompts = Message.objects.filter(kind="programs.buddy_prompt")
    tend_buddies(now=NOW + timedelta(days=1))
    assert prompts.count() == 0
    for _ in range(3):
        tend_buddies(now=NOW + timedelta(days=8))
    assert prompts.count() == 2
    kind = get_kind("programs.buddy_prompt")
    assert all(kind.current(message) for message in prompts)
    leave_buddy(enrollment=second, is_over=True, now=NOW)
    assert not any(kind.current(message) for message in prompts)


def test_mails_name_no_buddy_no_program_and_no_text(three):
    first, second, _third = three
    ask(first, second)
    write(first)
    tend_buddies(now=NOW + timedelta(days=8))
    left = [get_kind(message.kind).render(message) for message in Message.objects.all()]
    assert len(left) == 4
    private = [TEXT, first.cohort.name, first.cohort.version.program.title]
    for message, mail in zip(Message.objects.all(), left, strict=True):
        others = {first.clinician.name, second.clinician.name} - {message.recipient.name}
        text = mail.subject + mail.text + mail.html
        assert not [word for word in [*private, *others] if word in text]
        assert len(mail.subject) <= 60
