"""What a learner gave for a registry, opened for a report and for nothing else."""

from __future__ import annotations

import json

from core.encryption import InvalidToken, unseal
from programs.engine.registry_rows import Identity
from programs.models import CreditIdentity

PURPOSE = "programs.credit_identity"


def open_identity(row: CreditIdentity) -> Identity | None:
    """Unseal a record; None if SECRET_KEY was changed and the old one is not among its fallbacks."""
    try:
        return Identity(**json.loads(unseal(bytes(row.sealed), purpose=PURPOSE)))
    except InvalidToken:
        return None
