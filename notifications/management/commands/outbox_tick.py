"""Send due messages without a broker: `outbox_tick`, or `outbox_tick --loop` until stopped."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from notifications.services.dispatch import dispatch_due


class Command(BaseCommand):
    help = "Send the messages that are due. Serves alone if the broker is gone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on, a pass every 10 seconds")
        parser.add_argument("--seconds", type=float, default=40, help="length of one pass")

    def handle(self, *args: Any, loop: bool, seconds: float, **options: Any) -> None:
        while True:
            result = dispatch_due(seconds=seconds)
            if result.counts:
                words = ", ".join(f"{state} {count}" for state, count in result.counts.items())
                self.stdout.write(words)
            if not loop:
                return
            time.sleep(10)
