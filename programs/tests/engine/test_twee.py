"""Conversations through Twee 3 and back: nothing is lost, whatever the words are."""

import re
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from programs.engine.twee import TweeError, from_twee, to_twee

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = sorted((ROOT / "curriculum").glob("*/modules/*/*.scenario.yaml"))
keys = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)
# Words as people type and paste them; a text is never blank, and its ends are its own.
texts = st.text(
    st.one_of(st.characters(codec="utf-8", exclude_characters="\x00"), st.sampled_from("[]<>|:\\\n")),
    min_size=1,
    max_size=60,
).filter(lambda text: text.strip() == text and "\r" not in text)  # fmt: skip


@st.composite
def bodies(draw):
    names = draw(st.lists(keys, min_size=2, max_size=5, unique=True))
    nodes = {}
    for name in names[:-1]:
        ids = draw(st.lists(keys, min_size=2, max_size=3, unique=True))
        cue = {"kind": draw(st.sampled_from(["clue", "stated", "none"]))}
        if draw(st.booleans()):
            cue["emotion"] = draw(texts)
        nodes[name] = {
            "says": {"who": draw(texts), "text": draw(texts)},
            "cue": cue,
            "choices": [
                {"id": key, "text": draw(texts), "code": "terminator",
                 "to": draw(st.sampled_from(names)), "feedback": draw(texts)}
                for key in ids
            ],
        }  # fmt: skip
        if draw(st.booleans()):
            nodes[name]["scene"] = draw(texts)
            nodes[name]["choices"][0] |= {"code": "continuer", "move": "name"}
    nodes[names[-1]] = {"end": "met", "summary": draw(texts), "rewind": names[0]}
    if draw(st.booleans()):
        nodes[names[-1]]["says"] = {"who": draw(texts), "text": draw(texts)}
    return {
        "id": draw(keys), "setting": draw(texts), "role": draw(texts), "start": names[0],
        "nodes": nodes, "closing": draw(texts),
    }  # fmt: skip


@given(bodies(), texts)
def test_any_conversation_comes_back_as_it_was(body, title):
    assert from_twee(to_twee(body, title=title)) == body


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_conversation_comes_back_as_it_was(path):
    body = yaml.safe_load(path.read_text())

    assert from_twee(to_twee(body, title="A title")) == body


def test_twine_finds_what_it_needs():
    body = yaml.safe_load(SHIPPED[0].read_text())
    text = to_twee(body, title="A title")

    assert ":: StoryTitle\nA title\n" in text
    assert re.search(r'"ifid": "[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"', text)
    names = re.findall(r"^:: (\S+)", text, re.M)
    assert len(names) == len(set(names))
    targets = re.findall(r"^\[\[(?:.*->)?([^\]]+)\]\]$", text, re.M)
    assert set(targets) <= set(names)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda text: text.replace(":: Setting", ":: Other"), "Setting: there is no such passage"),
        (lambda text: re.sub(r"->(\w+\.\w+)\]\]", "->nowhere]]", text, count=1), "(nowhere)"),
        (lambda text: text.replace("[choice terminator", "[choice", 1), "needs one tag"),
        (lambda text: text.replace('"start"', '"begin"'), "StoryData: start"),
    ],
)
def test_a_fault_is_named_with_its_passage(change, fault):
    text = to_twee(yaml.safe_load(SHIPPED[0].read_text()), title="A title")
    with pytest.raises(TweeError, match=re.escape(fault)):
        from_twee(change(text))


def test_an_empty_file_is_no_conversation():
    with pytest.raises(TweeError):
        from_twee("")


@pytest.mark.parametrize(
    "text",
    [
        ":: a" + " " * 300 + "{x",  # a header whose spaces could be divided in many ways
        ":: a" + "\t" * 100_000 + "[x",
        ":: a\n" + "\n" * 100_000 + ":: b",
        ":: StoryData\n" + '{"start":' * 20_000,
    ],
    ids=["spaces", "tabs", "lines", "depth"],
)
def test_a_hostile_file_is_refused_at_once(text):
    begun = time.process_time()
    with pytest.raises(TweeError):
        from_twee(text)

    assert time.process_time() - begun < 2
