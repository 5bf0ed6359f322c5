"""After a wrong password at the provider, say: send what failed once more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from notifications.services.messages import retry_failed_messages


class Command(BaseCommand):
    help = "Put failed messages that are still worth sending back in the queue."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", help="e.g. coaching.session_reminder; default: all")
        parser.add_argument("--failed-within", type=int, default=24, metavar="HOURS")
        parser.add_argument("--dry-run", action="store_true", help="Count only, change nothing.")

    def handle(
        self, *args: Any, kind: str | None, failed_within: int, dry_run: bool, **options: Any
    ) -> None:
        age = timedelta(hours=failed_within)
        count = retry_failed_messages(
            kind=kind, failed_within=age, dry_run=dry_run, now=timezone.now()
        )
        self.stdout.write(f"{'Would retry' if dry_run else 'Retried'} {count} message(s).")
