"""Everything an admin can open or download, read as an attacker would: pages, CSV, Excel, PDF.

What any form of any release shows of a group becomes an equation; nobody few may follow.
"""

import csv
import io
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.tests.factories import MembershipFactory, UserFactory
from outcomes.models import Wave
from outcomes.tests.attacker import attack
from outcomes.tests.services.test_releases import Asked, answered, code

pytestmark = pytest.mark.django_db
UNITS = {"Alderwing": 13, "Birchwing": 11, "Cedarwing": 5}
LEFT, LATE = 3, 9  # of Alderwing: gone in the last round, or late there
K = 8


@pytest.fixture
def practice():
    """Three releases: on the way, at the end without some, and again with late answers."""
    made = Asked(**UNITS)
    everybody = made.people
    made.round("baseline", everybody)
    made.pulse = made.round("pulse", everybody, 0.4)
    made.end = made.round("end", everybody[LEFT + LATE :], 0.6)
    made.release(made.pulse)
    made.release(made.end)
    for enrollment in everybody[LEFT : LEFT + 2]:
        answered(made.end, enrollment, 3.5)
    assert code(made.release, made.end) == "unsafe"  # two more would be told apart
    for enrollment in everybody[LEFT + 2 : LEFT + LATE]:
        answered(made.end, enrollment, 3.5)
    made.release(made.end)
    return made


def crawl(client) -> dict[str, object]:
    """Follow every link from the organization's first page; address -> answer."""
    found, waiting = {}, [reverse("outcomes:overview"), reverse("outcomes:outcome_list")]
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        answer = client.get(address, follow=True)
        found[address] = answer
        if answer.status_code == 200 and "html" in answer["Content-Type"]:
            waiting += re.findall(r'href="(/(?!static|sign|$)[^"#?]*)', answer.content.decode())
    return found


def text_of(answer) -> str:
    """Its words and numbers in reading order, whatever the file."""
    kind, body = answer["Content-Type"], answer.content
    if "pdf" in kind:
        pages = PdfReader(io.BytesIO(body)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())
    if "csv" in kind:
        return " ".join(" ".join(row) for row in csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    if "sheet" in kind:
        rows = load_workbook(io.BytesIO(body))["Outcomes"].values
        return " ".join(str(cell) for row in rows for cell in row if cell is not None)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body.decode())).split())


def shown_units(text: str) -> set[str]:
    """Units with a number right behind their name."""
    return {unit for unit in UNITS if re.search(rf"{unit}\s+[+−-]?\d", text)}


def admin_of(asked) -> Client:
    person = UserFactory(name="Ada Admin")
    MembershipFactory(user=person, organization=asked.cohort.engagement.organization, role="admin")
    client = Client()
    client.force_login(person)
    return client


def test_nothing_an_admin_can_reach_gives_few_people_away(practice):
    client = admin_of(practice)
    releases = list(practice.pulse.releases.all()) + list(practice.end.releases.order_by("number"))
    assert len(releases) == 3
    reached = crawl(client)
    assert {release.get_absolute_url() for release in (releases[0], releases[2])} <= set(reached)
    assert not {address for address, answer in reached.items() if answer.status_code >= 400}

    atoms = {("Alderwing", "left"): LEFT, ("Alderwing", "late"): LATE}
    atoms[("Alderwing", "")] = UNITS["Alderwing"] - LEFT - LATE
    atoms |= {(unit, ""): UNITS[unit] for unit in ("Birchwing", "Cedarwing")}
    there = [{"left", "late", ""}, {""}, {"late", ""}]  # who answered, release by release
    changes, levels = {}, []
    for place, release in enumerate(releases):
        seen, equations = set(), []
        forms = ("", "report.csv", "report.xlsx", "report.pdf")
        for form in forms:
            answer = client.get(f"{release.get_absolute_url()}{form}")
            text = text_of(answer)
            assert "Cedarwing" in text, form
            assert "Cedarwing <8 or protected" in text, form
            seen |= shown_units(text)
        for group in [set(UNITS), *({unit} for unit in seen)]:
            equations.append([int(u in group and when in there[place]) for u, when in atoms])
        changes.setdefault(release.wave_id, []).extend(equations)
        if "Before (SD)" in text_of(client.get(release.get_absolute_url())):
            levels += equations
    assert sum(len(rows) for rows in changes.values()) > 3  # some units are shown
    assert levels
    # The change of each round is a variable, and so is the baseline that all releases share.
    for rows in (*changes.values(), levels):
        assert not attack(rows, list(atoms.values()), K)
    # The two rounds were of nearly the same people: with all their levels three would be told.
    assert attack([*changes[practice.pulse.pk], *changes[practice.end.pk]], list(atoms.values()), K)


def test_other_pages_of_the_admin_say_at_most_the_title_of_a_release(practice):
    titles = re.compile(r"Warmth: \d\.\d points (?:higher|lower) among \d+ people")
    for address, answer in crawl(admin_of(practice)).items():
        if "outcomes" not in address:
            assert "Warmth" not in titles.sub("", text_of(answer)), address
    assert Wave.objects.filter(state="released").count() == 2
