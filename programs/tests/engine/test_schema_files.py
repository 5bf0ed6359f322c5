"""The schemas in the repository are the ones the importer uses."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from programs.engine.schema_files import schema_files

FOLDER = Path(__file__).resolve().parents[3] / "curriculum" / "schema"
SHIPPED = FOLDER.parent


def test_the_files_are_what_the_code_says():
    """`manage.py export_schemas` writes them anew."""
    assert {path.name: path.read_text() for path in FOLDER.iterdir()} == schema_files()


@pytest.mark.parametrize("name", schema_files())
def test_each_is_a_valid_schema(name):
    Draft202012Validator.check_schema(json.loads(schema_files()[name]))


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("program", "*/program.yaml"),
        ("module", "*/modules/*/module.yaml"),
        ("scenario", "*/modules/*/*.scenario.yaml"),
        ("quiz", "*/modules/*/*.quiz.yaml"),
        ("practice", "*/modules/*/*.practice.yaml"),
    ],
)
def test_shipped_files_satisfy_the_files_on_disk(name, pattern):
    validator = Draft202012Validator(json.loads((FOLDER / f"{name}.schema.json").read_text()))
    files = sorted(SHIPPED.glob(pattern))
    assert files
    for path in files:
        validator.validate(yaml.safe_load(path.read_text()))
