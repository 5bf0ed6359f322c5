from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Import all programs of curriculum/ and all instruments of instruments/."

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        programs = sorted(file.parent for file in root.glob("curriculum/*/program.yaml"))
        instruments = sorted(root.glob("instruments/*/*.yaml"))
        call_command("import_program", *programs, stdout=self.stdout, stderr=self.stderr)
        call_command("import_instruments", *instruments, stdout=self.stdout, stderr=self.stderr)
