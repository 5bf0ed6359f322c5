"""Beat names tasks that exist, in intervals, each on a queue that a worker reads."""

import pytest

from config import celery_settings
from config.celery import app

ENTRIES = celery_settings.beat_schedule


@pytest.fixture(scope="module", autouse=True)
def _tasks_are_loaded():
    app.loader.import_default_modules()


@pytest.mark.parametrize("name", ENTRIES)
def test_a_beat_entry_names_a_registered_task(name):
    assert ENTRIES[name]["task"] in app.tasks


@pytest.mark.parametrize("name", ENTRIES)
def test_a_beat_entry_expires_before_its_next_turn(name):
    entry = ENTRIES[name]

    assert isinstance(entry["schedule"], float)
    assert entry["options"]["expires"] < entry["schedule"]
    assert entry["options"]["queue"] in ("tick", "jobs")


# Asked for by another task, one job a row.
NOT_BY_BEAT = {"coaching.read_calendar"}


def test_every_task_of_ours_is_woken_by_beat():
    ours = {name for name in app.tasks if not name.startswith("celery.")}

    assert ours - NOT_BY_BEAT == {entry["task"] for entry in ENTRIES.values()}
