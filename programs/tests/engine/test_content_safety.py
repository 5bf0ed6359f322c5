import pytest

from programs.engine.content import ContentError, load_program
from programs.engine.content_diff import change_class
from programs.engine.content_export import write_program as export
from programs.engine.content_hash import canonical_program, content_hash, read_canonical
from programs.tests.engine.program_folders import edit, write_program

SAFETY = """\
---
title: Before week 1
confirm: I have read this
check_in: Was practice upsetting this week?
help: Stop, open your eyes, and talk to somebody.
qualification: {key: mindfulness-teaching, label: A teaching qualification}
---
Some people feel worse.
"""
PRACTICE = """\
  - {id: scan, title: Scan, file: 060-scan.practice.yaml, kind: practice, minutes: 15,
     required: false, home: {days: 6, full: 45, short: 20}}
  - {id: sit, title: Sit, file: 050-sit.practice.yaml, kind: practice, minutes: 15,
     required: true, sittings: 5}
"""


@pytest.fixture
def root(tmp_path):
    root = write_program(tmp_path)
    (root / "safety.md").write_text(SAFETY)
    edit(root, "program.yaml", "license:", "safety: safety.md\nlicense:")
    name = "modules/01-one/module.yaml"
    edit(root, name, "  - {id: meet,", f"{PRACTICE}  - {{id: meet,")
    for number, key in ((50, "sit"), (60, "scan")):
        (root / f"modules/01-one/0{number}-{key}.practice.yaml").write_text(
            f"id: {key}\nintro: Sit.\ndone_minutes: 15\nlengths: [15]\n"
            "script: [{at_seconds: 0, text: One.}, {at_seconds: 9, text: Two.}]\n"
            "variants: [{id: seated, label: Seated, text: Sit.}]\ntext_alternative: Words.\n"
        )
    return root


def test_safety_and_practice_survive_storage_and_export(root, tmp_path):
    program = load_program(root)

    assert program.safety["qualification"]["key"] == "mindfulness-teaching"
    assert program.safety["markdown"] == "Some people feel worse."
    assert read_canonical(canonical_program(program)) == program
    assert content_hash(load_program(export(program, tmp_path / "out"))) == content_hash(program)


def test_unused_parts_leave_the_canonical_text_as_it_was(tmp_path):
    text = canonical_program(load_program(write_program(tmp_path)))

    assert not any(part in text for part in ('"safety"', '"sittings"', '"home"'))


def test_home_practice_is_never_required(root):
    edit(root, "modules/01-one/module.yaml", "required: false, home", "required: true, home")

    with pytest.raises(ContentError, match="items/scan: home practice is assigned, never required"):
        load_program(root)


def test_sittings_belong_to_practice(root):
    edit(root, "modules/01-one/module.yaml", "minutes: 8, required: true}", "minutes: 8, "
         "required: true, sittings: 2}")  # fmt: skip

    with pytest.raises(ContentError, match="items/read: sittings and home belong to practice"):
        load_program(root)


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("safety.md", "Some people", "Many people", "patch"),
        ("safety.md", "key: mindfulness-teaching", "key: yoga-teaching", "major"),
        ("modules/01-one/module.yaml", "full: 45", "full: 40", "minor"),
        ("modules/01-one/module.yaml", "sittings: 5", "sittings: 4", "major"),
    ],
)
def test_change_class_of_safety_and_practice(root, name, old, new, expected):
    before = load_program(root)
    edit(root, name, old, new)

    assert change_class(before, load_program(root)) == expected
