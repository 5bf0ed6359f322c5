from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser

from programs.engine.twee import TweeError, from_twee, to_twee


class Command(BaseCommand):
    help = "Turn a scenario into Twee 3 for Twine (from .yaml), or back (from .twee)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, metavar="FILE")
        parser.add_argument("target", type=Path, metavar="NEW_FILE")

    def handle(self, *args: Any, source: Path, target: Path, **options: Any) -> None:
        if target.exists():
            raise CommandError(f"{target} exists already.")
        try:
            text = source.read_text(encoding="utf-8")
            if source.suffix in (".twee", ".tw"):
                body = from_twee(text)
                made = yaml.safe_dump(body, sort_keys=False, allow_unicode=True, width=120)
            else:
                body = yaml.safe_load(text)
                made = to_twee(body, title=source.name.partition(".")[0])
        except TweeError as error:
            raise CommandError("\n".join(error.reasons)) from error
        except (OSError, UnicodeError, yaml.YAMLError, KeyError, TypeError) as error:
            raise CommandError(f"{source} cannot be read as a scenario: {error}") from error
        target.write_text(made, encoding="utf-8")
        self.stdout.write(str(target))
