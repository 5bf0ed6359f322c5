from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.forms import Audience, AudienceForm

GROUP = "group"


class ReflectionShareForm(AudienceForm):
    """Who may read a finished reflection: one named person, or the own group."""

    audience = {"reader": Audience.NAMED}

    reader = forms.ChoiceField(label=gettext_lazy("Who may read it"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, readers: Iterable[User], **kwargs: Any) -> None:
        self.readers = {str(user.public_id): user for user in readers}
        names = {Audience.NAMED: _("whom you choose, until you stop it")}
        super().__init__(*args, audience_names=names, **kwargs)
        choices = [(key, str(user)) for key, user in self.readers.items()]
        field = self.fields["reader"]
        field.choices = [*choices, (GROUP, _("My group: the people who take part with me"))]  # type: ignore[attr-defined]

    def clean_reader(self) -> User | None:
        """The person; None for the group."""
        chosen = self.cleaned_data["reader"]
        if chosen == GROUP:
            return None
        try:
            return self.readers[chosen]
        except KeyError as error:
            raise ValidationError(_("Choose someone of your team."), code="invalid") from error
