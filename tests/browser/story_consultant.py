"""Steps 1, 2 and 6 of the story: the consultant at her laptop."""

from __future__ import annotations

from accounts.models import Invitation
from coaching.models import Booking
from notifications.models import Message
from tests.browser.northlight import SECRET, ZONE, World, days_from_now, sign_in

ADMIN = "helen.brandt@northfield.example"
# As it comes from the hospital: a heading that says little, one that says nothing.
ROSTER = """Person,Reach at,Where they work,What they do
Ana Ruiz,ana.ruiz@northfield.example,Intensive care,nurse
Ben Okafor,ben.okafor@northfield.example,Intensive care,nurse
Cara Lindqvist,cara.lindqvist@northfield.example,Intensive care,physician
Dev Patel,dev.patel@northfield.example,Intensive care,nurse
Eli Stone,eli.stone@northfield.example,Emergency,nurse
Fay Wong,fay.wong@northfield.example,Emergency,nurse
Gus Meyer,{gus},Emergency,nurse
Hana Sato,{hana},Emergency,pharmacist
Ida Berg,{ida},Emergency,nurse
"""
WRONG = {"gus": "gus.meyer at northfield", "hana": "", "ida": "ana.ruiz@northfield.example"}
RIGHT = {name: f"{name}@northfield.example" for name in WRONG}


def a_client_and_a_contract(world: World) -> None:
    hand = world.consultant
    sign_in(hand, world.maya.email)
    hand.press("Organizations", role="link")
    hand.press("Add an organization", role="link")
    hand.fill(name="Northfield Hospital", time_zone=ZONE)
    hand.press("Add")
    for unit in ("Intensive care", "Emergency"):
        form = hand.page.locator("form[action$='/units/']")
        form.locator("[name$=name]").fill(unit)
        hand.press("Add the unit", within=form)
    hand.press("Add a contract", role="link")
    hand.fill(
        title="Empathy program and coaching",
        starts_on=days_from_now(-10),
        ends_on=days_from_now(300),
        seats=60,
        coaching_hours=120,
        po_number="4711",
        rate=180,
    )
    hand.page.locator("[name=visibility][value=completion]").check()
    hand.press("Add the contract")
    assert "4711" in hand.words
    assert "of 60" in hand.words


def a_cohort_with_its_live_session(world: World) -> None:
    hand = world.consultant
    hand.press("Add a cohort", role="link")
    hand.fill(
        name="Spring nurses", starts_on=days_from_now(-2), ends_on=days_from_now(45), time_zone=ZONE
    )
    program = hand.page.get_by_label("Program").locator("option", has_text="empathy").first
    hand.fill(version=program.get_attribute("value"))
    for role in ("facilitators", "coaches"):
        hand.page.locator(f"[name={role}][value='{world.maya.pk}']").check()
    hand.press("Add the cohort")
    hand.press("Plan and mark", role="link")
    hand.press("Set a date", role="link")
    hand.fill(day=days_from_now(3), clock="15:00", minutes=60, place="Room 4")
    hand.press("Plan it")
    assert "Room 4" in hand.words
    hand.press("Spring nurses", role="link")


def a_roster_with_three_bad_rows(world: World) -> None:
    hand = world.consultant
    hand.spent()
    _upload(world, "roster.csv", ROSTER.format(**WRONG))
    assert "6\nof 9" in hand.words or "6 of 9" in hand.words
    errors = hand.page.get_by_role("region", name="Rows that need a look").locator("tbody tr")
    assert errors.count() == 3
    assert Invitation.objects.count() == Message.objects.count() == 0

    hand.press("Fix and upload again", role="link")
    hand.spent()
    _upload(world, "roster, fixed.csv", ROSTER.format(**RIGHT), is_open=True)
    assert Invitation.objects.count() == Message.objects.count() == 0
    hand.press("Invite 9 people")

    assert hand.spent() <= 4  # ux.md, section 6: import, file, check, invite
    assert Invitation.objects.count() == 9
    world.send()
    sent = {delivery.recipients[0] for delivery in world.post.taken}
    assert sent == set(Invitation.objects.values_list("user__email", flat=True))


def _upload(world: World, name: str, text: str, *, is_open: bool = False) -> None:
    hand = world.consultant
    path = world.folder / name
    path.write_text(text)
    if not is_open:
        hand.press("Import roster", role="link")
    hand.page.get_by_label("Roster file").set_input_files(path)
    hand.press("Check the file")
    if "Which column is what?" in hand.page.locator("h1").inner_text():
        columns = {"email": "Reach at", "name": "Person", "unit": "Where", "profession": "What"}
        for field, heading in columns.items():
            option = hand.page.locator(f"[name={field}] option", has_text=heading).first
            hand.fill(**{field: option.get_attribute("value")})
        hand.press("Check the rows")


def an_admin_is_invited(world: World) -> None:
    hand = world.consultant
    hand.press("Organizations", role="link")
    hand.press("Northfield Hospital", role="link")
    form = hand.page.locator("form[action$='/admins/invite/']")
    form.locator("[name$=name]").fill("Helen Brandt")
    form.locator("[name$=email]").fill(ADMIN)
    hand.press("Invite", within=form)
    world.send()


def her_coach_marks_the_session(world: World) -> None:
    """When it is over, on Today; the consultant's session of days ago has ended meanwhile."""
    hand = world.consultant
    hand.page.context.clear_cookies()
    sign_in(hand, world.maya.email)
    assert "How did it go with Ana Ruiz?" in hand.words
    hand.press("Mark it", role="link")
    assert SECRET not in hand.page.content()
    hand.page.get_by_label("Took place").check()
    hand.press("Save")
    assert Booking.objects.get().state == "attended"
