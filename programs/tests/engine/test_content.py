from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.engine.content import ContentError, load_program
from programs.engine.content_hash import content_hash
from programs.tests.engine.program_folders import FILES, edit, write_program

MODULE = "modules/01-one/module.yaml"
RING = "modules/01-one/020-ring.scenario.yaml"
CHECK = "modules/01-one/030-check.quiz.yaml"
READ = "modules/01-one/010-read.md"


def reasons(root: Path) -> list[str]:
    with pytest.raises(ContentError) as refusal:
        load_program(root)
    return refusal.value.reasons


def test_load_program_reads_every_file(tmp_path):
    program = load_program(write_program(tmp_path))

    module = program.modules[0]
    assert (program.slug, program.version, module.key) == ("tiny", "1.0.0", "one")
    assert [item.key for item in module.items] == ["read", "ring", "check", "meet"]
    assert [item.position for item in module.items] == [1, 2, 3, 4]
    assert module.items[0].body["steps"] == [
        {"title": "First", "markdown": "A step."},
        {"title": "Second", "markdown": "More."},
    ]
    assert module.items[1].requires == ("read",)
    assert module.items[2].body["questions"][0]["options"][1]["correct"] is False
    assert program.minutes(live=False) == 28
    assert program.minutes(live=True) == 60


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("program.yaml", "slug: tiny", "slug: other", "program.yaml: slug: must be the folder's"),
        ("program.yaml", "version: 1.0.0", "version: '1'", "program.yaml: version: "),
        ("program.yaml", "1.0.0", "1.1.0", "CHANGELOG.md: has no heading '## 1.1.0'"),
        ("program.yaml", "session:mid", "session:end", "no live item for 'session:end'"),
        ("program.yaml", "dir: modules/01-one", "dir: ../../etc", "outside the program's folder"),
        ("program.yaml", "limit: A limit.", "page: '3'", "program.yaml: evidence/0: "),
        (MODULE, "requires: [read]", "requires: [gone]", "requires 'gone', which is no earlier"),
        (MODULE, "id: check,", "id: ring,", "items: 'ring' is used twice"),
        (MODULE, "minutes: 12", "minutes: 0", f"{MODULE}: items/1/minutes: 0 is less than"),
        (MODULE, "60, required: false", "60, required: true", "counted by attendance_min"),
        (MODULE, "minutes: 60", "minutes: 45", "minutes: differ from those of the session guide"),
        (MODULE, "010-read.md", "011.md", "modules/01-one/011.md: cannot be read"),
        ("modules/01-one/010-read.md", "## First", "First", "text before the first '## '"),
        ("modules/01-one/010-read.md", "---\nid", "id", "must open with a front matter block"),
        ("modules/01-one/010-read.md", "id: read", "id: reed", "id: is 'reed', but module.yaml"),
        (RING, "to: quiet", "to: nowhere", f"{RING}: choice 'a' of node 'open' leads to no node"),
        (RING, "to: opens", "to: quiet", f"{RING}: node 'opens' cannot be reached"),
        (RING, "to: opens", "to: open", "node 'opens' cannot be reached"),
        (RING, "{id: b,", "{id: a,", "node 'open' has two choices 'a'"),
        (RING, "start: open", "start: door", "start: no node 'door'"),
        (RING, "rewind: open", "rewind: opens", "rewinds to 'opens', which is no open node"),
        (RING, "code: terminator", "code: stopper", f"{RING}: nodes/open"),
        (RING, "code: terminator", "code: terminator, move: name", "a terminator has no move"),
        (RING, "  quiet:", "  opens:", "'opens' is written twice"),
        (CHECK, "correct: true, ", "", "questions/q1: needs exactly one correct option, has 0"),
        (CHECK, "stem:", "multiple: true\n    stem:", "'multiple' needs two correct options"),
        (CHECK, "pass: 0.7\n", "", "'pass' is a required property"),
        (CHECK, "objective: cues", "objective: else", "objective 'else' is in no module.yaml"),
        (CHECK, "id: check", "id: [", f"{CHECK}: while parsing"),
        (CHECK, "pass: 0.7", "pass: .nan", f"{CHECK}: holds a value that is neither"),
        (CHECK, "pass: 0.7", "pass: 2026-01-01", f"{CHECK}: holds a value that is neither"),
        (CHECK, "pass: 0.7", "pass: &x [*x]", f"{CHECK}: uses a YAML alias"),
        (CHECK, "pass: 0.7", "? [a]\n: b", f"{CHECK}: while constructing a mapping"),
        (CHECK, "stem: Which", 'stem: "\\ud800"\n#', f"{CHECK}: holds a value that is neither"),
        (READ, "A step.", "A \0 step.", f"{READ}: holds a NUL character"),
    ],
)
def test_load_program_names_file_and_place(tmp_path, name, old, new, reason):
    root = write_program(tmp_path)
    edit(root, name, old, new)

    assert any(reason in found for found in reasons(root)), reasons(root)


def test_load_program_collects_every_fault(tmp_path):
    root = write_program(tmp_path)
    edit(root, RING, "to: quiet", "to: nowhere")
    edit(root, CHECK, "correct: true, ", "")
    (root / "LICENSE").unlink()

    found = {reason.split(":")[0] for reason in reasons(root)}

    assert found == {RING, CHECK, "LICENSE"}


def test_load_program_refuses_a_trap_without_an_end(tmp_path):
    root = write_program(tmp_path)
    loop = "{id: a, text: x, code: continuer, to: quiet, feedback: f}"
    edit(
        root,
        RING,
        "  quiet: {end: missed, rewind: open, summary: It went quiet.}",
        "  quiet:\n    says: {who: p, text: x}\n    cue: {kind: none}\n"
        f"    choices:\n      - {loop}\n      - {loop.replace('id: a', 'id: b')}",
    )

    assert reasons(root) == [f"{RING}: no end can be reached from node 'quiet'"]


def test_load_program_without_a_folder_is_refused(tmp_path):
    assert reasons(tmp_path / "nothing")[0].startswith("program.yaml: cannot be read")


def test_load_program_ignores_windows_line_ends(tmp_path):
    root = write_program(tmp_path)
    expected = load_program(root)
    for path in root.rglob("*.*"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert load_program(root) == expected


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(FILES)),
    st.integers(0, 400),
    st.integers(0, 30),
    st.text(st.sampled_from("ab:{}[],-#\n \"'&*!|>?0.7"), max_size=8) | st.binary(max_size=4),
)
def test_load_program_never_fails_but_by_content_error(name, at, cut, splice):
    with TemporaryDirectory() as folder:
        root = write_program(Path(folder))
        inserted = splice if isinstance(splice, bytes) else splice.encode()
        before = (root / name).read_bytes()
        (root / name).write_bytes(before[:at] + inserted + before[at + cut :])
        try:
            program, reasons_given = load_program(root), ["accepted"]
        except ContentError as refusal:
            program, reasons_given = None, refusal.reasons

    assert reasons_given
    if program:
        assert content_hash(program)
