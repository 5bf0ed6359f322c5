"""`python -m bench [NAME …] [--size s|m]`: run benchmarks, each beside its floor in the same run."""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
import time

import django
from django.conf import settings

from bench.report import render

# Name → module with run(size) -> rows. One benchmark a file.
BENCHES = {
    "today": "bench.today",
    "slots.engine": "bench.slots_engine",
    "slots.page.1x30": "bench.slots_one_coach",
    "slots.page.20x60": "bench.slots_pool",
    "book.contended": "bench.book_contended",
    "report.cohort": "bench.report_cohort",
    "report.cohort.csv": "bench.report_cohort_csv",
    "report.organization": "bench.report_organization",
    "outcomes.cohort": "bench.outcomes_cohort",
    "messages.dispatch": "bench.messages_dispatch",
    "messages.crash": "bench.messages_crash",
    "footprint": "bench.footprint",
    "page.weight": "bench.page_weight",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="run.py bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--size", choices=["s", "m", "l"], default="s")
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(BENCHES))
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    _prepare(options.size)
    rows = []
    for name in options.names or BENCHES:
        print(f"… {name}", file=sys.stderr, flush=True)
        rows += importlib.import_module(BENCHES[name]).run(options.size)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"\nsize {options.size}; load average {load}; {_revision()}\n")
    print(render(rows))
    return int(any(row.holds is False for row in rows))


def _prepare(size: str) -> None:
    """Migrate and fill the database as its owner, then become the plain role like the site."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    owner = os.environ | {"RAPPORT_DB_ROLE": "owner"}
    started = time.monotonic()
    for command in (["manage.py", "migrate", "-v0"], ["-m", "bench.build", size]):
        subprocess.run([sys.executable, *command], env=owner, check=True)
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], check=True)
    print(f"… world of size {size}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    django.setup()
    settings.ROOT_URLCONF = "bench.floors"
    settings.ALLOWED_HOSTS = ["testserver", "127.0.0.1"]


def _revision() -> str:
    shown = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    )
    return f"revision {shown.stdout.strip() or 'unknown'}"


if __name__ == "__main__":
    sys.exit(main())
