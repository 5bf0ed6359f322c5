"""Load the demo practice, once."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Organization, Practice
from config.demo.cast import write_sign_ins
from config.demo.story import load_demo


class Command(BaseCommand):
    help = "Load the demo practice into an empty installation. Does nothing if one is there."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL_MODE:
            raise CommandError("The demo practice is for local use: set LOCAL_MODE=1.")
        if Organization.objects.exists() and not Practice.objects.exists():
            raise CommandError(
                "An earlier load was cut off. Start again with: python3 run.py --reset"
            )
        started = time.monotonic()
        loaded = load_demo(
            now=timezone.now(), tell=lambda what: self.stdout.write(f"  {what}", ending="\n")
        )
        seconds = time.monotonic() - started
        self.stdout.write(
            f"Demo practice loaded in {seconds:.0f} s." if loaded else "Already loaded."
        )
        self.stdout.write(write_sign_ins())
