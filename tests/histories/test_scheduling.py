"""Random histories of a practice: book, move, cancel, close days, send, crash, let time pass.

HISTORIES and HISTORY_STEPS in the environment make the walk longer.
"""

from __future__ import annotations

import os
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from coaching.models import Booking, IdempotencyKey
from coaching.services.attendance import mark
from coaching.services.availability import add_override
from coaching.services.bookings import cancel, move
from coaching.services.holds import purge_holds, release_hold
from coaching.services.reassignments import reassign_coach
from coaching.services.refusals import CODES
from coaching.services.requests import answer_request, lapse_requests
from coaching.services.series import cancel_following
from coaching.services.waitlist import (
    answer_offer,
    join_waitlist,
    leave_waitlist,
    pass_on_due_offers,
)
from notifications.services.dispatch import dispatch_due
from notifications.services.reconcile import reconcile
from tests.histories import invariants
from tests.histories.practice import Killed, Practice, killed_at

pytestmark = pytest.mark.django_db

MODES = ["atomic", "best_effort"]
WHO, COACH, WHEN, WHICH = (st.integers(0, most) for most in (3, 2, 60, 30))


class Scheduling(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.before = transaction.savepoint()  # each history starts from nothing
        self.practice = Practice()
        self.kills = 0

    def teardown(self) -> None:
        invariants.no_mail_left_twice(self.kills)
        transaction.savepoint_rollback(self.before)

    def attempt(self, action, *args, **fields):  # type: ignore[no-untyped-def]
        """Whatever is refused is refused with a code that the pages have words for."""
        try:
            return action(*args, **fields)
        except ValidationError as refusal:
            if refusal.code not in CODES:
                raise
            return None

    @rule(who=WHO, coach=COACH, when=WHEN, asked=st.booleans())
    def book(self, who, coach, when, asked):
        self.attempt(self.practice.book, who, coach, when, uuid4(), asked=asked)

    @rule(who=WHO, coach=COACH, when=WHEN)
    def keep_a_time(self, who, coach, when):
        """What is kept is there to be confirmed, at once or until ten minutes later."""
        self.attempt(self.practice.hold, who, coach, when)

    @rule(which=WHICH, minutes=st.sampled_from([0, 1, 9, 10, 11]))
    def confirm_a_kept_time(self, which, minutes):
        if hold := self.practice.pick_hold(which):
            self.practice.now += timedelta(minutes=minutes)
            lives = hold.is_live(self.practice.now)
            booking = self.attempt(self.practice.confirm, hold, uuid4())
            if lives:  # nobody could take it meanwhile
                assert booking is not None
                assert booking.coaching_session.span == hold.span

    @rule(which=WHICH)
    def let_a_kept_time_go(self, which):
        if hold := self.practice.pick_hold(which):
            release_hold(hold=hold, now=self.practice.now)

    @rule(who=WHO)
    def join_the_group(self, who):
        self.attempt(self.practice.join, who, uuid4())

    @rule(who=WHO)
    def wait_for_a_place(self, who):
        person = self.practice.people[who]
        self.attempt(
            join_waitlist,
            actor=person.clinician,
            enrollment=person,
            session=self.practice.group_session(),
            now=self.practice.now,
        )

    @rule(which=WHICH, accept=st.booleans())
    def answer_an_offer(self, which, accept):
        """An offer that lives can be taken, unless her own diary is in the way."""
        if entry := self.practice.pick_entry(which):
            lives = entry.state == "offered" and entry.offer_expires_at > self.practice.now
            booking = self.attempt(
                answer_offer,
                actor=entry.clinician,
                entry=entry,
                accept=accept,
                now=self.practice.now,
            )
            entry.refresh_from_db()
            if accept and lives and booking is None:
                assert entry.state == "offered"

    @rule(which=WHICH)
    def stop_waiting(self, which):
        if entry := self.practice.pick_entry(which):
            leave_waitlist(actor=entry.clinician, entry=entry, now=self.practice.now)

    @rule(who=WHO, when=WHEN, count=st.integers(1, 4), mode=st.sampled_from(MODES))
    def book_a_series(self, who, when, count, mode):
        """Each date is answered; all or none, if so asked."""
        before = Booking.objects.count()
        outcomes = self.attempt(self.practice.series, who, when, count, mode, uuid4())
        if outcomes is not None:
            booked = [outcome for outcome in outcomes if outcome.booking is not None]
            assert len(outcomes) == count
            assert Booking.objects.count() == before + len(booked)
            assert all(outcome.booking or outcome.code for outcome in outcomes)
            assert mode == "best_effort" or len(booked) in (0, count)

    @rule(which=WHICH, own=st.booleans())
    def cancel_what_follows(self, which, own):
        """Only this series' later ones go."""
        if booking := self.practice.pick(which):
            others = Booking.objects.live().exclude(series_id=booking.series_id or uuid4())
            kept = set(others.exclude(pk=booking.pk).values_list("pk", flat=True))
            self.attempt(
                cancel_following,
                actor=booking.clinician if own else booking.coaching_session.coach,
                booking=booking,
                expected_rev=booking.rev,
                now=self.practice.now,
            )
            assert kept <= set(Booking.objects.live().values_list("pk", flat=True))

    @rule(which=WHICH, coach=st.integers(0, 1))
    def hand_over(self, which, coach):
        if booking := self.practice.pick(which):
            self.attempt(
                reassign_coach,
                actor=booking.coaching_session.coach,
                session=booking.coaching_session,
                coach=self.practice.coaches[coach],
                expected_rev=booking.coaching_session.rev,
                now=self.practice.now,
            )

    @rule(coach=st.integers(0, 1), when=WHEN)
    def something_comes_up_elsewhere(self, coach, when):
        """A coach's own calendar takes slots away, and leaves bookings alone."""
        live = set(Booking.objects.live().values_list("pk", "rev"))
        self.practice.be_busy(coach, when)
        assert set(Booking.objects.live().values_list("pk", "rev")) == live

    @rule(which=WHICH, when=WHEN, own=st.booleans())
    def move(self, which, when, own):
        if booking := self.practice.pick(which):
            self.attempt(
                move,
                actor=booking.clinician if own else booking.coaching_session.coach,
                booking=booking,
                start=self.practice.at(when),
                expected_rev=booking.rev,
                idem_key=uuid4(),
                now=self.practice.now,
            )

    @rule(which=WHICH, own=st.booleans(), reason=st.sampled_from(["", "clinical_duty"]))
    def cancel(self, which, own, reason):
        if booking := self.practice.pick(which):
            self.attempt(
                cancel,
                actor=booking.clinician if own else booking.coaching_session.coach,
                booking=booking,
                reason=reason,
                expected_rev=booking.rev,
                now=self.practice.now,
            )

    @rule(
        which=WHICH,
        own=st.booleans(),
        state=st.sampled_from(
            ["attended", "no_show", "clinical_duty", "late_cancel", "coach_cancel"]
        ),
    )
    def mark(self, which, own, state):
        if booking := self.practice.pick(which):
            self.attempt(
                mark,
                actor=booking.clinician if own else booking.coaching_session.coach,
                booking=booking,
                state=state,
                expected_rev=booking.rev,
                now=self.practice.now,
            )

    @rule(which=WHICH, accept=st.booleans())
    def answer(self, which, accept):
        if booking := self.practice.pick(which):
            self.attempt(
                answer_request,
                actor=booking.coaching_session.coach,
                booking=booking,
                accept=accept,
                expected_rev=booking.rev,
                now=self.practice.now,
            )

    @rule(coach=st.integers(0, 1), when=WHEN)
    def close_a_day(self, coach, when):
        """Closing moves and cancels nothing."""
        live = set(Booking.objects.live().values_list("pk", "rev"))
        day, person = self.practice.at(when).date(), self.practice.coaches[coach]
        add_override(coach=person, day=day, kind="replace")
        self.practice.closed.add((person.pk, day))
        assert set(Booking.objects.live().values_list("pk", "rev")) == live

    @rule(hours=st.sampled_from([0.25, 1, 6, 23, 26]))
    def time_passes(self, hours):
        self.practice.now += timedelta(hours=hours)

    @rule()
    def tick(self):
        lapse_requests(now=self.practice.now)
        pass_on_due_offers(now=self.practice.now)
        purge_holds(now=self.practice.now)
        dispatch_due(now=self.practice.now)

    @rule(statement=st.integers(1, 40))
    def a_sender_is_killed(self, statement):
        try:
            with killed_at(statement):
                dispatch_due(now=self.practice.now)
        except Killed:
            self.kills += 1

    @rule(who=WHO, coach=COACH, when=WHEN, statement=st.integers(1, 30))
    def a_booking_dies_and_is_sent_again(self, who, coach, when, statement):
        """Nothing of the first attempt is left; the same key then books once."""
        key, count = uuid4(), Booking.objects.count()
        died = False
        try:
            with killed_at(statement):
                self.attempt(self.practice.book, who, coach, when, key)
        except Killed:
            died = True
        if died:
            assert Booking.objects.count() == count
            assert not IdempotencyKey.objects.filter(key=key)
        first = self.attempt(self.practice.book, who, coach, when, key)
        again = self.attempt(self.practice.book, who, coach, when, key)
        assert first == again

    @rule()
    def the_reconciler_finds_nothing(self):
        assert reconcile(now=self.practice.now) == 0

    @rule(who=WHO)
    def look_for_times(self, who):
        invariants.slots_are_really_free(self.practice, who)

    @invariant()
    def the_books_are_true(self):
        invariants.nobody_is_in_two_places()
        invariants.seats_are_counted()
        invariants.nobody_waits_beside_a_free_place(self.practice.now)
        invariants.the_ledger_agrees(self.practice)
        invariants.every_change_is_told_once()
        invariants.messages_follow_bookings()
        invariants.nothing_left_early_or_late()


@pytest.fixture
def mailbox(settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path


def test_whatever_happens_the_books_stay_true(db, mailbox):
    run_state_machine_as_test(
        Scheduling,
        settings=hypothesis_settings(
            max_examples=int(os.environ.get("HISTORIES", "8")),
            stateful_step_count=int(os.environ.get("HISTORY_STEPS", "30")),
            deadline=None,
            phases=[Phase.explicit, Phase.generate],  # to shrink takes many more minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
