"""A learner's own work leaves as a file: all of it, only theirs, also after they have left."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.urls import reverse

from core.acting import acting_as
from programs.models import Commitment, FieldEntry, Item, Observation, Reflection, ThreadPost
from programs.services.practice_logs import log_by_hand
from programs.services.scenarios import take_choice
from programs.tests.factories import CohortStaffFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
WRITTEN = ("what I noticed", "what I tried", "what I will try", "hello group", "seen it")


@pytest.fixture
def worked(enrollment, item_of):
    author = enrollment.clinician
    own = {"author": author, "enrollment": enrollment}
    observer = CohortStaffFactory(cohort=enrollment.cohort).person
    with acting_as(author.pk):
        Reflection.objects.create(
            **own,
            item=item_of(Item.Kind.REFLECTION, body=TWO),
            answers={"noticed": WRITTEN[0]},
        )
        FieldEntry.objects.create(
            **own,
            item=item_of(Item.Kind.FIELD_LOG),
            happened_on=NOW.date(),
            situation="routine",
            answers={"tried": WRITTEN[1]},
        )
        scenario = item_of(Item.Kind.SCENARIO)
        Commitment.objects.create(
            **own, module=scenario.module, text=WRITTEN[2], made_at=NOW, key=uuid4()
        )
    ThreadPost.objects.create(
        cohort=enrollment.cohort, item=item_of(Item.Kind.THREAD), author=author, text=WRITTEN[3]
    )
    Observation.objects.create(
        enrollment=enrollment,
        item=item_of(Item.Kind.OBSERVATION),
        observer=observer,
        observed_on=NOW.date(),
        ratings={"named": "seen"},
        note=WRITTEN[4],
        submitted_at=NOW,
    )
    common = {"enrollment": enrollment, "now": NOW}
    take_choice(**common, item=scenario, run=1, number=1, choice="b", latency_ms=900)
    log_by_hand(**common, item=None, started_at=NOW, minutes=12, key=uuid4())


TWO = {"prompt": "Think.", "questions": [{"id": "noticed", "label": "What did you notice?"}]}


def file_of(client, enrollment, name):
    return client.get(reverse(f"programs:{name}", args=[enrollment.public_id]))


def test_all_of_it_as_data_and_as_text(learner, enrollment, worked):
    work = file_of(learner, enrollment, "own_work_json").json()
    assert work["reflections"][0]["answers"] == [
        {"question": "What did you notice?", "answer": WRITTEN[0]}
    ]
    assert work["practice"][0]["minutes"] == 12
    assert work["conversations"][0]["steps"][0]["code"] == "continuer"
    assert work["observations"][0]["ratings"] == {"Names the feeling": "seen"}

    text = file_of(learner, enrollment, "own_work_markdown").content.decode()
    assert [words for words in WRITTEN if words not in text] == []
    assert "Her scan is on your mind." in text


def test_after_leaving_it_is_still_theirs(learner, enrollment, worked):
    type(enrollment).objects.filter(pk=enrollment.pk).update(withdrawn_at=NOW)
    assert WRITTEN[0] in file_of(learner, enrollment, "own_work_markdown").content.decode()


def test_nobody_elses(client, learner, enrollment, worked):
    client.force_login(EnrollmentFactory(cohort=enrollment.cohort).clinician)
    assert file_of(client, enrollment, "own_work_json").status_code == 404
