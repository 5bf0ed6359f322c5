"""Step 7 of the story: the admin of the organization."""

from __future__ import annotations

from coaching.models import Booking
from tests.browser.northlight import PASSWORD, SECRET, World, link_in, mail_to, sign_in
from tests.browser.story_consultant import ADMIN


def the_admin_accepts(world: World) -> None:
    hand = world.admin
    hand.open(link_in(mail_to(world.post, ADMIN, "Maya Lind invites you"), "/invitations/"))
    hand.fill(name="Helen Brandt", password=PASSWORD)
    hand.press("Join")
    # People who joined today count from tomorrow: no figure shows that one more came in.
    assert "Too few people" in hand.words
    hand.page.context.clear_cookies()


def the_admin_reads_the_report(world: World) -> None:
    hand = world.admin
    sign_in(hand, ADMIN)
    pages = [hand.page.content()]
    hand.spent()
    hand.press("Open report", role="link")
    pages.append(hand.page.content())
    assert "5 enrolled" in hand.words
    with hand.page.expect_download() as download:
        hand.page.get_by_role("link", name="Download CSV").click()
    assert hand.spent() + 1 == 2  # ux.md, section 6: the report in two
    rows = download.value.path().read_text(encoding="utf-8-sig")
    assert "What empathy does at the bedside" in rows
    pages.append(rows)
    for address in ("/organization/people/", "/organization/what-we-see/"):
        hand.open(address)
        pages.append(hand.page.content())
    assert "Ana Ruiz" in pages[-2]  # the contract lets her name be seen, and her progress
    coaching = [delivery.content.decode() for delivery in world.post.taken]
    for text in [*pages, *coaching]:
        assert SECRET not in text
        assert "red scarf" not in text
    session = Booking.objects.get().coaching_session
    for address in (f"/sessions/{session.public_id}/", f"/sessions/{session.public_id}/workspace/"):
        answer = hand.page.goto(address)
        assert answer.status == 404
