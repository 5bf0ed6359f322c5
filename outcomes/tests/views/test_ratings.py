"""A patient's way from the poster to "Thank you"; what the page leaves behind."""

import io
import logging
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.tests.factories import MembershipFactory, UserFactory
from outcomes.models import InstrumentGrant, PatientRating, RatingLink
from outcomes.services.ratings import make_rating_link, revoke_rating_link
from outcomes.tests.factories import patient_questions, shipped
from outcomes.views import ratings


@pytest.fixture(autouse=True)
def _fresh_counters():
    cache.clear()


@pytest.fixture
def link(organization):
    now = timezone.now()
    return make_rating_link(
        organization=organization,
        instrument=patient_questions(),
        opens_on=now.date() - timedelta(days=2),
        closes_on=now.date() + timedelta(days=20),
        actor=UserFactory(),
        now=now,
    )


@pytest.fixture
def path(link):
    return reverse("outcomes:rating", args=[link.token()])


def test_a_patient_answers_and_leaves_nothing_but_the_answers(client, path, caplog):
    caplog.set_level(logging.DEBUG)
    page = client.get(path)
    sent = client.post(path, {"q0": "5", "q1": "na", "q4": "3"}, REMOTE_ADDR="203.0.113.77")
    thanks = client.get(sent.url)

    assert "Northfield" in page.content.decode()
    assert "Nobody learns who you are" in page.content.decode()
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Cache-Control"] == "no-store, private"
    # With "no-referrer" browsers send Origin: null, and no form would come through.
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "Thank you" in thanks.content.decode()
    assert set(client.cookies) <= {"csrftoken", "__Host-csrftoken"}  # no session
    form = PatientRating.objects.get()
    assert form.answers == {"time": 5, "worries": None, "clear": None, "together": None, "kind": 3}
    assert form.value is None  # two of five are too few
    assert "203.0.113.77" not in caplog.text


def test_the_same_page_sent_twice_counts_once_and_a_new_page_counts_again(client, path):
    for key in ("one", "one", "two"):
        assert client.post(path, {"q0": "5", "form_key": key}).status_code == 302

    assert PatientRating.objects.count() == 2


def test_a_refused_form_may_be_sent_again(client, path):
    assert client.post(path, {"form_key": "one"}).status_code == 422
    assert client.post(path, {"form_key": "one", "q0": "9"}).status_code == 422
    assert client.post(path, {"form_key": "one", "q0": "4"}).status_code == 302
    assert PatientRating.objects.count() == 1


def test_one_network_sends_only_so_many_in_an_hour(client, path, monkeypatch):
    monkeypatch.setattr(ratings, "FORMS_AN_HOUR", 2)
    statuses = [client.post(path, {"q0": "5"}).status_code for _time in range(3)]
    elsewhere = client.post(path, {"q0": "5"}, REMOTE_ADDR="203.0.113.5")

    assert statuses == [302, 302, 429]
    assert elsewhere.status_code == 302


def test_guessing_addresses_is_slowed(client, db, monkeypatch):
    monkeypatch.setattr(ratings, "GUESSES_AN_HOUR", 2)
    guesses = [client.get(f"/r/aaaa-bbbb-cccc-{n:04}/").status_code for n in range(3)]

    assert guesses == [404, 404, 429]


def test_a_closed_link_says_so(client, link, path):
    revoke_rating_link(link=link, now=timezone.now())

    assert "These questions are closed" in client.get(path).content.decode()
    client.post(path, {"q0": "5"})
    assert not PatientRating.objects.exists()


def test_care_is_asked_in_the_wording_that_came_with_its_permission(client, organization):
    care, now = shipped("care"), timezone.now()
    texts = {str(number): f"Licensed question {number}" for number in range(1, 11)}
    grant = InstrumentGrant.objects.create(
        instrument=care,
        kind="permission",
        holder="H",
        reference="R",
        texts=texts | {"rating.5": "Licensed best"},
    )
    link = make_rating_link(
        organization=organization,
        instrument=care,
        opens_on=now.date() - timedelta(days=1),
        closes_on=now.date() + timedelta(days=5),
        actor=UserFactory(),
        now=now,
    )
    path = reverse("outcomes:rating", args=[link.token()])
    text = client.get(path).content.decode()
    grant.valid_until = now.date() - timedelta(days=2)
    grant.save()
    after = client.get(path).content.decode()

    assert text.count("Licensed question") == 10
    assert text.count("Licensed best") == 10
    assert text.count("Does not apply") == 10
    assert "Licensed" not in after


@pytest.mark.parametrize(("paper", "height"), [("a4", 842), ("letter", 792)])
def test_a_poster_is_one_page_with_the_address_in_words(admin, link, paper, height):
    address = reverse("outcomes:rating_poster", args=[link.public_id, paper])
    pages = PdfReader(io.BytesIO(admin.get(address).content)).pages

    assert len(pages) == 1
    assert round(float(pages[0].mediabox.height)) == height
    assert link.address.split("/r/")[1].rstrip("/") in pages[0].extract_text()


def test_an_admin_makes_a_link_and_closes_it(admin, organization):
    address = reverse("outcomes:rating_links", args=[organization.public_id])
    today = timezone.now().date()
    made = admin.post(
        address,
        {
            "instrument": patient_questions().pk,
            "opens_on": today,
            "closes_on": today + timedelta(days=60),
        },
    )
    link = RatingLink.objects.get()
    page = admin.get(made.url).content.decode()
    admin.post(reverse("outcomes:rating_link_revoke", args=[link.public_id]))
    link.refresh_from_db()

    assert link.address in page
    assert link.revoked_on is not None


def test_a_link_of_ones_own_is_a_404_to_everybody_else(client, admin, organization):
    owner = UserFactory(name="Una Own")
    MembershipFactory(user=owner, organization=organization)
    client.force_login(owner)
    today = timezone.now().date()
    client.post(
        reverse("outcomes:own_ratings"),
        {
            "instrument": patient_questions().pk,
            "opens_on": today,
            "closes_on": today + timedelta(days=60),
        },
    )
    link = RatingLink.objects.get()
    mine = [client.get(link.get_absolute_url()).status_code]
    public = client.get(reverse("outcomes:rating", args=[link.token()])).content.decode()
    client.force_login(UserFactory(practice_role="owner"))
    others = [
        client.get(reverse(f"outcomes:{name}", args=[link.public_id, *more])).status_code
        for name, more in (
            ("rating_link_detail", ()),
            ("rating_qr", ()),
            ("rating_poster", ("a4",)),
        )
    ]

    assert (link.owner, mine) == (owner, [200])
    assert others == [404, 404, 404]
    assert "Una Own" not in public
    assert "Northfield" not in public
