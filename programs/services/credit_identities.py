"""Name, birthday and license for a registry of credit: given by permission, sealed, forgotten on request."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from core.encryption import seal
from programs.engine.registry_rows import Identity, identity_faults
from programs.models import CreditIdentity
from programs.reports.credit_identities import PURPOSE
from programs.reports.registry_words import fault_words

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


@transaction.atomic
def keep_identity(*, person: User, identity: Identity, now: datetime) -> CreditIdentity:
    """Seal what `person` lets the practice report; over what was kept before.

    Raises:
        ValidationError: one code for each fault of the record (engine/registry_rows.py).
    """
    if faults := identity_faults(identity):
        raise ValidationError([ValidationError(fault_words(code), code=code) for code in faults])
    sealed = seal(json.dumps(asdict(identity)).encode(), purpose=PURPOSE)
    kept, _made = CreditIdentity.objects.update_or_create(
        person=person,
        defaults={"sealed": sealed, "changed_at": now},
        create_defaults={"sealed": sealed, "changed_at": now, "permitted_at": now},
    )
    return kept


@transaction.atomic
def forget_identity(*, person: User) -> None:
    """Take the permission back: the record is deleted, and no file names them any more."""
    CreditIdentity.objects.filter(person=person).delete()
