"""One digest a learner and day, whatever moved, however often, and whoever sends."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
import time_machine
from django.db import connections

from accounts.tests.factories import UserFactory
from notifications.models import Message
from notifications.services import messages
from notifications.services.dispatch import dispatch_due
from notifications.services.opt_outs import stop_mail
from notifications.services.reconcile import reconcile
from programs.models import ItemState
from programs.services.cohorts import add_group, create_cohort, open_everything
from programs.services.digests import owe_due_digests
from programs.services.live_slots import move_slot, plan_slot
from programs.services.schedules import edit_date
from programs.tests.factories import (
    EngagementFactory,
    EnrollmentFactory,
    ModuleFactory,
    ProgramVersionFactory,
)

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SESSION = datetime(2026, 3, 16, 17, tzinfo=UTC)
EIGHT = datetime(2026, 3, 9, 12, tzinfo=UTC)  # 08:00 in New York, the day after the clocks changed
SENT = EIGHT + timedelta(minutes=6)  # what is planned long ahead spreads over five minutes
NOON = EIGHT - 20 * HOUR  # the day before


def made(*, people: int = 1):
    consultant = UserFactory(practice_role="consultant")
    version = ProgramVersionFactory(modules=0)
    ModuleFactory(
        version=version,
        title="Hearing the clue",
        release={"anchor": "cohort_start", "offset": "P7D"},
        due={},
    )
    ModuleFactory(
        version=version,
        title="Anger, silence",
        release={"anchor": "session:mid", "offset": "P1D"},
        due={"anchor": "session:mid", "offset": "P7D"},
    )
    cohort = create_cohort(
        engagement=EngagementFactory(),
        version=version,
        name="Spring",
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 5, 1),
        time_zone="America/New_York",
        by=consultant,
        now=NOON - 6 * DAY,
    )
    for _ in range(people):
        EnrollmentFactory(
            cohort=cohort,
            clinician__time_zone="America/New_York",
            accepted_at=NOON - 5 * DAY,
        )
    return cohort, consultant


@pytest.fixture
def cohort():
    return made()[0]


def plan(cohort, now=NOON - 3 * DAY):
    return plan_slot(
        cohort=cohort,
        key="mid",
        title="Middle",
        starts_at=SESSION,
        ends_at=SESSION + HOUR,
        by=None,
        now=now,
    )


def move(slot, by, now=NOON):
    starts_at = slot.starts_at + by
    return move_slot(slot=slot, starts_at=starts_at, ends_at=starts_at + HOUR, by=None, now=now)


def digests():
    return Message.objects.filter(kind="programs.digest", due_at=EIGHT)


@pytest.fixture(autouse=True)
def mailbox(settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path
    return tmp_path


def letters(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [message_from_bytes(path.read_bytes(), policy=default) for path in files]


def text_of(letter) -> str:
    return letter.get_body(("plain",)).get_content()


@pytest.fixture
def sent_at(mailbox):
    def send(instant):
        with time_machine.travel(instant, tick=False):
            dispatch_due(now=instant, seconds=20)
        return letters(mailbox)

    return send


def test_a_module_that_opens_is_told_once_at_eight_by_its_number(cohort, sent_at):
    """Module 1 opens at midnight to 9 March in New York."""
    owe_due_digests(now=NOON)
    owe_due_digests(now=NOON + HOUR)
    assert digests().count() == 1
    assert sent_at(EIGHT - timedelta(seconds=1)) == []

    (letter,) = sent_at(SENT)
    assert letter["Subject"] == "Ready when you are: 5 minutes"
    assert "Module 1 is open." in text_of(letter)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    titles = {module.title for module in cohort.version.modules.all()} | {
        cohort.version.program.title,
        cohort.engagement.organization.name,
    }
    assert not [title for title in titles if title in text_of(letter)]


def test_a_session_moved_three_times_is_one_line_in_one_digest(cohort, sent_at):
    slot = plan(cohort)
    for by, hours in ((DAY, 0), (DAY, 1), (5 * DAY, 2)):
        slot = move(slot, by, NOON + hours * HOUR)
    assert digests().count() == 1

    (letter,) = sent_at(SENT)
    # The session is on the 23rd now: module 2 opens on the 24th, and only that is told.
    assert text_of(letter).count("Module 2 opens on") == 1
    assert "Tuesday 24 March" in text_of(letter)


def test_what_moved_to_and_fro_is_no_news(cohort, sent_at):
    slot = plan(cohort)
    slot = move(slot, DAY)
    move(slot, -DAY, NOON + HOUR)
    ItemState.objects.bulk_create(
        ItemState(enrollment=cohort.enrollments.get(), item=item, done_at=NOON)
        for item in cohort.version.modules.first().items.all()
    )

    assert digests().count() == 1
    assert sent_at(SENT) == []
    assert digests().get().state == Message.State.SUPERSEDED


def test_a_group_hears_of_its_own_dates_only_and_hand_edits_stay(cohort, sent_at):
    nights = add_group(cohort=cohort, name="Nights", by=None)
    own = EnrollmentFactory(cohort=cohort, group=nights, accepted_at=NOON - 5 * DAY)
    plan(cohort)
    slot = plan_slot(
        cohort=cohort, key="mid", title="N", group=nights, starts_at=SESSION,
        ends_at=SESSION + HOUR, by=None, now=NOON - 3 * DAY,
    )  # fmt: skip
    row = cohort.schedule.get(group=nights, kind="release", module__position=2)
    edit_date(row=row, at=SESSION, by=None, reason="agreed", now=NOON - 2 * DAY)
    Message.objects.all().delete()
    move(slot, DAY)

    row.refresh_from_db()
    assert row.at == SESSION
    told = {letter["To"].addresses[0].addr_spec: text_of(letter) for letter in sent_at(SENT)}
    assert len(told) == 2  # module 1 opens for both
    assert "Module 2 has time until" in told[own.clinician.email]
    assert "Module 2 opens" not in told[own.clinician.email]
    assert sum("Module 2" in text for text in told.values()) == 1


def test_everything_open_is_told_and_whoever_stopped_or_finished_hears_nothing(cohort, sent_at):
    stopped = EnrollmentFactory(cohort=cohort, accepted_at=NOON - DAY)
    stop_mail(person=stopped.clinician, topic="learning", now=NOON)
    EnrollmentFactory(cohort=cohort, accepted_at=NOON - DAY, completed_at=NOON)
    open_everything(cohort=cohort, by=UserFactory(practice_role="consultant"), now=NOON)

    (message,) = Message.objects.filter(kind="programs.digest")
    assert message.recipient == cohort.enrollments.order_by("pk").first().clinician
    (letter,) = sent_at(SENT)
    assert "Module 1 is open." in text_of(letter)
    assert "Module 2 is open." in text_of(letter)


def test_the_reconciler_finds_nothing_wrong_at_any_hour(cohort):
    slot = plan(cohort)
    for hour in range(0, 30, 5):
        now = NOON + hour * HOUR
        with time_machine.travel(now, tick=False):
            owe_due_digests(now=now)
            move(slot, DAY, now)
            slot.refresh_from_db()
            assert reconcile(now=now) == 0


def _twice_at_once(work) -> list[BaseException]:
    barrier, trouble = threading.Barrier(2), []

    def run() -> None:
        try:
            barrier.wait(timeout=30)
            work()
        except Exception as error:  # noqa: BLE001  # handed to the test
            trouble.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return trouble


def _owe_and_send() -> None:
    owe_due_digests(now=NOON)
    dispatch_due(now=SENT, seconds=20)


@pytest.mark.django_db(transaction=True)
def test_two_dispatchers_send_each_learner_one_digest(mailbox):
    cohort, _ = made(people=8)
    move(plan(cohort), DAY)
    with time_machine.travel(SENT, tick=False):
        assert _twice_at_once(_owe_and_send) == []

    assert len(letters(mailbox)) == digests().count() == 8
    assert len({letter["To"] for letter in letters(mailbox)}) == 8


@pytest.mark.django_db(transaction=True)
def test_without_the_one_key_of_a_digest_there_are_two(monkeypatch, mailbox):
    """The twin: it is the key of person and day that makes one of two."""
    cohort, _ = made()
    count = iter(range(100))
    plain = messages.dedupe_key
    monkeypatch.setattr(messages, "dedupe_key", lambda **name: f"{plain(**name)}:{next(count)}")
    with time_machine.travel(SENT, tick=False):
        assert _twice_at_once(_owe_and_send) == []

    assert len(letters(mailbox)) == 2
    assert cohort.enrollments.count() == 1
