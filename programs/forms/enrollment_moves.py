"""One person's place: another group, another cohort, taken back. And a group's name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm
from programs.models import Cohort, CohortGroup, Enrollment


class GroupNameForm(AudienceForm):
    audience = {"name": Audience.GROUP}

    name = forms.CharField(label=_("Name"), max_length=80)


class GroupForm(AudienceForm):
    audience = {"group": Audience.GROUP}

    group = forms.ModelChoiceField(
        label=_("Group"),
        queryset=CohortGroup.objects.none(),
        required=False,
        empty_label=_("no group"),
    )

    def __init__(self, *args: Any, enrollment: Enrollment, **kwargs: Any) -> None:
        super().__init__(*args, initial={"group": enrollment.group_id}, **kwargs)
        groups = enrollment.cohort.groups.order_by("name")
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]


class TransferForm(AudienceForm):
    """Another open cohort of the same organization."""

    audience = {"to": Audience.PRACTICE}

    to = forms.ModelChoiceField(label=_("Cohort"), queryset=Cohort.objects.none())

    def __init__(self, *args: Any, cohorts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = cohorts  # type: ignore[attr-defined]


class VoidForm(AudienceForm):
    audience = {"reason": Audience.PRACTICE}

    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Such as: a duplicate, a wrong address.")
    )
