"""Hold all mail back, or let it go again: after a restore, before risky work."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from notifications.services.outbox import pause, resume


class Command(BaseCommand):
    help = "Send no messages from this database until told to resume."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--resume", action="store_true", help="send again, from this database")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["resume"]:
            resume()
            self.stdout.write("Messages are sent again.")
        else:
            pause(now=timezone.now())
            self.stdout.write("Messages wait until `pause_sending --resume`.")
