"""What goes with a release in the consultant's own words: checked, signed, frozen with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User

MOST, LONGEST = 3, 300


def signed_recommendations(*, texts: Sequence[str], actor: User) -> list[dict[str, str]]:
    """Return the texts that say something, each with the name of who signs it.

    Raises:
        ValidationError: "too_many"; "too_long"; "unprintable": control characters.
    """
    said = [" ".join(text.split()) for text in texts]
    said = [text for text in said if text]
    if len(said) > MOST:
        raise ValidationError(
            _("At most %(most)d recommendations.") % {"most": MOST}, code="too_many"
        )
    if any(len(text) > LONGEST for text in said):
        raise ValidationError(
            _("A recommendation has at most %(most)d characters.") % {"most": LONGEST},
            code="too_long",
        )
    if not all(text.isprintable() for text in said):
        raise ValidationError(_("Plain text only, please."), code="unprintable")
    return [{"text": text, "by": actor.name} for text in said]
