"""What the practice recommends with a release: typed, shown, signed, frozen, in every form of it."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.tests.factories import MembershipFactory, UserFactory
from outcomes.models import Release
from outcomes.services.recommendations import signed_recommendations
from outcomes.tests.services.test_releases import Asked
from outcomes.tests.views.test_releases import words

pytestmark = pytest.mark.django_db
FIRST, SECOND = "Give the night shift <b>an hour</b> to talk.", "Ask again in May."


@pytest.fixture
def asked():
    made = Asked(ICU=12, ED=11)
    made.actor.name = "Coral Coach"
    made.actor.save()
    made.round("baseline", made.people)
    made.wave = made.round("end", made.people, 0.6)
    return made


@pytest.fixture
def released(client, asked):
    client.force_login(asked.actor)
    address = reverse("outcomes:wave_release", args=[asked.wave.public_id])
    client.post(address, {"recommendation_1": FIRST, "recommendation_3": f" {SECOND} "})
    return Release.objects.get()


def test_they_are_read_as_they_will_be_before_anything_is_frozen(client, asked):
    client.force_login(asked.actor)
    address = reverse("outcomes:wave_release", args=[asked.wave.public_id])
    page = client.post(address, {"recommendation_1": FIRST, "preview": "1"})
    assert f"{FIRST} Coral Coach" in words(page)
    assert b"<b>an hour" not in page.content
    assert not Release.objects.exists()


def test_what_is_refused_keeps_what_was_typed(client, asked):
    client.force_login(asked.actor)
    address = reverse("outcomes:wave_release", args=[asked.wave.public_id])
    page = client.post(address, {"recommendation_1": "x" * 301, "recommendation_2": SECOND})
    assert "Please look at this again" in words(page)
    assert SECOND in words(page)
    assert not Release.objects.exists()


def test_every_form_of_a_release_carries_them_signed(client, released):
    assert released.payload["recommendations"] == [
        {"text": FIRST, "by": "Coral Coach"},
        {"text": SECOND, "by": "Coral Coach"},
    ]
    admin = UserFactory()
    organization = released.wave.cohort.engagement.organization
    MembershipFactory(user=admin, organization=organization, role="admin")
    client.force_login(admin)
    address = released.get_absolute_url()
    assert f"{FIRST} Coral Coach" in words(client.get(address))
    book = load_workbook(io.BytesIO(client.get(f"{address}report.xlsx").content))
    about = [[cell.value for cell in row] for row in book["About"].iter_rows()]
    assert ["Recommendation by Coral Coach", SECOND] in about
    pdf = PdfReader(io.BytesIO(client.get(f"{address}report.pdf").content))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert "night shift <b>an hour</b> to talk. Coral Coach" in text


def test_they_stand_in_the_boxes_of_the_next_release_and_are_no_change_by_themselves(
    client, asked, released
):
    address = reverse("outcomes:wave_release", args=[asked.wave.public_id])
    assert SECOND in words(client.get(address))
    same = {"recommendation_1": FIRST, "recommendation_2": SECOND}
    assert "Nothing has changed" in words(client.post(address, same))
    client.post(address, {"recommendation_1": SECOND})
    # The new number says something else; the first one is as it was.
    newest, first = Release.objects.order_by("-number")
    assert (newest.number, len(newest.payload["recommendations"])) == (2, 1)
    assert len(first.payload["recommendations"]) == 2


@pytest.mark.parametrize(
    ("texts", "code"),
    [(["a", "b", "c", "d"], "too_many"), (["a" * 301], "too_long"), (["a\x00b"], "unprintable")],
)
def test_what_is_no_recommendation(texts, code):
    with pytest.raises(ValidationError) as caught:
        signed_recommendations(texts=texts, actor=UserFactory.build())
    assert caught.value.code == code
    assert signed_recommendations(texts=["", "  "], actor=UserFactory.build()) == []
