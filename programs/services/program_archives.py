"""A program as a .zip, in and out, by the same road as its folder."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from programs.engine.content_archives import ArchiveError, pack, unpack
from programs.services.versions import ImportOutcome, export_program, import_program

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from programs.models import ProgramVersion


def import_archive(*, data: bytes, by: User, now: datetime) -> ImportOutcome:
    """Publish the edition in the .zip `data`; refused with every reason, as a folder is."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            path = unpack(data, Path(folder))
        except ArchiveError as error:
            return ImportOutcome("refused", reasons=tuple(error.reasons))
        return import_program(path=path, by=by, now=now)


def export_archive(*, version: ProgramVersion) -> bytes:
    """The edition as a .zip that `import_archive` knows again.

    Raises:
        FileNotFoundError: an asset is not on this server.
    """
    source = settings.CURRICULUM_DIR / version.program.slug
    with tempfile.TemporaryDirectory() as folder:
        root = export_program(version=version, folder=Path(folder), asset_source=source)
        return pack(root)
