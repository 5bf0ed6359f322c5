"""Pages in a real browser against a live server. Without Chromium: skipped, with one clear line."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    Route,
    expect,
)

from tests.browser.chromium import MISSING, SIZES, find_chromium, open_chromium

expect.set_options(timeout=15_000)  # a busy machine is no fault of the page
SignIn = Callable[[BrowserContext, object], None]
Window = Callable[..., Page]
HERE = Path(__file__).parent
for shared in ("northlight", "story_consultant", "story_nurse", "story_admin"):
    pytest.register_assert_rewrite(f"tests.browser.{shared}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker does all of these: one browser, and the others keep their processor."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session", autouse=True)
def _allow_the_database_beside_playwright() -> Iterator[None]:
    """Playwright runs an event loop in this thread; Django would refuse queries beside one."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture(scope="session")
def chromium(_allow_the_database_beside_playwright: None) -> Iterator[Browser]:
    program = find_chromium()
    if program is None:
        pytest.skip(MISSING)
    with open_chromium(program) as browser:
        yield browser


def wait_until_served() -> None:
    """Wait for requests that a closed page left under way: they would meet the next test's data."""
    quiet_since = began = time.monotonic()
    with connections["default"].cursor() as cursor:
        while time.monotonic() - quiet_since < 0.05 and time.monotonic() - began < 10:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state IS DISTINCT FROM 'idle'"
                " AND backend_type = 'client backend'"
            )
            if cursor.fetchone()[0]:
                quiet_since = time.monotonic()
            time.sleep(0.01)


@pytest.fixture
def window(chromium, live_server) -> Iterator[Window]:
    """Return `window(width)`: a fresh visitor's page. A console error fails the test.

    Whatever is refused by the content security policy, or fails in a script, is written to the
    console. Requests to other machines are stopped, and fail the test too.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def stay_here(route: Route) -> None:
        if route.request.url.startswith(live_server.url):
            route.continue_()
        else:
            errors.append(f"asks another machine: {route.request.url}")
            route.abort()

    def listen(message: ConsoleMessage) -> None:
        # A refusal on purpose; a connection that the test itself cut.
        expected = ("status of 4", "ERR_INTERNET_DISCONNECTED")
        if message.type == "error" and not any(words in message.text for words in expected):
            errors.append(message.text)

    def answered(response: Response) -> None:
        if "/static/" in response.url and not response.ok:
            errors.append(f"{response.status}: {response.url}")

    def open_window(width: int = 390, **options: Any) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": SIZES.get(width, 800)},
            has_touch=width < 500,
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        context.route("**/*", stay_here)
        context.on("response", answered)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", listen)
        return page

    yield open_window
    for context in contexts:
        for page in context.pages:  # shown by pytest if the test failed
            sys.stdout.write(f"{page.url}\n{page.locator('body').inner_text()[:3000]}\n\n")
        context.close()
    wait_until_served()
    assert errors == []


@pytest.fixture
def page_phone(window) -> Page:
    return window(390)


@pytest.fixture
def page_laptop(window) -> Page:
    return window(1280)


@pytest.fixture
def page_without_javascript(window) -> Page:
    return window(390, java_script_enabled=False)


@pytest.fixture
def sign_in(live_server) -> SignIn:
    """Return `sign_in(context, user)`: give a browser context the session of a user."""

    def give_session(context: BrowserContext, user: object) -> None:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        cookies = [
            {"name": name, "value": morsel.value, "url": live_server.url}
            for name, morsel in client.cookies.items()
        ]
        context.add_cookies(cookies)

    return give_session
