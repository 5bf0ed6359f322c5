"""Give a running cohort better wording: the text of a later patch, on the structure it has."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from programs.models import Cohort, VersionChange
from programs.reports.edition_plans import check_edition, class_between

if TYPE_CHECKING:
    from accounts.models import User
    from programs.models import ProgramVersion


@transaction.atomic
def apply_text_revision(
    *, cohort: Cohort, version: ProgramVersion, by: User | None, now: datetime | None = None
) -> Cohort:
    """Let people of `cohort` read the text of `version`; what they did and what counts stays.

    `version` is the cohort's own edition or one that differs from it in prose only; that is
    computed, not taken from its number. The same text again writes nothing.

    Args:
        now: for the log; None is this instant.

    Raises:
        ValidationError: "other_program"; "not_published"; "not_later"; "not_a_patch".
    """
    locked = (
        Cohort.objects.select_for_update(of=("self",))
        .select_related("version__program", "text_version")
        .get(pk=cohort.pk)
    )
    check_edition(locked, version)
    before = locked.text_version or locked.version
    if before.pk == version.pk:
        return locked
    change = class_between(locked.version, version)
    if change != "patch":
        raise ValidationError(
            _(
                "%(version)s changes more than wording (%(change)s). Move the cohort to it with a"
                " preview, or leave it to new cohorts."
            )
            % {"version": version.version, "change": change},
            code="not_a_patch",
        )
    locked.text_version = None if version.pk == locked.version_id else version
    locked.save(update_fields=["text_version", "updated_at"])
    VersionChange.objects.create(
        cohort=locked,
        kind=VersionChange.Kind.TEXT,
        old=before,
        new=version,
        by=by,
        changed_at=now or timezone.now(),
    )
    cohort.text_version = locked.text_version
    return locked
