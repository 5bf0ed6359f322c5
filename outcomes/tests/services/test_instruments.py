"""Instruments are imported from files: once, checked, and never changed under their version."""

import hashlib
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from outcomes.models import Instrument
from outcomes.services.instruments import import_instrument

pytestmark = pytest.mark.django_db
FILES = sorted(Path(settings.BASE_DIR, "instruments").glob("*/*.yaml"))
# The words of the free instruments as proof-read: an accident of an editor must not reach a phone.
PROOFED = {
    "cbi": "43a5117321ee67ba",
    "cbi-work-patients": "bbbfebf203b77644",
    "ceas-others": "6607600c4896fa89",
    "scs-sf": "fa0038c81c7ddb01",
    "single-item-burnout": "87707fb5fd83c2cf",
}


def words_of(definition) -> str:
    """A hash over item texts and answer labels, in the file's order."""
    lines = [f"{item['id']} {item.get('text', '')}" for item in definition["items"]]
    for name, scale in definition.get("scales", {}).items():
        lines += [f"{name} {one['value']} {one['label']}" for one in scale.get("options", ())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def test_what_is_shipped_is_imported_once():
    first = [import_instrument(path=path) for path in FILES]
    again = [import_instrument(path=path) for path in FILES]

    assert [outcome.reasons for outcome in first] == [()] * len(FILES)
    assert {outcome.status for outcome in first} == {"imported"}
    assert {outcome.status for outcome in again} == {"unchanged"}


def test_only_free_instruments_carry_words_and_those_are_as_proofed():
    with_words = {}
    for path in FILES:
        definition = yaml.safe_load(path.read_text())
        if any("text" in item for item in definition["items"]):
            assert definition["licence"]["class"] in ("G", "own")
            if definition["licence"]["class"] == "G":
                with_words[definition["id"]] = words_of(definition)
    assert with_words == PROOFED


@pytest.fixture
def file(tmp_path):
    source = Path(settings.BASE_DIR, "instruments", "scs-sf", "1.0.0.yaml")
    path = tmp_path / "scs-sf" / "1.0.0.yaml"
    path.parent.mkdir()
    path.write_text(source.read_text())
    return path


def test_a_change_without_a_new_version_is_refused_and_changes_nothing(file):
    kept = import_instrument(path=file).instrument
    file.write_text(file.read_text().replace("reverse: true", "reverse: false", 1))
    outcome = import_instrument(path=file)

    assert (outcome.status, outcome.reasons) == (
        "refused",
        ("version 1.0.0 is there with other content: raise it",),
    )
    assert Instrument.objects.get().sha256 == kept.sha256


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("schema: rapport-instrument/1", "schema: other/9", "schema"),
        ("method: mean", "method: median", "method"),
        ("title: Self-compassion\n", "title: Self-compassion\ncolor: red\n", "color"),
        ("id: scs-sf", "id: scs-long", "folder and file"),
        ("items:", "items: [", "not YAML"),
        ("title: Self-compassion\n", "title: &a [*a]\n", "title"),
    ],
)
def test_a_faulty_file_is_refused_with_its_reason(file, old, new, said):
    file.write_text(file.read_text().replace(old, new, 1))
    outcome = import_instrument(path=file)

    assert outcome.status == "refused"
    assert said in " ".join(outcome.reasons)


def test_a_file_that_is_not_there_is_said(tmp_path):
    assert import_instrument(path=tmp_path / "x" / "1.yaml").status == "refused"
