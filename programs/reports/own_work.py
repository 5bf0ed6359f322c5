"""Everything a learner wrote and did in one program, for themselves: as data, and as Markdown.

Read as its author: private tables show their rows to nobody else. It works after leaving too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from programs.models import (
    Attempt,
    BuddyMessage,
    Commitment,
    FieldEntry,
    Item,
    Observation,
    PracticeLog,
    Reflection,
    SelfRating,
    ThreadPost,
)
from programs.reports.scenario_paths import runs_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from programs.models import Enrollment

Work = dict[str, Any]


def own_work(*, enrollment: Enrollment, now: datetime) -> Work:
    """Plain values only; instants in ISO 8601."""
    own = {"enrollment": enrollment}
    return {
        "program": enrollment.cohort.version.program.title,
        "version": enrollment.cohort.version.version,
        "exported_at": _iso(now),
        "reflections": [_reflection(one) for one in _by_item(Reflection, own)],
        "field_entries": [_field_entry(one) for one in _by_item(FieldEntry, own)],
        "practice": [
            {
                "started_at": _iso(log.started_at),
                "minutes": log.minutes,
                "item": log.item.title if log.item else "",
                "source": log.source,
                "back_dated": log.is_back_dated,
            }
            for log in PracticeLog.objects.filter(**own)
            .standing()
            .select_related("item")
            .order_by("started_at", "pk")
        ],
        "conversations": _conversations(enrollment),
        "checks": [
            {
                "item": attempt.item.title,
                "attempt": attempt.number,
                "score": float(attempt.score) if attempt.score is not None else None,
                "submitted_at": _iso(attempt.submitted_at),
                "answers": attempt.answers,
            }
            for attempt in _by_item(Attempt, own)
        ],
        "observations": [
            _observation(one) for one in _by_item(Observation, own).exclude(submitted_at=None)
        ],
        "commitments": [
            {"module": one.module.title, "text": one.text, "made_at": _iso(one.made_at)}
            for one in Commitment.objects.filter(**own).select_related("module")
        ],
        "posts": [
            {"item": post.item.title, "at": _iso(post.created_at), "text": post.text}
            for post in ThreadPost.objects.filter(
                author=enrollment.clinician_id, cohort=enrollment.cohort_id
            ).select_related("item")
        ],
        "to_my_buddy": [
            {"at": _iso(one.written_at), "text": one.text}
            for one in BuddyMessage.objects.filter(
                author=enrollment.clinician_id, pair__cohort=enrollment.cohort_id
            )
        ],
    }


def _by_item(model: Any, own: dict[str, Any]) -> Any:
    return model.objects.filter(**own).select_related("item").order_by("item__position", "pk")


def _iso(moment: datetime | date | None) -> str | None:
    return moment.isoformat() if moment else None


def _reflection(reflection: Reflection) -> Work:
    return {
        "item": reflection.item.title,
        "submitted_at": _iso(reflection.submitted_at),
        "answers": [
            {"question": question["label"], "answer": reflection.answers[question["id"]]}
            for question in reflection.item.body["questions"]
            if reflection.answers.get(question["id"])
        ],
    }


def _field_entry(entry: FieldEntry) -> Work:
    labels = {field["id"]: field["label"] for field in entry.item.body["fields"]}
    tags = {tag["id"]: tag["label"] for tag in entry.item.body["situations"]}
    return {
        "item": entry.item.title,
        "day": _iso(entry.happened_on),
        "situation": tags.get(entry.situation, ""),
        "answers": [
            {"question": labels.get(name, name), "answer": text}
            for name, text in entry.answers.items()
        ],
    }


def _conversations(enrollment: Enrollment) -> list[Work]:
    items = Item.objects.filter(
        pk__in=enrollment.scenario_steps.values("item"), kind=Item.Kind.SCENARIO
    )
    return [
        {
            "item": item.title,
            "run": run.number,
            "steps": [
                {
                    "heard": line.heard,
                    "said": line.said,
                    "code": line.code,
                    "went_back": line.is_rewind,
                }
                for line in run.lines
            ],
            "ended": [str(end) for end in run.ends],
        }
        for item in items.order_by("module__position", "position")
        for run in reversed(runs_of(enrollment=enrollment, item=item))
    ]


def _observation(observation: Observation) -> Work:
    own = SelfRating.objects.filter(observation=observation).first()
    titles = {one["id"]: one["title"] for one in observation.item.body["rubric"]["behaviors"]}
    return {
        "item": observation.item.title,
        "observer": str(observation.observer),
        "day": _iso(observation.observed_on),
        "ratings": {titles.get(key, key): value for key, value in observation.ratings.items()},
        "own_ratings": {titles.get(key, key): value for key, value in own.ratings.items()}
        if own
        else {},
        "note": observation.note,
    }


def as_markdown(work: Work) -> str:
    """The same as a document: one heading a kind, one a piece of work."""
    return "\n".join(_lines(work)) + "\n"


def _lines(work: Work) -> Iterator[str]:
    yield f"# {work['program']} {work['version']}"
    yield f"\n{work['exported_at']}"
    for heading, key in (
        (_("Reflections"), "reflections"),
        (_("Field log"), "field_entries"),
    ):
        yield from _heading(heading, work[key])
        for one in work[key]:
            when = one.get("submitted_at") or one.get("day") or _("draft")
            yield f"\n### {one['item']} · {when}"
            if one.get("situation"):
                yield f"\n{one['situation']}"
            for answer in one["answers"]:
                yield f"\n**{answer['question']}**\n\n{answer['answer']}"
    yield from _heading(_("Practice"), work["practice"])
    for one in work["practice"]:
        yield f"- {one['started_at']}: {one['minutes']} min {one['item']}".rstrip()
    yield from _heading(_("Conversations"), work["conversations"])
    for one in work["conversations"]:
        yield f"\n### {one['item']} · {one['run']}"
        for step in one["steps"]:
            yield (
                f"\n- {_('went back')}"
                if step["went_back"]
                else (f"\n> {step['heard']}\n\n{step['said']} ({step['code']})")
            )
        yield f"\n{', '.join(one['ended'])}"
    yield from _heading(_("Knowledge checks"), work["checks"])
    for one in work["checks"]:
        yield f"- {one['item']} · {one['attempt']}: {one['score']}"
    yield from _heading(_("Observations"), work["observations"])
    for one in work["observations"]:
        yield f"\n### {one['item']} · {one['observer']} · {one['day']}"
        for title, rating in one["ratings"].items():
            own = one["own_ratings"].get(title, "–")
            yield f"- {title}: {rating}; {_('myself')}: {own}"
        if one["note"]:
            yield f"\n{one['note']}"
    for heading, key in (
        (_("What I meant to try"), "commitments"),
        (_("Posts in my group"), "posts"),
        (_("To my buddy"), "to_my_buddy"),
    ):
        yield from _heading(heading, work[key])
        for one in work[key]:
            yield f"- {one.get('at') or one.get('made_at')}: {one['text']}"


def _heading(text: str, rows: list[Work]) -> Iterator[str]:
    if rows:
        yield f"\n## {text}\n"
