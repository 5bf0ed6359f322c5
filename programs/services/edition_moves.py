"""Move a running cohort to a later edition: what was done stays done, whatever is asked for now.

Facts are never rewritten: events keep the step they happened in, and a succession says which step
goes on from it. A completed program stays completed, though the new edition asks for more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from programs.models import (
    Attempt,
    Cohort,
    Enrollment,
    Extension,
    FieldEntry,
    Item,
    ItemState,
    ItemSuccession,
    Module,
    Observation,
    PracticeLog,
    Reflection,
    ScenarioStep,
    ScheduleRow,
    ThreadPost,
    VersionChange,
)
from programs.reports.edition_plans import EditionPlan, Pair, edition_plan
from programs.services.completions import complete_waiting
from programs.services.schedule_rows import refresh_schedule

if TYPE_CHECKING:
    from accounts.models import User
    from programs.models import ProgramVersion


@transaction.atomic
def migrate_cohort(
    *,
    cohort: Cohort,
    version: ProgramVersion,
    mapping: Mapping[str, str | None] | None = None,
    by: User | None,
    now: datetime | None = None,
) -> VersionChange:
    """Pin `cohort` to the later edition `version`; the log of it is returned.

    Dates edited by hand, extensions, places in open steps and attempts go over to the step that
    goes on; where a step was built anew, an attempt under way is kept behind and begins again.
    Whoever has done all that the new edition asks for is complete with that.

    Args:
        mapping: identity of a step to that of the step that goes on from it, None for none; steps
            that are not named go on as the step of the same identity.
        now: None is this instant.

    Raises:
        ValidationError: as for `edition_plan`.
    """
    when = now or timezone.now()
    # Everything that a person does queues at their enrollment; the cohort comes after it.
    list(
        Enrollment.objects.select_for_update(of=("self",), no_key=True)
        .filter(cohort=cohort)
        .order_by("pk")
        .values_list("pk")
    )
    locked = (
        Cohort.objects.select_for_update(of=("self",))
        .select_related("version__program", "text_version")
        .get(pk=cohort.pk)
    )
    plan = edition_plan(locked, version, mapping or {})
    before = locked.version
    for pair in plan.pairs:
        _carry(locked, pair)
    _succeed(locked, plan)
    _carry_dates(locked, before.pk, version.pk)
    locked.version, locked.text_version = version, None
    locked.save(update_fields=["version", "text_version", "updated_at"])
    refresh_schedule(cohort=locked, by=by, reason=_("another edition"), now=when)
    complete_waiting(cohort=locked, occurred_at=when, now=when)
    change = VersionChange.objects.create(
        cohort=locked,
        kind=VersionChange.Kind.MIGRATION,
        old=before,
        new=version,
        mapping=dict(mapping or {}),
        by=by,
        changed_at=when,
    )
    cohort.version, cohort.text_version = version, None
    return change


def take_over_drafts(*, enrollment: Enrollment, item: Item) -> None:
    """Let what its author wrote in an earlier edition's step go on in `item`.

    The tables are private: only the author's own transaction may touch the rows, so this is done
    when the author comes to the step, not when the cohort moves.
    """
    if item.kind not in (Item.Kind.FIELD_LOG, Item.Kind.REFLECTION):
        return
    befores = list(
        ItemSuccession.objects.filter(cohort=enrollment.cohort_id, item=item).values_list(
            "before", flat=True
        )
    )
    if not befores:
        return
    if item.kind == Item.Kind.FIELD_LOG:
        FieldEntry.objects.filter(enrollment=enrollment, item__in=befores).update(item=item)
    else:
        own = Reflection.objects.filter(enrollment=enrollment)
        if not own.filter(item=item).exists():
            newest = own.filter(item__in=befores).order_by("-updated_at").first()
            if newest is not None:
                own.filter(pk=newest.pk).update(item=item)


def _carry(cohort: Cohort, pair: Pair) -> None:
    """Point everything that is no fact of the log at the step that goes on."""
    states = ItemState.objects.filter(enrollment__cohort=cohort, item=pair.old)
    of_people = {"enrollment__cohort": cohort, "item": pair.old}
    PracticeLog.objects.filter(**of_people).update(item=pair.new)
    Extension.objects.filter(**of_people).update(item=pair.new)
    ThreadPost.objects.filter(cohort=cohort, item=pair.old).update(item=pair.new)
    if pair.keeps_place:
        states.update(item=pair.new)
        Attempt.objects.filter(**of_people).update(item=pair.new)
        ScenarioStep.objects.filter(**of_people).update(item=pair.new)
        Observation.objects.filter(**of_people).update(item=pair.new)
        return
    # What was answered must not come to say what nobody chose: it stays with its own questions.
    ItemState.objects.bulk_create(
        ItemState(
            enrollment_id=state.enrollment_id,
            item=pair.new,
            started_at=state.started_at,
            done_at=state.done_at,
        )
        for state in states.exclude(done_at=None)
    )


def _succeed(cohort: Cohort, plan: EditionPlan) -> None:
    """Write which step goes on from which, through earlier moves too."""
    heirs = {pair.old.pk: pair.new.pk for pair in plan.pairs}
    rows = list(heirs.items())
    earlier = cohort.successions.filter(item__in=heirs).values_list("before", "item")
    rows += [(before, heirs[item]) for before, item in earlier]
    ItemSuccession.objects.bulk_create(
        ItemSuccession(cohort=cohort, before_id=before, item_id=item) for before, item in rows
    )


def _carry_dates(cohort: Cohort, old: int, new: int) -> None:
    """Rows go over to the module of the same key; those of a module that is gone go."""
    modules = dict(Module.objects.filter(version=new).values_list("key", "pk"))
    for pk, key in Module.objects.filter(version=old).values_list("pk", "key"):
        rows = ScheduleRow.objects.filter(cohort=cohort, module=pk)
        if key in modules:
            rows.update(module=modules[key])
        else:
            rows.delete()
