from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from programs.services.versions import import_program


class Command(BaseCommand):
    help = "Import programs from their folders. The same edition again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")

    def handle(self, *args: Any, paths: list[Path], **options: Any) -> None:
        refused = []
        for path in paths:
            outcome = import_program(path=path, now=timezone.now())
            self.stdout.write(f"{path}: {outcome.status}")
            for reason in outcome.reasons:
                self.stderr.write(f"  {reason}")
            if outcome.status == "refused":
                refused.append(f"{path.name}: {' '.join(outcome.reasons)}")
        if refused:
            raise CommandError("\n".join([f"{len(refused)} of {len(paths)} refused.", *refused]))
