"""Pages in a real browser against a live server. Without Chromium: skipped, with one clear line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chromium import MISSING, SIZES, find_chromium, open_chromium

SignIn = Callable[[BrowserContext, object], None]


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


def _page(chromium: Browser, live_server, width: int, **options) -> Iterator[Page]:
    """A page whose console errors fail the test: a refused script is a broken page."""
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": width, "height": SIZES[width]}, **options
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda message: (
            errors.append(message.text)
            if message.type == "error" and "status of 4" not in message.text
            else None
        ),
    )
    page.set_default_timeout(10_000)
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def page_phone(chromium, live_server) -> Iterator[Page]:
    yield from _page(chromium, live_server, 390, has_touch=True)


@pytest.fixture
def page_laptop(chromium, live_server) -> Iterator[Page]:
    yield from _page(chromium, live_server, 1280)


@pytest.fixture
def page_without_javascript(chromium, live_server) -> Iterator[Page]:
    yield from _page(chromium, live_server, 390, java_script_enabled=False)


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
