"""Import is idempotent and versioned; export gives the same hash back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from programs.engine.content import load_program
from programs.engine.content_hash import content_hash
from programs.models import Item, Module, Program, ProgramVersion
from programs.services.versions import import_program
from programs.tests.engine.program_folders import edit, write_program

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_program(tmp_path)


def new_edition(folder: Path, version: str) -> None:
    edit(folder, "program.yaml", "version: 1.0.0", f"version: {version}")
    edit(folder, "CHANGELOG.md", "## 1.0.0", f"## {version}\n\nMore.\n\n## 1.0.0")


def test_import_creates_version_modules_and_items(folder):
    outcome = import_program(path=folder, now=NOW)

    assert outcome.status == "created"
    assert outcome.version.published_at == NOW
    assert outcome.version.sha256 == content_hash(load_program(folder))
    assert list(Item.objects.values_list("identity", flat=True)) == [
        "tiny/one/read",
        "tiny/one/ring",
        "tiny/one/check",
        "tiny/one/meet",
    ]
    assert Item.objects.get(key="ring").requires == ["read"]


def test_import_twice_writes_nothing(folder, count_queries):
    import_program(path=folder, now=NOW)

    with count_queries() as captured:
        outcome = import_program(path=folder, now=NOW)

    assert outcome.status == "unchanged"
    verbs = [query["sql"].split()[0] for query in captured.captured_queries]
    assert not {"INSERT", "UPDATE", "DELETE"} & set(verbs)
    assert ProgramVersion.objects.count() == Module.objects.count() == 1


def test_import_refuses_an_edit_without_a_new_version(folder):
    import_program(path=folder, now=NOW)
    edit(folder, "modules/01-one/010-read.md", "A step.", "Another step.")

    outcome = import_program(path=folder, now=NOW)

    assert outcome.status == "refused"
    assert len(outcome.reasons) == 1
    assert Item.objects.get(key="read").body["steps"][0]["markdown"] == "A step."


def test_import_computes_the_change_class(folder):
    first = import_program(path=folder, now=NOW).version
    new_edition(folder, "1.0.1")
    edit(folder, "modules/01-one/010-read.md", "A step.", "Another step.")
    second = import_program(path=folder, now=NOW).version

    assert (first.change_class, second.change_class) == ("major", "patch")


def test_import_refuses_an_id_used_again_for_another_kind(folder):
    import_program(path=folder, now=NOW)
    new_edition(folder, "2.0.0")
    edit(folder, "modules/01-one/module.yaml", "kind: reading", "kind: thread")
    (folder / "modules/01-one/010-read.md").write_text("---\nid: read\nposts_min: 1\n---\nTalk.\n")

    outcome = import_program(path=folder, now=NOW)

    assert outcome.status == "refused"
    assert ProgramVersion.objects.count() == 1


def test_import_names_the_faults_of_an_invalid_folder(folder):
    edit(folder, "modules/01-one/020-ring.scenario.yaml", "to: quiet", "to: nowhere")

    outcome = import_program(path=folder, now=NOW)

    assert outcome.status == "refused"
    assert "nowhere" in outcome.reasons[0]
    assert not Program.objects.exists()


def test_import_refuses_a_title_longer_than_its_column(folder):
    edit(folder, "modules/01-one/module.yaml", "title: Read,", f"title: {'x' * 161},")

    outcome = import_program(path=folder, now=NOW)

    assert outcome.status == "refused"
    assert outcome.reasons == ("one/read: title: longer than 160 characters",)
    assert not Program.objects.exists()


def test_export_round_trips_to_the_same_hash(folder, tmp_path):
    version = import_program(path=folder, now=NOW).version

    call_command("export_program", "tiny", "1.0.0", str(tmp_path / "out"))

    assert content_hash(load_program(tmp_path / "out" / "tiny")) == version.sha256


def test_import_command_fails_on_a_refusal(folder):
    edit(folder, "program.yaml", "title: Tiny", "titel: Tiny")
    with pytest.raises(CommandError):
        call_command("import_program", str(folder))
