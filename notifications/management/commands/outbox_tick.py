"""Send due messages without a broker: `outbox_tick`, or `outbox_tick --loop` until stopped."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from notifications.services.dispatch import dispatch_due


class Command(BaseCommand):
    help = "Send the messages that are due. Serves alone if the broker is gone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on, a pass every 10 seconds")
        parser.add_argument("--seconds", type=float, default=40, help="length of one pass")
        parser.add_argument("--every", type=float, default=10, help="seconds between two passes")

    def handle(self, *args: Any, loop: bool, seconds: float, every: float, **options: Any) -> None:
        told_to_end = threading.Event()
        # A deploy ends us between two messages, never within one.
        before = signal.signal(signal.SIGTERM, lambda *_: told_to_end.set())
        try:
            while not told_to_end.is_set():
                self._pass(seconds, told_to_end)
                if not loop:
                    return
                told_to_end.wait(every)
        finally:
            signal.signal(signal.SIGTERM, before)

    def _pass(self, seconds: float, told_to_end: threading.Event) -> None:
        result = dispatch_due(seconds=seconds, should_stop=told_to_end.is_set)
        if result.is_paused:
            self.stderr.write("Sending is paused; `pause_sending --resume` ends that.")
        if result.counts:
            words = ", ".join(f"{state} {count}" for state, count in result.counts.items())
            self.stdout.write(words)
