"""Contracts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm, DayField
from programs.models import Engagement

CURRENCIES = ("USD", "EUR", "GBP", "CAD", "CHF")


class EngagementForm(AudienceForm):
    """A contract as its organization may read it. Writes nothing: the service does."""

    title = forms.CharField(label=_("Title"), max_length=160)
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"))
    seats = forms.IntegerField(
        label=_("Seats"),
        min_value=1,
        max_value=100_000,
        help_text=_("A seat is one person's place in a cohort."),
    )
    coaching_hours = forms.IntegerField(label=_("Coaching hours"), min_value=0, max_value=100_000)
    po_number = forms.CharField(label=_("PO number"), max_length=60, required=False)
    rate = forms.DecimalField(
        label=_("Rate per hour"), min_value=0, max_value=10_000, decimal_places=2, required=False
    )
    currency = forms.ChoiceField(
        label=_("Currency"), choices=[(code, code) for code in CURRENCIES], initial="USD"
    )
    visibility = forms.ChoiceField(
        label=_("What the organization sees"),
        choices=Engagement.Visibility.choices,
        widget=forms.RadioSelect,
        help_text=_("Every clinician reads and signs this before taking part."),
    )
    threshold_progress = forms.IntegerField(
        label=_("Smallest group whose progress is shown"), min_value=5, max_value=100, initial=5
    )
    threshold_means = forms.IntegerField(
        label=_("Fewest pairs for a mean change"), min_value=8, max_value=100, initial=8
    )
    threshold_distributions = forms.IntegerField(
        label=_("Fewest answers for a distribution"), min_value=10, max_value=100, initial=10
    )
    threshold_reliable_change = forms.IntegerField(
        label=_("Fewest pairs for percentages of reliable change"),
        min_value=20,
        max_value=200,
        initial=20,
    )

    audience = dict.fromkeys(
        (
            "title",
            "starts_on",
            "ends_on",
            "seats",
            "coaching_hours",
            "po_number",
            "rate",
            "currency",
            "visibility",
            "threshold_progress",
            "threshold_means",
            "threshold_distributions",
            "threshold_reliable_change",
        ),
        Audience.ORGANIZATION,
    )

    def fields_of_contract(self) -> dict[str, Any]:
        """The cleaned data as the service takes it: the rate in cents."""
        data = dict(self.cleaned_data)
        data["rate_minor"] = int((data.pop("rate") or Decimal(0)) * 100)
        return data


def initial_of(engagement: Engagement) -> dict[str, Any]:
    values = {name: getattr(engagement, name) for name in EngagementForm.audience if name != "rate"}
    return values | {"rate": Decimal(engagement.rate_minor) / 100}
