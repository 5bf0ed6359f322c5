"""Every page has a picture to look at, or a reason why not. Needs no browser."""

from collections.abc import Iterator
from pathlib import Path

from django.urls import URLResolver, get_resolver, reverse

from tests.browser.shots import NOT_PICTURED, PAGES, README_IMAGES

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
APPS = {"accounts", "programs", "coaching", "outcomes", "notifications"}


def page_views(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """The names of the views that render a page of their own."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from page_views(entry, entry.namespace or namespace)
        elif namespace in APPS and (TEMPLATES / namespace / f"{entry.name}.html").exists():
            yield f"{namespace}:{entry.name}"


def test_every_page_has_a_picture_or_a_reason():
    pictured = {shot.shows for shot in PAGES}

    assert set(page_views(get_resolver())) - pictured - NOT_PICTURED.keys() == set()


def test_no_reason_outlives_its_page_or_its_picture():
    pictured = {shot.shows for shot in PAGES}
    views = set(page_views(get_resolver()))

    assert NOT_PICTURED.keys() & pictured == set()
    assert NOT_PICTURED.keys() - views == set()


def test_ids_are_unique_and_addresses_resolve():
    assert len({shot.id for shot in PAGES}) == len(PAGES)
    for shot in PAGES:
        assert shot.path().startswith("/")


def test_the_readme_shows_pictures_that_are_taken():
    names = {f"{shot.id}-{w}-{t}" for shot in PAGES for w in (390, 1280) for t in ("light", "dark")}

    assert set(README_IMAGES) <= names
    assert reverse("accounts:demo")  # where the pictures sign in
