import pytest
from django.urls import path

from core import navigation
from core.navigation import NavItem, items_for


def page(request):
    raise NotImplementedError


urlpatterns = [
    path(f"{name}/", page, name=name) for name in ("a", "b", "b_more", "c", "d", "e", "f")
]


@pytest.fixture
def six_pages(settings, monkeypatch):
    settings.ROOT_URLCONF = __name__
    items = tuple(NavItem(name, name.upper(), "today", (f"{name}_",)) for name in "abcdef")
    monkeypatch.setitem(navigation.NAVIGATION, "clinician", items)
    return items


@pytest.mark.usefixtures("six_pages")
def test_a_page_that_does_not_exist_leaves_its_item_out(monkeypatch):
    monkeypatch.setitem(
        navigation.NAVIGATION,
        "clinician",
        (NavItem("a", "A", "today"), NavItem("gone:page", "Gone", "today")),
    )

    assert [item.url for item in items_for("clinician", "")] == ["/a/"]


@pytest.mark.usefixtures("six_pages")
def test_one_item_is_current_on_its_page_and_on_those_below():
    assert [item.label for item in items_for("clinician", "b") if item.is_current] == ["B"]
    assert [item.label for item in items_for("clinician", "b_more") if item.is_current] == ["B"]
    assert [item.label for item in items_for("clinician", "elsewhere") if item.is_current] == []


@pytest.mark.usefixtures("six_pages")
def test_beyond_five_pages_the_bar_keeps_four_and_says_more():
    assert [item.in_bar for item in items_for("clinician", "a")] == [True] * 4 + [False] * 2


def test_every_icon_of_the_navigation_is_drawn(settings):
    sprite = (settings.BASE_DIR / "static" / "img" / "icons.svg").read_text()
    icons = {item.icon for items in navigation.NAVIGATION.values() for item in items}

    assert {icon for icon in icons if f'id="{icon}"' not in sprite} == set()


def test_an_unknown_role_has_no_navigation():
    assert items_for("nobody", "") == []


@pytest.mark.parametrize(
    ("role", "view", "label"),
    [
        ("clinician", "coaching:hold_detail", "Book"),
        ("clinician", "coaching:group_session", "Book"),
        ("clinician", "coaching:my_coach", "Book"),
        ("clinician", "coaching:rota", None),
        ("clinician", "coaching:notification_settings", None),
        ("consultant", "coaching:session_workspace", "Calendar"),
        ("consultant", "coaching:group_attendance", "Calendar"),
        ("consultant", "coaching:group_plan", "Cohorts"),
        ("consultant", "coaching:matching", "Cohorts"),
        ("consultant", "coaching:booking_for", "Cohorts"),
        ("consultant", "programs:live_slot_plan", "Cohorts"),
        ("consultant", "programs:live_slot_attendance", "Cohorts"),
        ("consultant", "coaching:hours_list", "Organizations"),
        ("consultant", "coaching:booking_policy_edit", "Organizations"),
        ("consultant", "coaching:busy_calendars", "Availability"),
        ("consultant", "coaching:coach_profile", "Availability"),
    ],
)
def test_pages_below_an_item_belong_to_it(role, view, label):
    current = [str(item.label) for item in items_for(role, view) if item.is_current]

    assert current == ([label] if label else [])
