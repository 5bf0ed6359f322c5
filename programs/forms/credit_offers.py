"""What an accredited provider designated, the rules behind it, and what a registry answered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm, AudienceModelForm, DayField
from programs.models import CreditOffer, ProgramVersion
from programs.models.credit_offers import CreditType, Degree

MEASURES = [
    ("knowledge", _("knowledge")),
    ("competence", _("competence")),
    ("performance", _("performance")),
    ("patients", _("patients' health")),
    ("community", _("community health")),
]


class OfferForm(AudienceModelForm):
    """Saves nothing: the service does."""

    class Meta:
        model = CreditOffer
        fields = (
            "version",
            "credit_type",
            "maximum",
            "provider_name",
            "provider_id",
            "provider_address",
            "designation",
            "statement",
            "reviewer",
            "starts_on",
            "expires_on",
            "counts_online",
            "counts_live",
            "counts_home",
            "is_joint",
            "format",
            "place",
            "professions",
            "description",
            "measures",
            "registry",
            "activity_id",
            "moc_board",
            "moc_points",
        )
        labels = {
            "version": _("Edition"),
            "credit_type": _("Type of credit"),
            "maximum": _("Maximum"),
            "provider_name": _("Accredited provider"),
            "provider_id": _("The provider's number"),
            "provider_address": _("The provider's address; a web address will do"),
            "designation": _("Designation, in the provider's words"),
            "statement": _("Statement of accreditation, for the certificate"),
            "reviewer": _("Who reviewed the program for the provider"),
            "starts_on": _("First day"),
            "expires_on": _("Last day to complete"),
            "counts_online": _("Steps done online count"),
            "counts_live": _("Live sessions count"),
            "counts_home": _("Home practice counts: only if it is designated"),
            "is_joint": _("Planned by a team, or with a joint provider"),
            "format": _("Format"),
            "place": _("Place, if any"),
            "professions": _("For which professions"),
            "description": _("Description"),
            "registry": _("Reported to"),
            "activity_id": _("The provider's number of the activity"),
            "moc_board": _("Board, if it counts for maintenance of certification"),
            "moc_points": _("Points of the board"),
        }
        help_texts = {
            "maximum": _("In quarters. A certificate shows what was awarded, not this."),
            "starts_on": _("Only cohorts that begin on this day or later. Enable it before."),
        }
        field_classes = {"starts_on": DayField, "expires_on": DayField}
        widgets = {
            "designation": forms.Textarea(attrs={"rows": 3}),
            "statement": forms.Textarea(attrs={"rows": 2}),
            "description": forms.Textarea(attrs={"rows": 3}),
        }

    measures = forms.MultipleChoiceField(
        label=_("What the activity is meant to change"),
        choices=MEASURES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    audience = dict.fromkeys(Meta.fields, Audience.PRACTICE) | dict.fromkeys(
        ("designation", "provider_name", "provider_address", "statement", "credit_type"),
        Audience.CLIENTS,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        editions = ProgramVersion.objects.published().select_related("program").defer("content")
        self.fields["version"].queryset = editions.order_by(  # type: ignore[attr-defined]
            "program__title", "-published_at"
        )

    def _post_clean(self) -> None:
        """The model is cleaned by the service, under its lock."""


class RuleForm(AudienceForm):
    audience = dict.fromkeys(
        (
            "credit_type",
            "in_force_from",
            "unit",
            "minutes_per_credit",
            "degrees",
            "designated_before",
            "years_kept",
            "source",
            "checked_on",
        ),
        Audience.PRACTICE,
    )

    credit_type = forms.ChoiceField(label=_("Type of credit"), choices=CreditType.choices)
    in_force_from = DayField(label=_("In force from"))
    unit = forms.CharField(label=_("As printed after the amount"), max_length=80)
    minutes_per_credit = forms.IntegerField(
        label=_("Minutes of one credit"), min_value=15, max_value=240, initial=60
    )
    degrees = forms.MultipleChoiceField(
        label=_("Awarded to"),
        choices=Degree.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None chosen: to everybody. Others get a note that they took part."),
    )
    designated_before = forms.BooleanField(
        label=_("Never for an activity that has begun"), required=False, initial=True
    )
    years_kept = forms.IntegerField(
        label=_("Years that documentation is available"), min_value=1, max_value=50, initial=6
    )
    source = forms.CharField(label=_("Where it says so"), max_length=200)
    checked_on = DayField(label=_("Compared with it on"), required=False)


class AnswerForm(AudienceForm):
    """What a registry said to one line."""

    audience = {"action": Audience.PRACTICE, "reason": Audience.PRACTICE}

    action = forms.ChoiceField(choices=[(one, one) for one in ("accepted", "rejected", "again")])
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class TakeBackForm(AudienceForm):
    audience = {"reason": Audience.PRACTICE}

    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("For your records."))
