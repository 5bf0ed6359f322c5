"""A questionnaire of our own: moved, counted, turned into a definition and back."""

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from outcomes.engine import questionnaires as engine
from outcomes.engine.instrument_schema import INSTRUMENT
from outcomes.engine.instruments import faults, parse
from outcomes.engine.scoring import score

STEPS = {"kind": "likert", "answers": ["no", "some", "yes"], "counts": True, "reverse": False}
QUESTIONS = [
    {"id": "q1", "text": "One", **STEPS},
    {"id": "q2", "text": "Two", **STEPS, "reverse": True},
    {"id": "q3", "text": "Three", **STEPS},
    {"id": "q4", "text": "Which", "kind": "choice", "answers": ["a", "b"]},
    {"id": "q5", "text": "How many", "kind": "number", "low": 0, "high": 10},
    {"id": "q6", "text": "What helped", "kind": "text"},
]


def made(questions, direction="up"):
    return engine.to_definition(
        key="own-test",
        version="1.0.0",
        title="Test",
        purpose="",
        instructions="",
        direction=direction,
        questions=questions,
    )


def test_what_is_made_passes_the_checks_of_a_shipped_instrument_and_scores():
    definition = made(QUESTIONS)

    assert [
        error.message for error in Draft202012Validator(INSTRUMENT).iter_errors(definition)
    ] == []
    assert faults(definition) == []
    one = score(definition=parse(definition), answers={"q1": 3, "q2": 1, "q3": 2})[0]
    assert round(one.value, 4) == round((3 + 3 + 2) / 3, 4)


def test_what_is_published_can_be_written_on():
    assert engine.from_definition(made(QUESTIONS)) == QUESTIONS


def test_a_mean_of_two_is_kept_and_not_reported():
    assert not parse(made(QUESTIONS[:2])).subscales[0].is_reported
    assert parse(made(QUESTIONS[:3])).subscales[0].is_reported


def test_words_alone_make_no_value():
    assert made(QUESTIONS[5:])["subscales"] == []


def test_scales_of_different_length_do_not_count_together():
    longer = QUESTIONS[0] | {"id": "q9", "answers": ["1", "2", "3", "4"]}

    assert engine.draft_faults([*QUESTIONS, longer]) == ["uneven"]
    assert engine.draft_faults([*QUESTIONS, longer | {"counts": False}]) == []
    assert engine.draft_faults([]) == ["empty"]


@given(st.lists(st.tuples(st.sampled_from(["q1", "q4", "q6", "gone"]), st.sampled_from([-1, 1]))))
def test_moving_loses_no_question(steps):
    questions = QUESTIONS
    for key, by in steps:
        questions = engine.moved(questions, key, by)
    assert sorted(one["id"] for one in questions) == [one["id"] for one in QUESTIONS]


def test_a_new_question_never_takes_the_id_of_another():
    assert engine.next_id(engine.without(QUESTIONS, "q2")) == "q7"
    assert engine.next_id([]) == "q1"
