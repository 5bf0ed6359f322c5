"""Before credit is claimed, the claim itself, and what a registry asks of a learner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm
from programs.engine.credits import QUARTER
from programs.engine.registry_rows import STATES, Identity
from programs.models.credit_claims import CreditEvaluation
from programs.models.credit_offers import Degree

if TYPE_CHECKING:
    from programs.models import CreditOffer
    from programs.reports.claimable_offers import Chance

_MONTHS = [
    ("", "–"),
    *enumerate(
        [
            _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"),
            _("August"), _("September"), _("October"), _("November"), _("December"),
        ],
        start=1,
    ),
]  # fmt: skip


class EvaluationForm(AudienceForm):
    """Three choices, no text: there is nothing in it to recognize somebody by."""

    audience = dict.fromkeys(("intends_change", "bias", "outcome"), Audience.COUNTS_ONLY)

    intends_change = forms.ChoiceField(
        label=_("Will you do anything differently at work?"),
        choices=CreditEvaluation.Change.choices,
        widget=forms.RadioSelect,
    )
    outcome = forms.ChoiceField(
        label=_("What has changed most?"),
        choices=CreditEvaluation.Outcome.choices,
        widget=forms.RadioSelect,
    )
    bias = forms.ChoiceField(
        label=_("Was the program balanced?"),
        choices=CreditEvaluation.Bias.choices,
        widget=forms.RadioSelect,
    )


class ClaimForm(AudienceForm):
    """The learner attests; what the minutes allow is checked by the service."""

    audience = dict.fromkeys(("offer", "degree", "amount", "attested"), Audience.NAMED)

    offer = forms.ChoiceField(label=_("Which credit?"), widget=forms.RadioSelect)
    degree = forms.ChoiceField(
        label=_("Your profession"),
        choices=Degree.choices,
        widget=forms.RadioSelect,
        help_text=_("Some credit is for one profession. Others get a note that they took part."),
    )
    amount = forms.DecimalField(
        label=_("How much do you claim?"),
        max_digits=6,
        decimal_places=2,
        min_value=QUARTER,
        widget=forms.NumberInput(attrs={"step": "0.25", "inputmode": "decimal"}),
        help_text=_("In quarters of an hour, for the time you really took part."),
    )
    attested = forms.BooleanField(label=_("I took part for the time that I claim."))

    def __init__(self, *args: Any, chances: list[Chance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offers = {str(chance.offer.public_id): chance.offer for chance in chances}
        self.fields["offer"].choices = [  # type: ignore[attr-defined]
            (key, offer.get_credit_type_display()) for key, offer in self._offers.items()
        ]
        if len(self._offers) == 1:
            self.fields["offer"].widget = forms.HiddenInput()
            self.fields["offer"].initial = next(iter(self._offers))

    def chosen(self) -> dict[str, Any]:
        """The cleaned data as the service takes it."""
        data = self.cleaned_data
        offer: CreditOffer = self._offers[data["offer"]]
        return {
            "offer": offer,
            "degree": data["degree"],
            "amount": data["amount"],
        }


class IdentityForm(AudienceForm):
    """Month and day of birth, no year; a license or an NPI."""

    audience = dict.fromkeys(
        (
            "given_name",
            "family_name",
            "birth_month",
            "birth_day",
            "license_state",
            "license_id",
            "npi",
            "board_id",
            "permission",
        ),
        Audience.NAMED,
    )

    given_name = forms.CharField(label=_("First name, as on your license"), max_length=80)
    family_name = forms.CharField(label=_("Last name, as on your license"), max_length=80)
    birth_month = forms.TypedChoiceField(label=_("Month of birth"), choices=_MONTHS, coerce=int)
    birth_day = forms.IntegerField(label=_("Day of birth"), min_value=1, max_value=31)
    license_state = forms.ChoiceField(
        label=_("State of your license"),
        choices=[("", "–"), *((state, state) for state in sorted(STATES))],
        required=False,
    )
    license_id = forms.CharField(label=_("License number"), max_length=40, required=False)
    npi = forms.CharField(
        label=_("Or your NPI"),
        max_length=10,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    board_id = forms.CharField(
        label=_("Your number with your specialty board, if it counts this program"),
        max_length=40,
        required=False,
    )
    permission = forms.BooleanField(
        label=_("The practice may report my credit to the registry under this license.")
    )

    def identity(self) -> Identity:
        data = {name: self.cleaned_data[name] for name in self.audience if name != "permission"}
        return Identity(**data)
