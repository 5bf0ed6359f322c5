"""Take editions of a program in from files, once, and give them back unchanged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import CharField, Model
from django.utils.translation import gettext as _

from programs.engine.content import ContentError, load_program, program_from_dict
from programs.engine.content_diff import change_class
from programs.engine.content_export import write_program
from programs.engine.content_hash import canonical_program, content_hash
from programs.models import Item, Module, Program, ProgramVersion

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from accounts.models import User
    from programs.engine.content import ProgramContent


@dataclass(frozen=True)
class ImportOutcome:
    """`status` is created, unchanged or refused; `reasons` say why it was refused."""

    status: str
    version: ProgramVersion | None = None
    reasons: tuple[str, ...] = ()


@transaction.atomic
def import_program(*, path: Path, by: User | None = None, now: datetime) -> ImportOutcome:
    """Publish the edition in folder `path`; the same edition again writes nothing.

    Args:
        path: a folder in the format of docs/curriculum.md.
        by: who imports; None for the command line.
        now: becomes the moment of publication.

    Returns:
        `created`; `unchanged` when slug, version and hash are known; `refused` with reasons when
        the folder is invalid, when a known version differs ("bump the version"), or when an id
        is used again for another kind of item.
    """
    try:
        content = load_program(path)
    except ContentError as error:
        return ImportOutcome("refused", reasons=tuple(error.reasons))
    sha256 = content_hash(content)
    known = ProgramVersion.objects.filter(
        program__slug=content.slug, version=content.version
    ).first()
    if known is not None:
        return _known(known, sha256)
    if reasons := _does_not_fit(content):
        return ImportOutcome("refused", reasons=reasons)
    program, _created = Program.objects.get_or_create(
        slug=content.slug, defaults={"title": content.title, "summary": content.summary}
    )
    Program.objects.select_for_update().get(pk=program.pk)  # two imports of one program queue here
    if known := program.versions.filter(version=content.version).first():
        return _known(known, sha256)
    if reasons := _reused_ids(program, content):
        return ImportOutcome("refused", reasons=reasons)
    version = _create(program, content, sha256, now)
    return ImportOutcome("created", version)


def export_program(*, version: ProgramVersion, folder: Path, asset_source: Path | None) -> Path:
    """Write `version` to `folder/<slug>`; reading that folder gives the hash of `version` again.

    Raises:
        FileExistsError: the target exists.
        FileNotFoundError: an asset is neither stored nor in `asset_source`.
    """
    content = program_from_dict(version.content)
    return write_program(content, folder, asset_source=asset_source)


def _known(version: ProgramVersion, sha256: str) -> ImportOutcome:
    if version.sha256 == sha256:
        return ImportOutcome("unchanged", version)
    reason = _("%(program)s %(version)s is published with other content: bump the version.") % {
        "program": version.program.slug,
        "version": version.version,
    }
    return ImportOutcome("refused", version, (reason,))


def _does_not_fit(content: ProgramContent) -> tuple[str, ...]:
    """Titles and ids longer than their columns: the files' schema knows no lengths."""
    rows: list[tuple[str, Model]] = [
        ("program.yaml", Program(slug=content.slug, title=content.title)),
        ("program.yaml", ProgramVersion(version=content.version, schema=content.schema)),
    ]
    for module in content.modules:
        rows.append((module.key, Module(key=module.key, title=module.title)))
        for item in module.items:
            place = f"{module.key}/{item.key}"
            identity = f"{content.slug}/{place}"
            rows.append((place, Item(key=item.key, identity=identity, title=item.title)))
    return tuple(
        _("%(place)s: %(field)s: longer than %(max)s characters")
        % {"place": place, "field": field.name, "max": field.max_length}
        for place, row in rows
        for field in row._meta.concrete_fields
        if isinstance(field, CharField)
        and field.max_length
        and len(getattr(row, field.name)) > field.max_length
    )


def _reused_ids(program: Program, content: ProgramContent) -> tuple[str, ...]:
    before = dict(
        Item.objects.filter(module__version__program=program).values_list("identity", "kind")
    )
    return tuple(
        _("%(identity)s was a %(old)s and cannot become a %(new)s: choose a new id.")
        % {"identity": identity, "old": before[identity], "new": item.kind}
        for module in content.modules
        for item in module.items
        if before.get(identity := f"{content.slug}/{module.key}/{item.key}", item.kind) != item.kind
    )


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _create(
    program: Program, content: ProgramContent, sha256: str, now: datetime
) -> ProgramVersion:
    versions = sorted(program.versions.all(), key=lambda known: _order(known.version))
    earlier = [known for known in versions if _order(known.version) < _order(content.version)]
    version = ProgramVersion(
        program=program,
        version=content.version,
        schema=content.schema,
        sha256=sha256,
        content=json.loads(canonical_program(content)),
        change_class=(
            change_class(program_from_dict(earlier[-1].content), content) if earlier else "major"
        ),
        completion=content.completion,
        safety=content.safety,
        published_at=now,
    )
    version.full_clean()
    version.save()
    if len(earlier) == len(versions):  # the newest edition names the catalog entry
        program.title, program.summary = content.title, content.summary
        program.save()
    modules = Module.objects.bulk_create(
        Module(
            version=version,
            key=module.key,
            position=module.position,
            title=module.title,
            summary=module.summary,
            objectives=list(module.objectives),
            release=module.release,
            due=module.due,
        )
        for module in content.modules
    )
    Item.objects.bulk_create(
        Item(
            module=row,
            key=item.key,
            identity=f"{content.slug}/{module.key}/{item.key}",
            position=item.position,
            kind=item.kind,
            title=item.title,
            minutes=item.minutes,
            required=item.required,
            requires=list(item.requires),
            objectives=list(item.objectives),
            sittings=item.sittings,
            home=item.home,
            body=item.body,
        )
        for row, module in zip(modules, content.modules, strict=True)
        for item in module.items
    )
    return version
