"""The programs of the practice, their editions, and what a draft would change for cohorts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from programs.engine import drafts as engine
from programs.engine.content import program_from_dict
from programs.engine.content_diff import change_class
from programs.engine.draft_changes import changed_parts
from programs.models import Cohort, Program, ProgramDraft, ProgramVersion

if TYPE_CHECKING:
    from programs.engine.content import ProgramContent


@dataclass(frozen=True)
class ProgramLine:
    """`versions`, newest first, each with `running`: open cohorts that it is pinned to."""

    program: Program
    versions: tuple[ProgramVersion, ...]
    draft: ProgramDraft | None


@dataclass(frozen=True)
class Kept:
    """Running cohorts pinned to `version`; `takes_text` if the draft differs from it in words."""

    version: str
    cohorts: int
    takes_text: bool


@dataclass(frozen=True)
class Publishing:
    change: str
    proposed: str
    faults: tuple[str, ...]
    parts: tuple[tuple[str, str], ...]  # address, added | removed | changed
    kept: tuple[Kept, ...]


def order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def program_lines() -> list[ProgramLine]:
    running = Count("cohorts", filter=Q(cohorts__closed_at=None))
    drafts = {draft.slug: draft for draft in ProgramDraft.objects.all()}
    versions: dict[int, list[ProgramVersion]] = {}
    for version in ProgramVersion.objects.defer("content").annotate(running=running):
        versions.setdefault(version.program_id, []).append(version)
    return [
        ProgramLine(
            program,
            tuple(
                sorted(versions.get(program.pk, ()), key=lambda v: order(v.version), reverse=True)
            ),
            drafts.get(program.slug),
        )
        for program in Program.objects.all()
    ]


def publishing(draft: ProgramDraft) -> Publishing:
    """What publishing would do: nothing is written."""
    newest = _newest(draft)
    before = program_from_dict(newest.content) if newest else None
    change, proposed = engine.proposed_version(before, draft.content)
    return Publishing(
        change=change,
        proposed=proposed,
        faults=tuple(engine.faults(draft.content, version=proposed)),
        parts=tuple(changed_parts(newest.content, draft.content)) if newest else (),
        kept=tuple(_kept(draft)),
    )


def _newest(draft: ProgramDraft) -> ProgramVersion | None:
    versions = ProgramVersion.objects.filter(program__slug=draft.slug)
    return max(versions, key=lambda version: order(version.version), default=None)


def _kept(draft: ProgramDraft) -> list[Kept]:
    numbers = dict(
        Cohort.objects.filter(version__program__slug=draft.slug, closed_at=None)
        .values_list("version")
        .annotate(number=Count("pk"))
    )
    found = []
    for version in ProgramVersion.objects.filter(pk__in=numbers):
        takes = _class(program_from_dict(version.content), draft.content) == "patch"
        found.append(Kept(version.version, numbers[version.pk], takes))
    return sorted(found, key=lambda kept: order(kept.version))


def _class(old: ProgramContent, content: dict[str, Any]) -> str:
    try:
        return change_class(old, program_from_dict(content))
    except (KeyError, TypeError, AttributeError):  # in the middle of being written
        return "major"
