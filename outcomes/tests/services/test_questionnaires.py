"""A questionnaire of our own is written, published once and for all, and written on."""

import pytest
from django.core.exceptions import ValidationError

from outcomes.models import Instrument, QuestionnaireDraft
from outcomes.services.questionnaires import (
    drop_questionnaire,
    publish_questionnaire,
    put_question,
    remove_question,
    revise_questionnaire,
    start_questionnaire,
)
from outcomes.tests.factories import InstrumentFactory

pytestmark = pytest.mark.django_db
WORDS = {"kind": "text", "text": "What helped?"}


def refusal(call, **kwargs) -> str:
    with pytest.raises(ValidationError) as refused:
        call(**kwargs)
    return refused.value.code


def test_two_of_one_title_are_two_questionnaires():
    made = [start_questionnaire(title="Team Climate") for _ in range(2)]
    published = put_question(draft=made[0], question=WORDS) and publish_questionnaire(draft=made[0])
    third = start_questionnaire(title="Team Climate")

    assert [published.key, made[1].key, third.key] == [
        "own-team-climate",
        "own-team-climate-2",
        "own-team-climate-3",
    ]
    assert start_questionnaire(title="今日は").key == "own-questions"


def test_publishing_makes_versions_that_stay():
    draft = start_questionnaire(title="Climate")
    put_question(draft=draft, question=WORDS)
    first = publish_questionnaire(draft=draft)
    again = revise_questionnaire(instrument=first)
    assert revise_questionnaire(instrument=first) == again
    put_question(draft=again, question={"kind": "text", "text": "What else?"})
    second = publish_questionnaire(draft=again)

    assert (first.version, second.version) == ("1.0.0", "2.0.0")
    assert first.source == Instrument.Source.PRACTICE
    assert [len(one.parsed.items) for one in (first, second)] == [1, 2]
    assert not QuestionnaireDraft.objects.exists()


def test_a_draft_published_or_deleted_meanwhile_is_gone_for_the_other_tab():
    draft = start_questionnaire(title="Climate")
    key = put_question(draft=draft, question=WORDS)
    remove_question(draft=draft, key=key)
    assert refusal(put_question, draft=draft, question=WORDS | {"id": key}) == "gone"
    assert refusal(publish_questionnaire, draft=draft) == "empty"
    drop_questionnaire(draft=draft)
    assert refusal(put_question, draft=draft, question=WORDS) == "gone"


def test_only_our_own_are_rewritten():
    assert refusal(revise_questionnaire, instrument=InstrumentFactory()) == "not_ours"


def test_there_is_an_end_to_questions():
    draft = start_questionnaire(title="Long")
    draft.questions = [WORDS | {"id": f"q{number}"} for number in range(1, 61)]
    draft.save()
    assert refusal(put_question, draft=draft, question=WORDS) == "too_many"
