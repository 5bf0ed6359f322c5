from __future__ import annotations

import copy
import dataclasses
import json
from pathlib import Path

import pytest

from programs.engine import draft_fields as fields
from programs.engine import drafts
from programs.engine.content import load_program
from programs.engine.content_hash import canonical_program, content_hash
from programs.engine.draft_changes import changed_parts
from programs.engine.draft_keys import key_from

CURRICULUM = Path(__file__).resolve().parents[3] / "curriculum"
PROGRAMS = sorted(path.parent for path in CURRICULUM.glob("*/program.yaml"))
MOST_FIELDS = 490  # config.settings.DATA_UPLOAD_MAX_NUMBER_FIELDS is 500


@pytest.fixture(scope="module", params=PROGRAMS, ids=lambda path: path.name)
def program(request):
    return load_program(request.param)


@pytest.fixture(scope="module")
def content(program):
    return json.loads(canonical_program(program))


def addresses(content):
    yield ""
    for module in content["modules"]:
        yield f"{module['key']}/"
        for item in module["items"]:
            yield f"{module['key']}/{item['key']}"
    for key in content["sessions"]:
        yield f"@{key}"


def typed(lines):
    """What a browser would send: CRLF line ends, every control."""
    silent = ("heading", "add", "fixed")
    return {
        line.path: str(line.value).replace("\n", "\r\n")
        for line in lines
        if line.control not in silent
    }


def test_every_part_of_every_shipped_program_survives_its_form_unchanged(program, content):
    saved = content
    for at in addresses(content):
        schema, value = drafts.part_of(saved, at)
        data = typed(fields.lines(schema, value, known=drafts.known_values(saved, at)))
        assert len(data) < MOST_FIELDS, at
        saved = drafts.with_part(saved, at, fields.applied(schema, value, data))

    assert saved == content
    assert drafts.faults(saved, version=program.version) == []


def test_a_draft_written_to_files_has_the_hash_of_its_edition(program, content, tmp_path):
    path = drafts.written(content, version=program.version, folder=tmp_path)

    assert content_hash(load_program(path)) == content_hash(program)


@pytest.fixture
def foundations():
    program = load_program(CURRICULUM / "foundations-clinical-empathy")
    return json.loads(canonical_program(program))


def test_each_kind_of_item_can_be_added_and_shows_a_form(foundations):
    module = foundations["modules"][0]["key"]
    for kind in drafts.BODIES:
        foundations = drafts.arranged(
            foundations, "add", f"{module}/", kind=kind, key=f"new-{kind.replace('_', '-')}"
        )
        at = f"{module}/new-{kind.replace('_', '-')}"
        schema, value = drafts.part_of(foundations, at)
        assert fields.lines(schema, value, known=drafts.known_values(foundations, at))

    reasons = drafts.faults(foundations, version="9.0.0")

    for kind in drafts.BODIES:
        assert any(f"new-{kind.replace('_', '-')}" in reason for reason in reasons), kind


def test_removing_a_live_item_takes_its_guide_along(foundations):
    live = next(
        (module["key"], item)
        for module in foundations["modules"]
        for item in module["items"]
        if item["kind"] == "live"
    )
    after = drafts.arranged(foundations, "remove", f"{live[0]}/{live[1]['key']}")

    assert live[1]["body"]["session"] in foundations["sessions"]
    assert live[1]["body"]["session"] not in after["sessions"]


def test_moving_down_renumbers_and_twice_the_other_way_comes_back(foundations):
    first, second = (module["key"] for module in foundations["modules"][:2])
    down = drafts.arranged(foundations, "down", f"{first}/")

    assert [module["key"] for module in down["modules"][:2]] == [second, first]
    assert [module["position"] for module in down["modules"]] == list(
        range(1, len(down["modules"]) + 1)
    )
    assert drafts.arranged(down, "up", f"{first}/") == foundations


@pytest.mark.parametrize("key", ["../x", "A", "", "a/b", "welcome"])
def test_an_id_that_is_no_id_or_is_taken_is_refused(key):
    content = drafts.new_program("new-program", "New")
    with pytest.raises(KeyError):
        drafts.arranged(content, "add", "", key=key)


def test_ids_cannot_be_typed(foundations):
    at = next(at for at in addresses(foundations) if at.count("/") and not at.endswith("/"))
    schema, value = drafts.part_of(foundations, at)
    data = {"body.rubric.id": "../../x", "id": "x", "key": "../x"}

    assert fields.applied(schema, value, data) == value


def test_nonsense_in_a_number_is_kept_and_named_as_a_fault(foundations):
    module = foundations["modules"][0]
    at = f"{module['key']}/{module['items'][0]['key']}"
    schema, value = drafts.part_of(foundations, at)
    for nonsense in ("soon", "nan", "9" * 5000):
        new = fields.applied(schema, value, {"minutes": nonsense})
        reasons = drafts.faults(drafts.with_part(foundations, at, new), version="9.0.0")
        assert any("minutes" in reason for reason in reasons), nonsense


def test_the_proposed_number_follows_the_class_of_the_change(foundations):
    old = load_program(CURRICULUM / "foundations-clinical-empathy")
    prose, optional, required = (copy.deepcopy(foundations) for _ in range(3))
    prose["modules"][0]["summary"] = "Other words."
    item = copy.deepcopy(required["modules"][0]["items"][0])
    optional["modules"][0]["items"].append({**item, "key": "more", "required": False})
    required["modules"][0]["items"].append({**item, "key": "more", "required": True})
    old = dataclasses.replace(old, version="1.2.3")

    assert drafts.proposed_version(old, prose) == ("patch", "1.2.4")
    assert drafts.proposed_version(old, optional) == ("minor", "1.3.0")
    assert drafts.proposed_version(old, required) == ("major", "2.0.0")
    module = foundations["modules"][0]["key"]
    assert changed_parts(foundations, prose) == [(f"{module}/", "changed")]
    assert changed_parts(foundations, optional) == [(f"{module}/more", "added")]


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("What empathy does", "what-empathy-does"),
        ("5 minutes", "part-5-minutes"),
        ("Überblick", "uberblick"),
        ("心", "part"),
        ("a" * 60, "a" * 32),
        ("", "part"),
    ],
)
def test_an_id_is_made_of_any_title(title, key):
    found = key_from(title)
    assert found == key
    assert drafts.KEY.match(found)
    again = key_from(title, taken={found, f"{found}-2"})
    assert again == f"{found}-3"
    assert drafts.KEY.match(again)
