"""A customer's wording: read from CSV or YAML, whole or refused, merged without touching the key."""

import pytest

from outcomes.engine.instruments import parse
from outcomes.engine.wordings import read_wording, with_wording, wording_faults
from outcomes.tests.factories import definition

BARE = definition(count=2)
BARE["items"] = [
    {name: value for name, value in item.items() if name != "text"} for item in BARE["items"]
]
DEFINITION = parse(BARE)
WHOLE = {"w1": "First, of theirs.", "w2": "Second.", "much.1": "Never"}


@pytest.mark.parametrize(
    ("raw", "is_yaml"),
    [
        (b'id,text\nw1,"First, of theirs."\nw2,Second.\nmuch.1,Never\n', False),
        ("\ufeffID;Text\r\nw1;First, of theirs.\r\nw2;Second.\r\nmuch.1;Never\r\n".encode(), False),
        (b"w1: First, of theirs.\nw2: Second.\nmuch.1: Never\n", True),
    ],
)
def test_both_kinds_of_file_are_read(raw, is_yaml):
    assert read_wording(raw, is_yaml=is_yaml) == WHOLE


@pytest.mark.parametrize(
    ("raw", "is_yaml", "said"),
    [
        (b"w1,First\n", False, "first line"),
        (b"id,text\nw1,a\nw1,b\n", False, "twice"),
        (b"id,text\nw1,a,b\n", False, "two columns"),
        (b"id,text\nw1,\xff\n", False, "UTF-8"),
        (b"id,text\nw1,a\0b\n", False, "NUL"),
        (b"- w1\n", True, "mapping"),
        (b"w1: [a]\n", True, "mapping"),
        (b"w1: [\n", True, "YAML"),
    ],
)
def test_other_files_are_refused_with_the_reason(raw, is_yaml, said):
    with pytest.raises(ValueError, match=said):
        read_wording(raw, is_yaml=is_yaml)


def test_a_wording_names_each_item_and_nothing_else():
    assert wording_faults(DEFINITION, WHOLE) == []
    assert wording_faults(DEFINITION, {"w1": "x", "w9": "y"}) == ["no text: w2", "unknown: w9"]


def test_texts_and_labels_change_and_the_key_does_not():
    shown = with_wording(DEFINITION, WHOLE)

    assert [item.text for item in shown.items] == ["First, of theirs.", "Second."]
    assert [option.label for option in shown.items[0].scale.options][:2] == ["Never", "A little"]
    assert [item.is_reversed for item in shown.items] == [False, True]
    assert shown.subscales == DEFINITION.subscales
