from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from programs.models import ProgramVersion
from programs.services.versions import export_program


class Command(BaseCommand):
    help = "Write one edition of a program to DIR/SLUG, in the format that import_program reads."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("program_version", metavar="VERSION")
        parser.add_argument("folder", type=Path, metavar="DIR")

    def handle(
        self, *args: Any, slug: str, program_version: str, folder: Path, **options: Any
    ) -> None:
        version = ProgramVersion.objects.filter(program__slug=slug, version=program_version).first()
        if version is None:
            raise CommandError(f"No edition {program_version} of {slug}.")
        try:
            root = export_program(
                version=version, folder=folder, asset_source=settings.CURRICULUM_DIR / slug
            )
        except FileExistsError as error:
            raise CommandError(f"{folder / slug} exists already.") from error
        except FileNotFoundError as error:
            raise CommandError(f"An asset is missing: {error}") from error
        self.stdout.write(f"{root}: {version.sha256}")
