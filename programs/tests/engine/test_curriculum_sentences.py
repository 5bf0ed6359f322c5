"""Six programs, six texts: no sentence is lent from one to another, and the spelling is American."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from programs.engine.content import ProgramContent, load_program
from programs.tests.engine.test_shipped_curriculum import CURRICULUM, PLANS, prose, sentences

# Words that a nurse in an American hospital would stumble over.
BRITISH = re.compile(
    r"\b(physiotherap\w+|radiographers?|wards?|handovers?|leaflets?|corridors?|porters?|whilst|"
    r"paediatric\w*|anaesthe\w+|tumours?|behaviours?|colours?|favourites?|"
    r"(organ|recogn|real|apolog|pract)is(e[drs]?|ing|ations?)|cancell\w+|learnt|programmes?|"
    r"centres?|grey|judgement|towards|afterwards|needn.t|mustn.t|shan.t)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def programs() -> list[ProgramContent]:
    return [load_program(CURRICULUM / slug) for slug in PLANS]


def read(program: ProgramContent) -> set[tuple[str, str]]:
    """A rubric that serves two observations, and a figure with its source, are each one text."""
    return {(place, text) for place, text in prose(program) if place != "program"}


def test_no_sentence_of_eight_words_stands_in_two_programs(programs):
    found = Counter(
        sentence
        for program in programs
        for sentence in {s for _, text in read(program) for s in sentences(text)}
        if len(sentence.split()) >= 8
    )

    assert [sentence for sentence, times in found.items() if times > 1] == []


def test_no_sentence_of_twelve_words_stands_twice_in_one_program(programs):
    found = Counter(
        (program.slug, sentence)
        for program in programs
        for _, text in read(program)
        for sentence in sentences(text)
        if len(sentence.split()) >= 12
    )

    assert [where for where, times in found.items() if times > 1] == []


def test_spelling_and_the_words_of_a_hospital_are_american(programs):
    found = [
        (program.slug, place, match.group())
        for program in programs
        for place, text in prose(program)
        for match in BRITISH.finditer(text)
    ]

    assert found == []
