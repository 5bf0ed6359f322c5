"""What a certificate says of credit: what was awarded, never the maximum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from programs.engine.credits import amount_words
from programs.reports.claimable_offers import rule_of

if TYPE_CHECKING:
    from programs.models import CreditClaim


def credit_words(claim: CreditClaim) -> list[str]:
    """The lines that are printed and frozen with the certificate."""
    offer, rule = claim.offer, rule_of(claim.offer)
    provider = _("Provider: %(name)s, number %(number)s.") % {
        "name": offer.provider_name,
        "number": offer.provider_id,
    }
    where = [offer.provider_address] if offer.provider_address else []
    if claim.amount == 0:
        return [
            _("Participation. No credit was awarded: the activity was designated for %(unit)s.")
            % {"unit": rule.unit},
            " ".join([provider, *where]),
        ]
    form = offer.get_format_display()
    return [
        _("%(amount)s %(unit)s awarded.")
        % {"amount": amount_words(claim.amount), "unit": rule.unit},
        " ".join([provider, *where]),
        _("Format: %(format)s.") % {"format": f"{form}, {offer.place}" if offer.place else form},
        *([offer.statement] if offer.statement else []),
        _("Documentation is available for %(years)d years.") % {"years": rule.years_kept},
    ]
