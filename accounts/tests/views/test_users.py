import pytest
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import (
    ConsentFactory,
    MembershipFactory,
    OrganizationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
URL = "accounts:account"
GOOD = {
    "name": "Asha Nair",
    "time_zone": "America/Chicago",
    "locale": "en-us",
    "theme": "dark",
}


def test_account_saves_zone_and_theme(client):
    user = UserFactory()
    client.force_login(user)

    assert client.post(reverse(URL), GOOD).url == reverse(URL)

    user.refresh_from_db()
    assert (user.name, user.time_zone, user.theme) == ("Asha Nair", "America/Chicago", "dark")
    assert 'data-theme="dark"' in client.get(reverse(URL)).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("time_zone", "Nowhere/Else"),
        ("time_zone", "Etc/GMT+3"),
        ("locale", "xx"),
        ("theme", "neon"),
    ],
)
def test_account_refuses_what_does_not_exist(client, field, value):
    user = UserFactory(name="Before")
    client.force_login(user)

    response = client.post(reverse(URL), GOOD | {field: value})

    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert User.objects.get(pk=user.pk).name == "Before"


def test_account_takes_nothing_but_its_own_fields(client):
    user = UserFactory()
    client.force_login(user)

    client.post(
        reverse(URL),
        GOOD | {"practice_role": "owner", "is_superuser": "1", "email": "x@example.org"},
    )

    fresh = User.objects.get(pk=user.pk)
    assert (fresh.practice_role, fresh.is_superuser, fresh.email) == ("", False, user.email)


def test_account_shows_only_what_one_signed_oneself(client):
    mine, other = ConsentFactory(), ConsentFactory()
    client.force_login(mine.user)

    page = client.get(reverse(URL)).content.decode()

    assert mine.disclosure.organization.name in page
    assert other.disclosure.organization.name not in page


@pytest.mark.parametrize(
    ("make", "shown"),
    [
        (lambda user: MembershipFactory(user=user, role="clinician"), ["notifications", "rota"]),
        (lambda user: MembershipFactory(user=user, role="admin"), []),
    ],
    ids=["clinician", "admin"],
)
def test_an_admin_is_offered_no_rota_and_no_reminders_of_sessions(client, make, shown):
    user = UserFactory()
    make(user)
    client.force_login(user)
    page = client.get(reverse(URL)).content.decode()

    assert [name for name in ("notifications", "rota") if f'href="/account/{name}/"' in page] == (
        shown
    )


@pytest.mark.parametrize("theme", ["dark", "light", "system"])
def test_theme_changes_and_stays_on_the_page(client, theme):
    user = UserFactory()
    client.force_login(user)

    response = client.post(reverse("accounts:theme_set", args=[theme]), {"next": "/learn/"})

    assert response.url == "/learn/"
    assert User.objects.get(pk=user.pk).theme == theme


def test_theme_neither_follows_a_foreign_address_nor_takes_a_foreign_theme(client):
    client.force_login(UserFactory())

    away = client.post(reverse("accounts:theme_set", args=["dark"]), {"next": "//evil.example"})
    assert away.url == reverse(URL)
    assert client.post(reverse("accounts:theme_set", args=["neon"])).status_code == 404
    assert client.get(reverse("accounts:theme_set", args=["dark"])).status_code == 405


def test_the_switcher_offers_ones_roles_and_remembers_the_chosen_one(client):
    membership = MembershipFactory(role="admin", user__practice_role="consultant")
    key = str(membership.organization.public_id)
    client.force_login(membership.user)

    before = client.get(reverse(URL)).context
    response = client.post(reverse("accounts:act_as", args=[key]))
    after = client.get(reverse(URL)).context

    assert [entry["current"] for entry in before["switcher"]] == [True, False]
    assert before["viewer_role"] == "consultant"
    assert response.url == reverse("outcomes:today")
    assert [entry["current"] for entry in after["switcher"]] == [False, True]
    assert after["viewer_role"] == "organization"
    assert after["request"].acting.organization == membership.organization


def test_nobody_acts_in_a_role_that_is_not_theirs(client):
    client.force_login(MembershipFactory().user)
    foreign = OrganizationFactory()

    for key in ("consultant", str(foreign.public_id), "owner"):
        assert client.post(reverse("accounts:act_as", args=[key])).status_code == 404
    assert client.get(reverse("accounts:act_as", args=["clinician"])).status_code == 405


def test_a_role_that_ended_is_left_with_the_next_click(client):
    membership = MembershipFactory(role="admin", user__practice_role="consultant")
    client.force_login(membership.user)
    client.post(reverse("accounts:act_as", args=[str(membership.organization.public_id)]))

    membership.ended_at = membership.started_at
    membership.save()

    assert client.get(reverse(URL)).context["viewer_role"] == "consultant"


def test_the_frame_of_a_page_costs_two_queries_whatever_the_number_of_roles(client, count_queries):
    user = UserFactory()
    client.force_login(user)

    def queries():
        with count_queries() as counted:
            client.get(reverse(URL))
        asked = [query["sql"] for query in counted.captured_queries]
        first = [sql.partition(" FROM ")[2] for sql in asked]
        frame = [sql for sql in first if sql.startswith(('"accounts_practice', '"accounts_memb'))]
        return len(asked), len(frame)

    few = queries()
    for _ in range(5):
        MembershipFactory(user=user, role="admin")
        MembershipFactory(user=user)

    assert queries() == few
    assert few[1] == 2


def test_the_frame_costs_the_anonymous_one_query(client, count_queries):
    with count_queries() as counted:
        client.get(reverse("account_login"))

    asked = [query["sql"] for query in counted.captured_queries]
    assert [sql for sql in asked if "SAVEPOINT" not in sql] == [asked[-1]]
    assert "accounts_practice" in asked[-1]
