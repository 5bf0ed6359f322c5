"""One thing to try after a module: optional, private, with a reminder only if one is wanted."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from core.acting import acting_as
from notifications.kinds import get_kind
from notifications.models import Message
from programs.models import Commitment, Item

pytestmark = pytest.mark.django_db
REMINDER = "programs.commitment_reminder"
TEXT = "CANARY wait for three breaths"


@pytest.fixture
def finished(learner, item_of, url_of):
    """The only reading of the module, done."""
    item = item_of(Item.Kind.READING)
    learner.post(url_of("item_advance", item) + f"?step={len(item.body['steps'])}")
    return item


def keep(learner, url_of, item, **fields):
    values = {"client_key": uuid4(), "text": TEXT, "remind": "", **fields}
    return learner.post(url_of("commitment_make", item), values)


def own(enrollment):
    with acting_as(enrollment.clinician_id):
        return list(Commitment.objects.all())


def test_the_last_page_of_a_module_asks_for_one_thing_and_lets_go_on(
    learner, enrollment, finished, url_of
):
    page = learner.get(url_of("item_done", finished)).content.decode()
    assert "One thing to try" in page
    assert "Only you" in page

    assert keep(learner, url_of, finished).url == url_of("item_done", finished)
    assert TEXT in learner.get(url_of("item_done", finished)).content.decode()
    assert TEXT in learner.get(reverse("programs:learn")).content.decode()
    assert not Message.objects.filter(kind=REMINDER).exists()


def test_a_module_that_is_not_done_asks_nothing(learner, finished, item_of, url_of):
    item_of(Item.Kind.REFLECTION)
    assert "One thing to try" not in learner.get(url_of("item_done", finished)).content.decode()


def test_the_reminder_comes_on_a_morning_and_says_nothing_of_it(
    learner, enrollment, finished, url_of
):
    keep(learner, url_of, finished, remind="days")

    message = Message.objects.get(kind=REMINDER)
    due = message.due_at.astimezone(enrollment.clinician.zone)
    assert (due.hour, due.minute) == (7, 30)
    assert due.date() - datetime.now(enrollment.clinician.zone).date() == timedelta(days=3)
    kind = get_kind(message.kind)
    assert kind.current(message)
    mail = kind.render(message)
    assert "CANARY" not in mail.subject + mail.text + mail.html
    assert enrollment.cohort.version.program.title not in mail.text

    [commitment] = own(enrollment)
    learner.post(reverse("programs:commitment_done", args=[commitment.public_id]))
    assert not kind.current(message)  # put away: no reminder
    assert TEXT not in learner.get(reverse("programs:learn")).content.decode()


def test_no_reminder_after_leaving(learner, enrollment, finished, url_of):
    keep(learner, url_of, finished, remind="week")
    message = Message.objects.get(kind=REMINDER)
    type(enrollment).objects.filter(pk=enrollment.pk).update(withdrawn_at=timezone.now())
    assert not get_kind(message.kind).current(message)


def test_twice_is_one_and_nothing_is_refused_in_place(learner, enrollment, finished, url_of):
    key = uuid4()
    for _ in range(3):
        keep(learner, url_of, finished, client_key=key)
    assert len(own(enrollment)) == 1
    assert keep(learner, url_of, finished, text=" ").status_code == 422


def test_the_database_shows_it_to_its_author_only(learner, enrollment, finished, url_of):
    keep(learner, url_of, finished)
    assert len(own(enrollment)) == 1
    assert not Commitment.objects.exists()
