"""From an open round to scores: saved per answer, sent once, taken back whole."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from core.acting import acting_as, analyzing
from outcomes.models import Answer, Score
from outcomes.services.responses import (
    save_answer,
    share_response,
    start_response,
    submit_response,
    withdraw_response,
)
from outcomes.services.waves import close_wave, open_wave
from outcomes.tests.factories import InstrumentFactory, WaveFactory, definition
from programs.tests.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def wave():
    return open_wave(wave=WaveFactory(), now=NOW)


@pytest.fixture
def response(wave):
    return start_response(wave=wave, enrollment=EnrollmentFactory(cohort=wave.cohort), now=NOW)


def code(call, **arguments):
    with pytest.raises(ValidationError) as caught:
        call(**arguments)
    return caught.value.code


def answer_all(response, *values):
    for number, value in enumerate(values, start=1):
        save_answer(response=response, item_id=f"w{number}", value=value, elapsed_ms=3000)


def test_answers_become_scores_with_the_second_item_reversed(response):
    answer_all(response, 5, 1, 4, 4)
    sent = submit_response(response=response, now=NOW)

    score = Score.objects.get()
    assert (score.value, score.n_answered, score.n_items, score.prorated) == (4.5, 4, 4, False)
    assert (sent.submitted_at, sent.flags) == (NOW, [])


def test_starting_again_resumes_and_an_answer_may_be_changed_until_it_is_sent(wave, response):
    again = start_response(wave=wave, enrollment=response.enrollment, now=NOW)
    save_answer(response=again, item_id="warmth:w1", value=1, elapsed_ms=10)
    save_answer(response=again, item_id="w1", value=2, elapsed_ms=10)

    assert again == response
    with acting_as(response.respondent_id):
        assert Answer.objects.get().value == 2
    submit_response(response=again, now=NOW)
    assert code(save_answer, response=again, item_id="w1", value=3, elapsed_ms=1) == "sent"


def test_nobody_else_reads_an_answer_but_an_analysis_that_says_so(response):
    answer_all(response, 5)
    other = EnrollmentFactory().clinician_id

    with acting_as(other):
        assert not Answer.objects.exists()
        with analyzing():
            assert Answer.objects.get().value == 5
        assert not Answer.objects.exists()


@pytest.mark.parametrize("value", [0, 6, 2.5])
def test_only_offered_answers_are_kept(response, value):
    arguments = {"response": response, "item_id": "w1", "value": value, "elapsed_ms": 1}
    assert code(save_answer, **arguments) == "value"


def test_unknown_questions_and_strangers_are_refused(wave, response):
    assert code(save_answer, response=response, item_id="w9", value=1) == "unknown_item"
    assert code(save_answer, response=response, item_id="other:w1", value=1) == "unknown_item"
    stranger = EnrollmentFactory()
    assert code(start_response, wave=wave, enrollment=stranger, now=NOW) == "not_asked"


def test_after_the_end_nothing_is_added(wave, response):
    close_wave(wave=wave, now=NOW)
    assert code(save_answer, response=response, item_id="w1", value=1) == "closed"
    assert code(submit_response, response=response, now=NOW) == "closed"


def test_taking_back_deletes_answers_and_scores_for_good(response):
    answer_all(response, 5, 1, 4, 4)
    submit_response(response=response, now=NOW)
    share_response(response=response, is_shared=True, now=NOW)
    gone = withdraw_response(response=response, now=NOW)

    with analyzing():
        assert not Answer.objects.exists()
    assert not Score.objects.exists()
    assert (gone.withdrawn_at, gone.shared_at) == (NOW, None)
    assert code(save_answer, response=response, item_id="w1", value=1) == "withdrawn"
    assert code(share_response, response=response, is_shared=True, now=NOW) == "not_sent"


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"licence": {"class": "A"}}, "licence"),
        ({"items": [{"id": "w1", "scale": "much"}], "subscales": []}, "text"),
    ],
)
def test_a_round_needs_the_right_and_the_words_to_ask(change, refusal):
    instrument = InstrumentFactory(key="theirs", definition=definition("theirs", **change))
    wave = WaveFactory(instruments=[instrument])
    assert code(open_wave, wave=wave, now=NOW) == refusal


def test_a_main_outcome_must_be_measured():
    wave = WaveFactory(primary_outcome="warmth.coldness")
    assert code(open_wave, wave=wave, now=NOW) == "primary_outcome"
