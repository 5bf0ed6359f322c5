"""Notes about the player: a reminder one asked for, a request to watch, a buddy, the week's question.

Each says that something is there and opens its page. None holds a topic, a name of somebody else
or a word that a person wrote.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.mails import render_mail
from core.acting import acting_as
from notifications.kinds import Kind, Rendered, register
from notifications.services.opt_outs import has_opted_out
from programs.models import BuddyPair, BuddyReport, Commitment, Enrollment, Observation

if TYPE_CHECKING:
    from notifications.models import Message

COMMITMENT_REMINDER = "programs.commitment_reminder"
OBSERVATION_REQUEST = "programs.observation_request"
BUDDY_FOUND = "programs.buddy_found"
BUDDY_PROMPT = "programs.buddy_prompt"
BUDDY_REPORT = "programs.buddy_report"
TOPIC = "learning"
_LIVE = Q(
    enrollment__withdrawn_at=None,
    enrollment__transferred_out_at=None,
    enrollment__voided_at=None,
)


@dataclass(frozen=True)
class _Note:
    subject: str | Promise
    line: str | Promise
    button: str | Promise
    page: str
    may_stop: bool = False


_NOTES = {
    COMMITMENT_REMINDER: _Note(
        _("Ready when you are: the reminder you asked for"),
        _("You asked to be reminded of one thing you meant to try. It is on your page."),
        _("Open it"),
        "programs:learn",
    ),
    OBSERVATION_REQUEST: _Note(
        _("Somebody asks for a few minutes of yours"),
        _("Somebody you work with here would like your eyes on one thing. The page says what."),
        _("See the request"),
        "programs:observation_list",
    ),
    BUDDY_FOUND: _Note(
        _("Somebody is there for you"),
        _("You asked to be paired with a colleague. Your page has the name, and a first line."),
        _("Open the page"),
        "programs:buddy",
    ),
    BUDDY_PROMPT: _Note(
        _("This week's question: two minutes"),
        _("A new question waits for the two of you. Two minutes are enough."),
        _("Open the page"),
        "programs:buddy",
        may_stop=True,
    ),
    BUDDY_REPORT: _Note(
        _("A note for you"),
        _("Somebody left a note for you as their named contact. Please read it today."),
        _("Read it"),
        "programs:buddy_report_list",
    ),
}


def _enrollment_in(message: Message) -> Enrollment | None:
    """The recipient's place in the pair that the message is about, while both are in it."""
    pair = (
        BuddyPair.objects.standing()
        .select_related("one__clinician", "other__clinician")
        .filter(pk=message.subject_id)
        .first()
    )
    if pair is None:
        return None
    both = (pair.one, pair.other)
    return next((one for one in both if one.clinician_id == message.recipient_id), None)


def _commitment_is_current(message: Message) -> bool:
    with acting_as(message.recipient_id):  # a private table: read as its author
        kept = Commitment.objects.standing().filter(pk=message.subject_id)
        return kept.exclude(enrollment__accepted_at=None).filter(_LIVE).exists()


def _observation_is_current(message: Message) -> bool:
    waiting = Observation.objects.filter(pk=message.subject_id, submitted_at=None)
    return waiting.filter(observer=message.recipient_id, observer__is_active=True).exists()


def _pair_is_current(message: Message) -> bool:
    return _enrollment_in(message) is not None


def _prompt_is_current(message: Message) -> bool:
    enrollment = _enrollment_in(message)
    if enrollment is None:
        return False
    return not has_opted_out(person=enrollment.clinician, topic=TOPIC)


def _report_is_current(message: Message) -> bool:
    with acting_as(message.recipient_id):
        return BuddyReport.objects.filter(pk=message.subject_id, answered_at=None).exists()


def _render(message: Message) -> Rendered:
    note = _NOTES[message.kind]
    recipient = message.recipient
    if recipient is None:
        raise LookupError(message.subject_id)
    arguments = []
    if note.page == "programs:buddy":
        enrollment = _enrollment_in(message)
        if enrollment is None:
            raise LookupError(message.subject_id)
        arguments = [enrollment.public_id]
    return render_mail(
        "programs/email/note",
        recipient=recipient,
        path=reverse(note.page, args=arguments),
        context={"note": note},
        topic=TOPIC if note.may_stop else "",
    )


_CURRENT: dict[str, tuple[Callable[[Message], bool], str | Promise]] = {
    COMMITMENT_REMINDER: (_commitment_is_current, _("Reminder one asked for")),
    OBSERVATION_REQUEST: (_observation_is_current, _("Request to watch")),
    BUDDY_FOUND: (_pair_is_current, _("Buddy found")),
    BUDDY_PROMPT: (_prompt_is_current, _("Question of the week")),
    BUDDY_REPORT: (_report_is_current, _("Note to the named contact")),
}


def register_kinds() -> None:
    for name, (current, label) in _CURRENT.items():
        register(Kind(name=name, current=current, render=_render, label=label))
