"""Load the demo practice, once."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Organization, Practice
from config.demo.cast import write_sign_ins
from config.demo.story import load_demo

# There while the demo is loaded: the launcher begins again if it finds it at the next start.
SEEDING = "seeding"


class Command(BaseCommand):
    help = "Load the demo practice into an empty installation. Does nothing where there is data."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL_MODE:
            raise CommandError("The demo practice is for local use: set LOCAL_MODE=1.")
        marker = Path(settings.BASE_DIR) / "var" / SEEDING
        if marker.exists():
            raise CommandError(
                "The demo practice was cut off while it was loaded into this database. "
                "Empty the database, or start with --no-demo."
            )
        if Practice.objects.exists():
            self.stdout.write("Already loaded.")
            self.stdout.write(write_sign_ins())
            return
        if Organization.objects.exists():
            self.stdout.write("There is data of your own here: the demo practice stays out.")
            return
        started = time.monotonic()
        marker.parent.mkdir(exist_ok=True)
        marker.touch()
        load_demo(now=timezone.now(), tell=lambda what: self.stdout.write(f"  {what}"))
        marker.unlink()
        self.stdout.write(f"Demo practice loaded in {time.monotonic() - started:.0f} s.")
        self.stdout.write(write_sign_ins())
