from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from programs.engine.schema_files import schema_files


class Command(BaseCommand):
    help = "Write the JSON Schemas of the curriculum's files, by default to curriculum/schema/."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", metavar="DIR")

    def handle(self, *args: Any, folder: Path | None, **options: Any) -> None:
        target = folder or settings.CURRICULUM_DIR / "schema"
        target.mkdir(parents=True, exist_ok=True)
        for name, text in schema_files().items():
            (target / name).write_text(text)
        self.stdout.write(f"{len(schema_files())} schemas in {target}")
