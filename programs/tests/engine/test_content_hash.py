import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from programs.engine.content import load_program
from programs.engine.content_hash import (
    canonical_json,
    canonical_program,
    content_hash,
    read_canonical,
)
from programs.tests.engine.program_folders import edit, write_program

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), JSON))
def test_canonical_json_ignores_the_order_of_keys(value):
    assert canonical_json(value) == canonical_json(dict(reversed(value.items())))


@given(st.text().map(lambda text: text.replace("\r", "")))
def test_canonical_json_ignores_unicode_form_and_line_ends(text):
    decomposed = unicodedata.normalize("NFD", text).replace("\n", "\r\n")

    assert canonical_json(decomposed.replace("\r\n", "\n")) == canonical_json(decomposed)


def test_canonical_json_is_pinned():
    assert canonical_json({"b": [1.0, 0.5], "a": "e\u0301\r\n"}) == '{"a":"é\\n","b":[1,0.5]}'


def test_content_hash_survives_storage(tmp_path):
    program = load_program(write_program(tmp_path))

    stored = read_canonical(canonical_program(program))

    assert stored == program
    assert content_hash(stored) == content_hash(program)


def test_content_hash_sees_one_changed_word_and_an_asset(tmp_path):
    root = write_program(tmp_path)
    first = content_hash(load_program(root))
    edit(root, "modules/01-one/010-read.md", "A step.", "One step.")
    second = content_hash(load_program(root))
    (root / "assets").mkdir()
    (root / "assets" / "card.txt").write_text("card")
    third = content_hash(load_program(root))

    assert len({first, second, third}) == 3
    assert len(first) == 64
