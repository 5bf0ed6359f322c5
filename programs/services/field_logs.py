"""Field entries: what was tried on a shift. Private, like reflections, and written as the author."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programs.models import Enrollment, FieldEntry, Item, ProgressEvent
from programs.services.progress import lock_enrollment, record_event, save_position

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime


@transaction.atomic
def save_entry(
    *,
    enrollment: Enrollment,
    item: Item,
    happened_on: date,
    situation: str,
    answers: Mapping[str, str],
    revision: int,
    key: UUID,
    submit: bool,
    now: datetime,
) -> FieldEntry:
    """Keep the draft entry of `item`, or file it with `submit`.

    There is one draft an item; filing it makes room for the next. The same `key` again is a no-op.

    Raises:
        ValidationError: "stale_revision": the draft was changed elsewhere and reads differently;
            "in_the_future"; "empty": filed without a word or a situation.
    """
    locked = lock_enrollment(enrollment)
    entries = FieldEntry.objects.filter(enrollment=locked, item=item)
    filed = ProgressEvent.objects.filter(enrollment=locked, key=_filed_key(locked, item, key))
    if event := filed.first():
        return entries.get(public_id=event.payload["entry"])
    if happened_on > now.astimezone(locked.clinician.zone).date():
        raise ValidationError(_("That day is still to come."), code="in_the_future")
    entry = entries.filter(submitted_at=None).first() or FieldEntry(
        author_id=locked.clinician_id, enrollment=locked, item=item, happened_on=happened_on
    )
    known = {field["id"] for field in item.body["fields"]}
    tags = {situation["id"] for situation in item.body["situations"]}
    values: dict[str, Any] = {
        "happened_on": happened_on,
        "situation": situation if situation in tags else "",
        "answers": {
            name: text.replace("\r\n", "\n")
            for name, text in answers.items()
            if name in known and text.strip()
        },
    }
    changed = any(getattr(entry, name) != value for name, value in values.items())
    if changed and entry.pk and revision != entry.revision:
        raise ValidationError(_("This was changed in another window."), code="stale_revision")
    if submit and not (values["answers"] or values["situation"]):
        raise ValidationError(_("Choose a situation or write a line first."), code="empty")
    for name, value in values.items():
        setattr(entry, name, value)
    if changed or not entry.pk:
        entry.revision += 1
    if submit:
        entry.submitted_at = now
    entry.full_clean()
    entry.save()
    if submit:
        record_event(
            enrollment=enrollment,
            item=item,
            kind=ProgressEvent.Kind.SUBMITTED,
            occurred_at=now,
            key=_filed_key(locked, item, key),
            payload={"entry": str(entry.public_id)},
            now=now,
        )
    else:
        save_position(enrollment=locked, item=item, position={"draft": True}, now=now)
    return entry


def _filed_key(enrollment: Enrollment, item: Item, key: UUID) -> UUID:
    """A client's key, bound to the one place it may be used."""
    return uuid5(key, f"{enrollment.public_id}/{item.public_id}")
