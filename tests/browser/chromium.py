"""Find and start Chromium; shared by the browser tests and the pictures."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = "Chromium not found: set CHROMIUM_PATH, or install Debian's package chromium."
# Nothing of the browser's own may leave this machine.
QUIET = (
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
SIZES = {390: 844, 1280: 800}  # width: height of the window, in CSS pixels


def find_chromium() -> str | None:
    """Return the program's path: CHROMIUM_PATH if set, else the first known name on PATH."""
    if chosen := os.environ.get("CHROMIUM_PATH"):
        return chosen if Path(chosen).is_file() else None
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def open_chromium(program: str) -> Iterator[Browser]:
    arguments = [*QUIET]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses to start its sandbox as root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        try:
            yield browser
        finally:
            browser.close()
