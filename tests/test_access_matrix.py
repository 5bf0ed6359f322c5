"""Every address × persona × target, held against tests/policies.py. An unknown route is red."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.test import Client
from django.urls import URLPattern, get_resolver

from core.acting import acting_as
from tests.policies import EVERYBODY, NOT_SIGNED_IN, POLICIES, Policy
from tests.world import World, fingerprint, nobodys, untouched

PERSONAS = EVERYBODY.split()
METHODS = ("get", "post")
IDS = re.compile(r"<(uuid|str):")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
REGEX_PARAMETER = re.compile(r"\(\?P<(\w+)>[^)]*\)")
# Arguments that name no object.
PLAIN = {
    "theme": "dark",
    "role": "clinician",
    "topic": "learning",
    "persona": "clinician",
    "key": "start",
    "name": "no-such-mail",
    "number": 1,
    "content_type_id": "999999",
    "object_id": "999999",
    "uidb36": "1",
    "app_label": "auth",
    "url": "nothing",
    "indicator": "safety_event_rate",
    "paper": "a4",
    "question": "q1",
}
# What differs between two renderings of one page.
UNEVEN = re.compile(
    rb'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"'
)
# One of each role to whom tenant A's objects are foreign, and one without any role.
STRANGERS = ("clinician_other", "admin_other", "consultant_other", "superuser")


pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def db() -> None:
    """See tests/conftest.py."""


def walk(resolver: Any, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, entry
        else:
            yield from walk(entry, route)


ROUTES = dict(walk(get_resolver()))


def path_of(route: str, arguments: dict[str, Any]) -> str:
    """The address of `route`, with the ids of `arguments`."""
    token = "invitation_token" if route.startswith("invitations") else "booking_token"
    arguments = PLAIN | {"key": "start"} | arguments | {"token": arguments[token]}
    path = REGEX_PARAMETER.sub(lambda match: str(arguments[match[1]]), route)
    path = PARAMETER.sub(lambda match: str(arguments[match[1]]), path)
    return "/" + path.replace("^", "").replace("$", "")


def arguments_of(world: World, rule: Policy) -> dict[str, Any]:
    item = world.items[rule.kind or "reading"]
    return {**world.a.arguments, "item_id": item.public_id}


def expected(rule: Policy, method: str, persona: str) -> int | tuple[int, ...]:
    answers = rule.answers(method)
    if answers is None:
        # Refused to all, by method or as if it were not there.
        return (302,) if persona in NOT_SIGNED_IN and not rule.public else (404, 405)
    for personas, status in answers.items():
        if persona in personas.split():
            return status
    return 302 if persona in NOT_SIGNED_IN else 404


def ask(client: Client, method: str, path: str) -> HttpResponse:
    """One request whose writes and cookies are taken back."""
    cookies = client.cookies.copy()
    with untouched():
        response = getattr(client, method)(path)
    client.cookies = cookies
    return response


@pytest.fixture(scope="module")
def clients(world) -> dict[str, Client]:
    return {persona: world.client(persona) for persona in PERSONAS}


@pytest.fixture
def _bare_404(monkeypatch) -> None:
    """Where only the status counts: the page that says so costs more than all the rest."""
    monkeypatch.setattr("config.urls.handler404", _not_found, raising=False)


def _not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponseNotFound()


@pytest.fixture(scope="module")
def rows(world) -> dict[str, tuple[int, int]]:
    return rows_now(world)


def rows_now(world: World) -> dict[str, tuple[int, int]]:
    with acting_as(world.a.clinician.pk):  # her private rows are counted too
        return fingerprint()


def test_every_route_has_a_policy_and_every_policy_a_route():
    assert set(ROUTES) == set(POLICIES)


def test_public_routes_are_those_that_say_so():
    open_to_all = {
        route
        for route, entry in ROUTES.items()
        if not getattr(entry.callback, "login_required", True)
    }

    assert open_to_all == {route for route, rule in POLICIES.items() if rule.public}


def test_nobody_but_the_demo_is_left_out_of_the_cast(world):
    assert set(world.people) == set(PERSONAS)


@pytest.mark.usefixtures("_bare_404")
@pytest.mark.parametrize("route", POLICIES)
def test_each_persona_gets_the_answer_of_the_policy(site, clients, route):
    rule = POLICIES[route]
    path = path_of(route, arguments_of(site, rule))
    wrong = {}
    for method in METHODS:
        # A method that nobody may use is tried by the strongest and by the owner of the object.
        personas = PERSONAS if rule.answers(method) is not None else ["owner", "clinician"]
        for persona in personas:
            status = ask(clients[persona], method, path).status_code
            wanted = expected(rule, method, persona)
            if status != wanted and not (isinstance(wanted, tuple) and status in wanted):
                wrong[method, persona] = f"{status}, not {wanted}"

    assert wrong == {}


def strangers(rule: Policy, method: str) -> list[str]:
    """Signed-in personas to whom the object does not exist: of each role one."""
    if rule.answers(method) is None:
        return []
    own = ["admin"] if expected(rule, method, "admin") == 404 else []
    return own + [one for one in STRANGERS if expected(rule, method, one) == 404]


ABOUT_AN_OBJECT = [
    route for route, rule in POLICIES.items() if IDS.search(route) and not rule.public
]


@pytest.mark.parametrize("route", ABOUT_AN_OBJECT)
def test_a_foreign_object_looks_like_one_that_does_not_exist(site, clients, rows, route):
    rule = POLICIES[route]
    arguments = arguments_of(site, rule)
    foreign, missing = path_of(route, arguments), path_of(route, nobodys(arguments))
    different = []
    for method in METHODS:
        for persona in strangers(rule, method):
            client = clients[persona]
            cookies = client.cookies.copy()
            refused = getattr(client, method)(foreign)  # its writes, if any, stay for the count
            client.cookies = cookies
            absent = ask(client, method, missing)
            if (refused.status_code, body_without_address(refused, foreign)) != (
                absent.status_code,
                body_without_address(absent, missing),
            ):
                different.append((method, persona))

    assert different == []
    assert rows_now(site) == rows  # nothing that was refused changed a row


def body_without_address(response: HttpResponse, path: str) -> bytes:
    return UNEVEN.sub(b"", response.content).replace(path.encode(), b"")


@pytest.mark.usefixtures("_bare_404")
@pytest.mark.parametrize("route", ABOUT_AN_OBJECT)
def test_an_object_that_does_not_exist_is_a_404_to_its_usual_readers(site, clients, route):
    rule = POLICIES[route]
    path = path_of(route, nobodys(arguments_of(site, rule)))
    found = {}
    for method in METHODS:
        if rule.answers(method) is None:
            continue
        for persona in ("clinician", "admin", "consultant", "owner"):
            if expected(rule, method, persona) == 404:
                continue
            status = ask(clients[persona], method, path).status_code
            if status != 404:
                found[method, persona] = status

    assert found == {}
