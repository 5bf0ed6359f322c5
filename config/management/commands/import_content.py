from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Import all programs of curriculum/ and all instruments of instruments/."

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        programs = sorted(file.parent for file in root.glob("curriculum/*/program.yaml"))
        instruments = sorted(root.glob("instruments/*/*.yaml"))
        refused = []
        for name, paths in (("import_program", programs), ("import_instruments", instruments)):
            try:
                call_command(name, *paths, stdout=self.stdout, stderr=self.stderr)
            except CommandError as refusal:  # the others are imported all the same
                refused.append(str(refusal))
        if refused:
            raise CommandError("\n".join(refused))
