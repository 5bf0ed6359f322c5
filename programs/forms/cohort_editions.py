"""Move a cohort to another edition: what goes on as what, and a word of confirmation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import Audience, AudienceForm
from programs.models import Item, ProgramVersion


class MigrateForm(AudienceForm):
    """One choice for each step that the new edition no longer has."""

    audience = {"confirm": Audience.PRACTICE}

    confirm = forms.BooleanField(
        label=gettext_lazy("I have looked at what changes; move the cohort"),
        required=False,
        help_text=gettext_lazy("Without the tick the page only shows what your choices change."),
    )

    def __init__(self, *args: Any, old: ProgramVersion, new: ProgramVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = Item.objects.filter(module__version=old).values("identity")
        known = Item.objects.filter(module__version=new).values("identity")
        free = list(
            Item.objects.filter(module__version=new)
            .exclude(identity__in=kept)
            .values_list("identity", "kind", "title")
        )
        self.names: dict[str, str] = {}
        gone = Item.objects.filter(module__version=old).exclude(identity__in=known)
        for number, item in enumerate(gone.defer("body").order_by("module__position", "position")):
            name = f"step_{number}"
            self.names[name] = item.identity
            heirs = [(identity, title) for identity, kind, title in free if kind == item.kind]
            self.fields[name] = forms.ChoiceField(
                label=_("“%(title)s” goes on as") % {"title": item.title},
                choices=[("", _("nothing")), *heirs],
                required=False,
            )
        self.audience = dict.fromkeys(self.fields, Audience.PRACTICE)
        self.order_fields([*self.names, "confirm"])

    def mapping(self) -> dict[str, str | None]:
        """Old identity to new, None for nothing."""
        return {
            identity: self.cleaned_data.get(name) or None for name, identity in self.names.items()
        }
