"""A running cohort takes new wording, or another edition: what was done stays done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.tests.factories import UserFactory
from core.acting import acting_as
from programs.models import Attempt, Item, ItemState, ProgressEvent, Reflection, VersionChange
from programs.reports.cohort_progress import cohort_progress
from programs.reports.edition_plans import edition_plan
from programs.services.cohorts import create_cohort
from programs.services.edition_moves import migrate_cohort, take_over_drafts
from programs.services.progress import record_event
from programs.services.schedules import edit_date, extend
from programs.services.text_revisions import apply_text_revision
from programs.services.versions import import_program
from programs.tests.engine.program_folders import edit, write_program
from programs.tests.factories import EngagementFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
REFLECT = """\
---
id: look
questions: [{id: seen, label: "What did you see?"}]
---
Think of one patient.
"""
LIST = "items:\n"
LOOK = (
    "items:\n  - {id: look, title: Look, file: 005-look.md, kind: reflection, minutes: 5,"
    " required: true}\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tiny program without its rule of attendance, and with a reflection first."""
    root = write_program(tmp_path)
    edit(root, "program.yaml", "attendance_min: 0.66", "attendance_min: 0")
    (root / "modules/01-one/005-look.md").write_text(REFLECT)
    edit(root, "modules/01-one/module.yaml", LIST, LOOK)
    return root


def publish(folder: Path, version: str, *edits: tuple[str, str, str]):
    known = (folder / "program.yaml").read_text().split("version: ")[1].split("\n")[0]
    for name, old, new in edits:
        edit(folder, name, old, new)
    if version != known:
        edit(folder, "program.yaml", f"version: {known}", f"version: {version}")
        edit(folder, "CHANGELOG.md", f"## {known}", f"## {version}\n\nMore.\n\n## {known}")
    outcome = import_program(path=folder, now=NOW - 60 * DAY)
    assert outcome.status == "created", outcome.reasons
    return outcome.version


@pytest.fixture
def consultant():
    return UserFactory(practice_role="consultant")


@pytest.fixture
def cohort(folder, consultant):
    return create_cohort(
        engagement=EngagementFactory(),
        version=publish(folder, "1.0.0"),
        name="Spring",
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 5, 1),
        by=consultant,
        now=NOW - 50 * DAY,
    )


def learner(cohort, *done: str):
    person = EnrollmentFactory(cohort=cohort, accepted_at=NOW - 18 * DAY)
    for key in done:
        item = Item.objects.get(module__version=cohort.version, key=key)
        if key == "check":
            Attempt.objects.create(
                enrollment=person, item=item, number=1, score=1, passed=True,
                submitted_at=NOW - 2 * DAY,
            )  # fmt: skip
        record_event(
            enrollment=person,
            item=item,
            kind="item_completed",
            occurred_at=NOW - 2 * DAY,
            key=uuid4(),
            now=NOW - DAY,
        )
    person.refresh_from_db()
    return person


ALL = ("look", "read", "ring", "check")
WORDS = ("modules/01-one/010-read.md", "A step.", "A better step.")
EXTRA = (
    "modules/01-one/module.yaml",
    "  - {id: meet",
    "  - {id: extra, title: Extra, file: 035-extra.md, kind: reading, minutes: 4,"
    " required: true}\n  - {id: meet",
)


def figures(cohort, at=NOW):
    report = cohort_progress(cohort=cohort, at=at)
    return {row.name: (row.state, row.done) for row in report.learners if row.state}


def test_a_patch_changes_what_is_read_and_nothing_else(cohort, folder, consultant, client):
    person, finisher = learner(cohort, "look"), learner(cohort, *ALL)
    before = figures(cohort)
    facts = list(ProgressEvent.objects.order_by("pk").values())
    cohort.everything_open_at = NOW - DAY
    cohort.save()
    patch = publish(folder, "1.0.1", WORDS)

    apply_text_revision(cohort=cohort, version=patch, by=consultant, now=NOW)
    apply_text_revision(cohort=cohort, version=patch, by=consultant, now=NOW)

    assert figures(cohort) == before
    assert list(ProgressEvent.objects.order_by("pk").values()) == facts
    finisher.refresh_from_db()
    assert finisher.completed_at
    change = VersionChange.objects.get()
    assert (change.kind, change.old, change.new) == ("text", cohort.version, patch)
    read = Item.objects.get(module__version=cohort.version_id, key="read")
    client.force_login(person.clinician)
    page = client.get(reverse("programs:item_detail", args=[person.public_id, read.public_id]))
    assert "A better step." in page.content.decode()


def test_more_than_wording_is_refused_whatever_its_number_says(cohort, folder, consultant):
    (folder / "modules/01-one/035-extra.md").write_text("---\nid: extra\n---\n## More\n\nText.\n")
    major = publish(folder, "1.0.1", EXTRA)

    with pytest.raises(ValidationError) as refusal:
        apply_text_revision(cohort=cohort, version=major, by=consultant, now=NOW)

    assert refusal.value.code == "not_a_patch"
    cohort.refresh_from_db()
    assert cohort.text_version is None
    assert not VersionChange.objects.exists()


def test_a_move_keeps_completions_and_finishers_though_more_is_asked(cohort, folder, consultant):
    person, finisher = learner(cohort, "look", "read"), learner(cohort, *ALL)
    assert finisher.completed_at
    done_at = finisher.completed_at
    before = figures(cohort)
    (folder / "modules/01-one/035-extra.md").write_text("---\nid: extra\n---\n## More\n\nText.\n")
    major = publish(folder, "2.0.0", EXTRA)
    plan = edition_plan(cohort, major, {})
    assert [item.key for item in plan.added_required] == ["extra"]
    assert (plan.required_before, plan.required_after, plan.completed) == (4, 5, 1)
    assert not plan.lose_ground

    change = migrate_cohort(cohort=cohort, version=major, mapping={}, by=consultant, now=NOW)

    assert (change.kind, change.new) == ("migration", major)
    cohort.refresh_from_db()
    assert figures(cohort) == before
    assert cohort_progress(cohort=cohort, at=NOW).required == 5
    finisher.refresh_from_db()
    assert finisher.completed_at == done_at
    assert ProgressEvent.objects.filter(kind="program_completed").count() == 1
    # The rest can be done, and completes it once.
    for key in ("ring", "check", "extra"):
        item = Item.objects.get(module__version=major, key=key)
        if key == "check":
            Attempt.objects.create(
                enrollment=person, item=item, number=1, score=1, passed=True, submitted_at=NOW
            )
        record_event(
            enrollment=type(person).objects.get(pk=person.pk),
            item=item,
            kind="item_completed",
            occurred_at=NOW,
            key=uuid4(),
            now=NOW,
        )
    person.refresh_from_db()
    assert person.completed_at


def test_an_open_step_drafts_dates_and_extensions_go_over(cohort, folder, consultant):
    person = learner(cohort)
    look, read = (Item.objects.get(key=key) for key in ("look", "read"))
    ItemState.objects.create(enrollment=person, item=read, position={"step": 2, "of": 2})
    with acting_as(person.clinician_id):
        Reflection.objects.create(
            author=person.clinician, enrollment=person, item=look, answers={"seen": "a door"}
        )
    row = cohort.schedule.get(kind="release")
    edit_date(row=row, at=NOW - DAY, by=consultant, reason="earlier", now=NOW)
    cohort.schedule.filter(kind="due").update(at=NOW)
    extend(enrollments=[person], modules=[row.module], by_days=4, by=consultant, now=NOW)
    (folder / "modules/01-one/035-extra.md").write_text("---\nid: extra\n---\n## More\n\nText.\n")
    major = publish(folder, "2.0.0", EXTRA)

    migrate_cohort(cohort=cohort, version=major, mapping={}, by=consultant, now=NOW)

    new = {item.key: item for item in Item.objects.filter(module__version=major)}
    assert ItemState.objects.get(enrollment=person).item == new["read"]
    assert ItemState.objects.get(enrollment=person).position == {"step": 2, "of": 2}
    moved = cohort.schedule.get(kind="release")
    assert (moved.module.version, moved.at, moved.edited_reason) == (major, NOW - DAY, "earlier")
    assert {e.item.module.version_id for e in person.extensions.all()} == {major.pk}
    with acting_as(person.clinician_id):
        take_over_drafts(enrollment=type(person).objects.get(pk=person.pk), item=new["look"])
        assert Reflection.objects.get(item=new["look"]).answers == {"seen": "a door"}


def test_a_check_that_asks_otherwise_counts_if_done_and_begins_anew_if_not(
    cohort, folder, consultant
):
    finisher, person = learner(cohort, "look", "read", "check"), learner(cohort)
    check = Item.objects.get(key="check")
    Attempt.objects.create(enrollment=person, item=check, number=1, answers={"q1": ["b"]})
    major = publish(
        folder,
        "2.0.0",
        ("modules/01-one/030-check.quiz.yaml", "Which is a clue?", "Which one is no clue?"),
    )
    plan = edition_plan(cohort, major, {})
    assert [item.key for item in plan.begin_anew] == ["check"]

    migrate_cohort(cohort=cohort, version=major, mapping={}, by=consultant, now=NOW)

    # The open answers stay with the question they answered.
    assert set(Attempt.objects.values_list("item", flat=True)) == {check.pk}
    new = Item.objects.get(module__version=major, key="check")
    assert ItemState.objects.get(enrollment=finisher, item=new).done_at == NOW - 2 * DAY
    assert not ItemState.objects.filter(enrollment=person, item=new).exists()
    ring = Item.objects.get(module__version=major, key="ring")
    record_event(
        enrollment=type(finisher).objects.get(pk=finisher.pk), item=ring, kind="item_completed",
        occurred_at=NOW, key=uuid4(), now=NOW,
    )  # fmt: skip
    finisher.refresh_from_db()
    assert finisher.completed_at  # the check passed in its old form counts


def test_a_mapping_says_which_step_goes_on_and_a_wrong_one_changes_nothing(
    cohort, folder, consultant
):
    person = learner(cohort, "read")
    major = publish(
        folder,
        "2.0.0",
        ("modules/01-one/module.yaml", "{id: read,", "{id: first,"),
        ("modules/01-one/module.yaml", "requires: [read]", "requires: [first]"),
        ("modules/01-one/010-read.md", "id: read", "id: first"),
    )
    slug = "tiny/one"
    for mapping, code in (
        ({f"{slug}/none": f"{slug}/first"}, "unknown_old"),
        ({f"{slug}/read": f"{slug}/none"}, "unknown_new"),
        ({f"{slug}/read": f"{slug}/ring"}, "other_kind"),
    ):
        with pytest.raises(ValidationError) as refusal:
            migrate_cohort(cohort=cohort, version=major, mapping=mapping, by=consultant, now=NOW)
        assert refusal.value.code == code
    assert [plan.done_after for plan in edition_plan(cohort, major, {}).lose_ground] == [0]

    mapping = {f"{slug}/read": f"{slug}/first"}
    migrate_cohort(cohort=cohort, version=major, mapping=mapping, by=consultant, now=NOW)

    assert figures(cohort)[person.clinician.name][1] == 1
    with pytest.raises(ValidationError) as refusal:
        migrate_cohort(cohort=cohort, version=major, mapping={}, by=consultant, now=NOW)
    assert refusal.value.code == "same_edition"


def test_whoever_has_done_all_that_is_left_completes_and_two_moves_keep_the_first_facts(
    cohort, folder, consultant
):
    person = learner(cohort, "look", "read", "ring")
    smaller = publish(
        folder,
        "2.0.0",
        ("modules/01-one/module.yaml", "minutes: 8, required: true,\n     objectives", "minutes: 8, required: false,\n     objectives"),
    )  # fmt: skip
    migrate_cohort(cohort=cohort, version=smaller, mapping={}, by=consultant, now=NOW)
    person.refresh_from_db()
    assert person.completed_at == NOW

    (folder / "modules/01-one/035-extra.md").write_text("---\nid: extra\n---\n## More\n\nText.\n")
    bigger = publish(folder, "3.0.0", EXTRA)
    migrate_cohort(cohort=cohort, version=bigger, mapping={}, by=consultant, now=NOW + DAY)
    person.refresh_from_db()
    assert person.completed_at == NOW
    assert figures(cohort, NOW + DAY)[person.clinician.name] == ("completed", 3)
    with pytest.raises(ValidationError) as refusal:
        migrate_cohort(cohort=cohort, version=smaller, mapping={}, by=consultant, now=NOW)
    assert refusal.value.code == "not_later"
