"""Write a program in the browser, and publish it by the road that files take."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programs.engine import drafts as engine
from programs.models import Program, ProgramDraft
from programs.services.versions import ImportOutcome, import_program

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from programs.models import ProgramVersion


@transaction.atomic
def start_draft(*, version: ProgramVersion, by: User) -> ProgramDraft:
    """The draft of this program: the one under way, or a new one that begins as `version`."""
    draft, _created = ProgramDraft.objects.get_or_create(
        slug=version.program.slug,
        defaults={
            "program": version.program,
            "base": version,
            "content": version.content,
            "edited_by": by,
        },
    )
    return draft


@transaction.atomic
def start_program(*, slug: str, title: str, by: User) -> ProgramDraft:
    """A draft of a program that does not exist yet.

    Raises:
        ValidationError: "taken", or a slug that no folder may have.
    """
    if not engine.KEY.match(slug):
        raise ValidationError({"slug": _("Small letters, digits and hyphens; a letter first.")})
    taken = Program.objects.filter(slug=slug).exists()
    if taken or ProgramDraft.objects.filter(slug=slug).exists():
        raise ValidationError({"slug": ValidationError(_("This id is taken."), code="taken")})
    draft = ProgramDraft(slug=slug, content=engine.new_program(slug, title), edited_by=by)
    draft.full_clean()
    draft.save()
    return draft


@transaction.atomic
def save_draft(
    *, draft: ProgramDraft, content: dict[str, Any], revision: int, by: User
) -> ProgramDraft:
    """Keep `content`, made from revision `revision`; what was before can be had back once.

    Raises:
        ValidationError: "stale": somebody saved meanwhile; nothing was written.
    """
    locked = ProgramDraft.objects.select_for_update().get(pk=draft.pk)
    if locked.revision != revision:
        raise ValidationError(_("Somebody saved this draft meanwhile."), code="stale")
    if locked.content == content:
        return locked
    locked.before, locked.content = locked.content, content
    locked.revision += 1
    locked.edited_by = by
    locked.save()
    return locked


def undo_draft(*, draft: ProgramDraft, revision: int, by: User) -> ProgramDraft:
    """Take the last change back; a second time brings it in again."""
    if draft.before is None:
        return draft
    return save_draft(draft=draft, content=draft.before, revision=revision, by=by)


@transaction.atomic
def publish_draft(
    *, draft: ProgramDraft, version: str, revision: int, by: User, now: datetime
) -> ImportOutcome:
    """Publish the draft as `version` through the import of files; then the draft is gone.

    Raises:
        ValidationError: "stale".
    """
    locked = ProgramDraft.objects.select_for_update().get(pk=draft.pk)
    if locked.revision != revision:
        raise ValidationError(_("Somebody saved this draft meanwhile."), code="stale")
    if reasons := engine.faults(locked.content, version=version):
        return ImportOutcome("refused", reasons=tuple(reasons))
    with tempfile.TemporaryDirectory() as folder:
        path = engine.written(locked.content, version=version, folder=Path(folder))
        outcome = import_program(path=path, by=by, now=now)
    if outcome.status != "refused":
        locked.delete()
    return outcome


def discard_draft(*, draft: ProgramDraft, by: User) -> None:
    ProgramDraft.objects.managed_by(by).filter(pk=draft.pk).delete()
