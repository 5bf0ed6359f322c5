"""A small valid program on disk, for tests that then break one thing in it."""

from pathlib import Path

FILES = {
    "LICENSE": "All rights with the project.\n",
    "CHANGELOG.md": "# Changes\n\n## 1.0.0\n\nFirst edition.\n",
    "program.yaml": """\
schema: empathy-program/1
slug: tiny
version: 1.0.0
title: Tiny
summary: A small program.
aim: To be read by a test.
audience: Tests.
license: CC-BY-NC-ND-4.0
evidence:
  - {text: A claim., source: A source, design: trial, n: "1", limit: A limit.}
completion: {required_items: all, attendance_min: 0.66, checks_min: 0.7}
modules:
  - id: one
    dir: modules/01-one
    release: {anchor: cohort_start, offset: P0D}
    due: {anchor: "session:mid", offset: -P2D, at: "20:00"}
""",
    "modules/01-one/module.yaml": """\
title: One
summary: The only module.
objectives:
  - {id: cues, text: sort utterances}
items:
  - {id: read, title: Read, file: 010-read.md, kind: reading, minutes: 8, required: true}
  - {id: ring, title: Ring, file: 020-ring.scenario.yaml, kind: scenario, minutes: 12,
     required: true, requires: [read]}
  - {id: check, title: Check, file: 030-check.quiz.yaml, kind: check, minutes: 8, required: true,
     objectives: [cues]}
  - {id: meet, title: Meet, file: 040-meet.md, kind: live, minutes: 60, required: false}
""",
    "modules/01-one/010-read.md": "---\nid: read\n---\n## First\n\nA step.\n\n## Second\n\nMore.\n",
    "modules/01-one/020-ring.scenario.yaml": """\
id: ring
setting: A ward.
role: A nurse.
start: open
nodes:
  open:
    says: {who: patient, text: "My mother had this same scan."}
    cue: {kind: clue, emotion: fear}
    choices:
      - {id: a, text: "Your scan shows a nodule.", code: terminator, to: quiet, feedback: Fear stays.}
      - {id: b, text: "Her scan is on your mind.", code: continuer, move: name, to: opens, feedback: Named.}
  quiet: {end: missed, rewind: open, summary: It went quiet.}
  opens: {end: met, summary: She talked.}
""",
    "modules/01-one/030-check.quiz.yaml": """\
id: check
pass: 0.7
questions:
  - id: q1
    objective: cues
    stem: Which is a clue?
    options:
      - {id: a, text: This one, correct: true, feedback: "Yes."}
      - {id: b, text: That one, feedback: "No."}
""",
    "modules/01-one/040-meet.md": "---\nid: meet\nsession: mid\n---\nBring a moment.\n",
    "sessions/mid.md": (
        "---\nid: mid\ntitle: Middle\nminutes: 60\noutcomes: [talk]\nmaterials: [chairs]\n---\n"
        "Begin on time.\n"
    ),
}


def write_program(folder: Path) -> Path:
    root = folder / "tiny"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def edit(root: Path, name: str, old: str, new: str) -> None:
    """Replace `old`, which must be there, so that a test never edits nothing."""
    text = (root / name).read_text()
    assert old in text
    (root / name).write_text(text.replace(old, new))
