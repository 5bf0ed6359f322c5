import pytest

from programs.engine.content import load_program
from programs.engine.content_diff import change_class
from programs.tests.engine.program_folders import edit, write_program

MODULE = "modules/01-one/module.yaml"
RING = "modules/01-one/020-ring.scenario.yaml"
CHECK = "modules/01-one/030-check.quiz.yaml"
READ = "modules/01-one/010-read.md"
ADDED = "  - {id: more, title: More, file: 010-more.md, kind: reading, minutes: 5, required: %s}\n"


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("program.yaml", "title: Tiny", "title: Small", "patch"),
        (READ, "A step.", "One step.", "patch"),
        (RING, "My mother", "My own mother", "patch"),
        (RING, "feedback: Named.", "feedback: You named it.", "patch"),
        (CHECK, '"No."', '"Not quite."', "patch"),
        (READ, "More.", "More.\n\n## Third\n\nA third.", "major"),
        (RING, "Her scan is on your mind.", "You think of her scan.", "major"),
        (RING, "move: name", "move: respect", "major"),
        (CHECK, "pass: 0.7", "pass: 0.8", "major"),
        (CHECK, "Which is a clue?", "Which is none?", "major"),
        (MODULE, "minutes: 12", "minutes: 10", "major"),
        ("program.yaml", "attendance_min: 0.66", "attendance_min: 1", "major"),
        ("program.yaml", "offset: P0D", "offset: P1D", "major"),
    ],
)
def test_change_class_of_one_edit(tmp_path, name, old, new, expected):
    root = write_program(tmp_path)
    before = load_program(root)
    edit(root, name, old, new)

    assert change_class(before, load_program(root)) == expected


@pytest.mark.parametrize(("required", "expected"), [("false", "minor"), ("true", "major")])
def test_change_class_of_an_added_item(tmp_path, required, expected):
    root = write_program(tmp_path)
    before = load_program(root)
    edit(root, MODULE, "  - {id: meet", ADDED % required + "  - {id: meet")
    (root / "modules/01-one/010-more.md").write_text("---\nid: more\n---\n## More\n\nText.\n")
    after = load_program(root)

    assert change_class(before, after) == expected
    assert change_class(after, before) == "major"  # an item that left


def test_change_class_of_an_added_optional_item_keeps_a_patch_minor(tmp_path):
    root = write_program(tmp_path)
    before = load_program(root)
    edit(root, MODULE, "  - {id: read", ADDED % "false" + "  - {id: read")
    edit(root, READ, "A step.", "One step.")
    (root / "modules/01-one/010-more.md").write_text("---\nid: more\n---\n## More\n\nText.\n")

    assert change_class(before, load_program(root)) == "minor"


def test_change_class_of_swapped_items_is_major(tmp_path):
    root = write_program(tmp_path)
    before = load_program(root)
    edit(root, MODULE, ",\n     required: true, requires: [read]}", ", required: true}")
    loose = load_program(root)
    lines = (root / MODULE).read_text().splitlines()
    first = next(i for i, line in enumerate(lines) if "id: read" in line)
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    (root / MODULE).write_text("\n".join(lines) + "\n")

    assert change_class(before, loose) == "major"  # a prerequisite left
    assert change_class(loose, load_program(root)) == "major"
