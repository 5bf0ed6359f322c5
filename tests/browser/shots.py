"""Take the pictures: page × persona × window × theme, into var/shots/<id>-<width>-<theme>.png.

    BASE_URL=http://127.0.0.1:8000 python -m tests.browser.shots [id …]

The site must run with the demo practice; `python3 run.py shots` sees to that. A few pictures are
copied to docs/img, for the README. Exit status 1 if a page did not answer 200 (or as expected), or
is wider than its window.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import django
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chromium import MISSING, SIZES, find_chromium, open_chromium

ROOT = Path(__file__).resolve().parent.parent.parent
SHOTS = ROOT / "var" / "shots"
IMAGES = ROOT / "docs" / "img"
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Shot:
    """One page. `follow`: patterns of links to click through, from the page of `view`."""

    id: str
    persona: str  # "" for the public
    view: str  # URL name, or a path
    follow: tuple[str, ...] = ()
    status: int = 200
    kwargs: dict[str, str] = field(default_factory=dict)

    def path(self) -> str:
        return self.view if self.view.startswith("/") else reverse(self.view, kwargs=self.kwargs)


PAGES = [
    Shot("sign-in", "", "account_login"),
    Shot("sign-in-code", "", "account_request_login_code"),
    Shot("404", "", "/no-such-page/", status=404),
    Shot("help", "clinician", "help_page"),
    Shot("account", "clinician", "accounts:account"),
    Shot("styleguide", "clinician", "styleguide"),
    Shot("today", "clinician", "outcomes:today"),
    Shot("book", "clinician", "coaching:booking_start"),
    Shot("session", "clinician", "outcomes:today", (r"/sessions/[0-9a-f-]{36}/$",)),
    Shot("move", "clinician", "outcomes:today", (r"/bookings/[0-9a-f-]{36}/move/$",)),
    Shot("learn", "clinician", "programs:learn"),
    Shot("module", "clinician", "programs:learn", (r"/modules/[0-9a-f-]{36}/$",)),
    Shot("player", "clinician", "programs:learn", (r"/modules/", r"/items/[0-9a-f-]{36}/$")),
    Shot("progress", "clinician", "outcomes:progress"),
    Shot("org-sees", "clinician", "outcomes:organization_view"),
    Shot("c-today", "consultant", "outcomes:consultant_today"),
    Shot("c-organizations", "consultant", "accounts:organization_list"),
    Shot("c-organization", "consultant", "accounts:organization_list", (r"/organizations/[0-9a-f-]{36}/$",)),
    Shot("c-cohorts", "consultant", "programs:cohort_list"),
    Shot("c-cohort", "consultant", "programs:cohort_list", (r"/cohorts/[0-9a-f-]{36}/$",)),
    Shot("c-sessions", "consultant", "coaching:session_list"),
    Shot("c-workspace", "consultant", "coaching:session_list", (r"/workspace/$",)),
    Shot("c-availability", "consultant", "coaching:availability"),
    Shot("c-import", "consultant", "programs:cohort_list", (r"/cohorts/[0-9a-f-]{36}/$", r"/roster")),
    Shot("c-sent-mail", "consultant", "notifications:message_list"),
    Shot("mailbox", "consultant", "notifications:mailbox"),
    Shot("a-overview", "admin", "outcomes:overview"),
    Shot("a-cohort", "admin", "outcomes:overview", (r"/reports/cohorts/[0-9a-f-]{36}/$",)),
    Shot("a-people", "admin", "outcomes:people"),
    Shot("a-disclosure", "admin", "outcomes:disclosure_detail"),
    Shot("o-staff", "owner", "accounts:staff_list"),
]  # fmt: skip
README_IMAGES = [
    "today-390-light",
    "book-390-light",
    "player-390-dark",
    "c-today-1280-light",
    "c-cohort-1280-light",
    "a-cohort-1280-light",
]


def sign_in(context: BrowserContext, persona: str) -> None:
    """Press the persona's button: the demo's one-click sign-in is a form with a CSRF token."""
    page = context.new_page()
    page.goto(reverse("accounts:demo"))
    address = reverse("accounts:demo_sign_in", kwargs={"persona": persona})
    page.locator(f'form[action="{address}"] button').first.click()
    page.wait_for_load_state()
    page.close()


def open_page(page: Page, shot: Shot) -> str:
    """Go to the page of `shot`; return what is wrong, or ""."""
    answer = page.goto(shot.path())
    for pattern in shot.follow:
        links = page.eval_on_selector_all(
            "main a[href]",
            "(links, pattern) => links.map(a => a.getAttribute('href'))"
            ".filter(href => new RegExp(pattern).test(href))",
            pattern,
        )
        if not links:
            return f"no link like {pattern} on {page.url}"
        answer = page.goto(links[0])
    if answer is None or answer.status != shot.status:
        return f"answered {answer and answer.status}, not {shot.status}"
    page.evaluate("document.fonts.ready")
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return f"{wide} px too wide" if wide > 0 else ""


def take(browser: Browser, base_url: str, shots: Sequence[Shot]) -> list[str]:
    """Take every picture; return one line for each that is not as it should be."""
    wrong = []
    for persona in dict.fromkeys(shot.persona for shot in shots):
        for width, height in SIZES.items():
            for theme in THEMES:
                context = browser.new_context(
                    base_url=base_url,
                    viewport={"width": width, "height": height},
                    color_scheme=theme,
                    reduced_motion="reduce",
                )
                if persona:
                    sign_in(context, persona)
                page = context.new_page()
                for shot in (shot for shot in shots if shot.persona == persona):
                    name = f"{shot.id}-{width}-{theme}"
                    if problem := open_page(page, shot):
                        wrong.append(f"{name}: {problem}")
                    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
                context.close()
    return wrong


def known(shot: Shot) -> bool:
    try:
        shot.path()
    except NoReverseMatch:
        return False
    return True


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main(wanted: Sequence[str]) -> int:
    django.setup()
    program = find_chromium()
    if program is None:
        say(MISSING)
        return 2
    SHOTS.mkdir(parents=True, exist_ok=True)
    shots = [shot for shot in PAGES if (not wanted or shot.id in wanted) and known(shot)]
    left_out = [shot.id for shot in PAGES if not known(shot)]
    with open_chromium(program) as browser:
        wrong = take(browser, os.environ.get("BASE_URL", "http://127.0.0.1:8000"), shots)
    for name in README_IMAGES:
        if (picture := SHOTS / f"{name}.png").exists():
            IMAGES.mkdir(parents=True, exist_ok=True)
            shutil.copy(picture, IMAGES / picture.name)
    say(f"{len(shots)} pages, each in {len(SIZES) * len(THEMES)} pictures: var/shots")
    if left_out:
        say(f"Not part of this installation: {', '.join(left_out)}")
    for line in wrong:
        say(f"  {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
