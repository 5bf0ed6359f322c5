"""What the page of a pair shows to the two in it, and the question of their week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from programs.models import BuddyMessage, BuddyPair, BuddyWish

if TYPE_CHECKING:
    from datetime import datetime

    from programs.models import Enrollment

SHOWN = 100
PROMPTS = (
    _("What made you say yes to this program? One sentence each."),
    _("Which moment of this week would you have liked a second try at?"),
    _("When did somebody listen to you lately, and how did you notice?"),
    _("What do you do in the minute before a hard conversation?"),
    _("Which sentence do you use too often when you are tired?"),
    _("Who on your unit does something you would like to borrow? What is it?"),
    _("Where did you stop yourself from fixing something this week?"),
    _("What does your body do first when a room gets tense?"),
    _("Which small thing helped you to leave work at work?"),
    _("What have you tried that did not help? What did you learn?"),
    _("What would make next week's shifts one notch easier, and who could help with it?"),
    _("What do you want to keep when the program is over?"),
)


@dataclass(frozen=True)
class BuddyPage:
    pair: BuddyPair | None
    partner: Enrollment | None
    is_waiting: bool
    prompt: str
    messages: list[BuddyMessage]


def week_of(pair: BuddyPair, now: datetime) -> int:
    """Weeks since the pair began, from 0."""
    return max(0, int(now.timestamp() - pair.paired_at.timestamp()) // (7 * 86_400))


def buddy_page(*, enrollment: Enrollment, now: datetime) -> BuddyPage:
    """Read as one of the two: the database shows messages to nobody else."""
    pair = (
        BuddyPair.objects.of(enrollment)
        .standing()
        .select_related("one__clinician", "other__clinician")
        .first()
    )
    if pair is None:
        waiting = BuddyWish.objects.standing().filter(enrollment=enrollment).exists()
        return BuddyPage(None, None, waiting, "", [])
    newest = BuddyMessage.objects.filter(pair=pair).select_related("author")
    messages = list(newest.order_by("-written_at", "-pk")[:SHOWN])[::-1]
    prompt = str(PROMPTS[week_of(pair, now) % len(PROMPTS)])
    return BuddyPage(pair, pair.partner_of(enrollment), False, prompt, messages)
