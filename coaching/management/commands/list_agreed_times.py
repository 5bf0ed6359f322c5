from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from coaching.services.agreed_times import changed_agreed_times


class Command(BaseCommand):
    help = (
        "After an update of the time zone table: list the future sessions that no longer show the"
        " wall time they were agreed for. Changes nothing; each coach decides on the calendar page."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        rows = changed_agreed_times(now=timezone.now())
        for row in rows:
            self.stdout.write(
                f"{row.session.public_id}  agreed {row.agreed:%Y-%m-%d %H:%M} {row.zone},"
                f" shows {row.shown:%Y-%m-%d %H:%M %Z}"
            )
        self.stdout.write(f"{len(rows)} to decide on.")
