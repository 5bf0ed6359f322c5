"""A kind of meeting, as a consultant describes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import TextChoices
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from coaching.models import SessionType
from coaching.services.session_types import EDITABLE, SETTLED
from core.forms import Audience, AudienceForm
from core.templatetags.ui import duration

_NOTICES = (0, 15, 30, 60, 120, 240, 480, 720, 1440, 2880, 4320, 10080)
_PLACE = URLValidator(schemes=["https"])

GROUPS: list[tuple[str | Promise, str | Promise, tuple[str, ...]]] = [
    (_("What it is"), "", ("name", "kind", "channel", "location", "capacity")),
    (
        _("Time"),
        _("Time kept free belongs to you: nobody can book into it, and it may lie outside hours."),
        ("length_min", "step_min", "buffer_before_min", "buffer_after_min"),
    ),
    (
        _("Booking and canceling"),
        _("A contract's own rule comes before these, the practice's after them."),
        ("notice_min", "horizon_days", "cancel_notice_min", "needs_approval"),
    ),
    (
        _("At most"),
        _("Counted for one coach over all types, by the coach's own day, weeks from Monday."),
        ("max_per_day", "max_minutes_per_day", "max_per_week", "max_minutes_per_week"),
    ),
    (_("The contract"), "", ("uses_hours",)),
]


def _minutes(label: Any, least: int, most: int, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, **kwargs)


def _notice(label: Any, practice_rule: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=lambda: [
            ("", practice_rule),
            *((minutes, _length_of(minutes)) for minutes in _NOTICES),
        ],
        coerce=int,
        empty_value=None,
        required=False,
    )


def _capitalized(choices: type[TextChoices]) -> Callable[[], list[tuple[str, str]]]:
    return lambda: [(value, capfirst(label)) for value, label in choices.choices]


def _length_of(minutes: int) -> str:
    if minutes >= 2880:
        return _now("%(count)d days") % {"count": minutes // 1440}
    return duration(minutes) if minutes else _now("until it starts")


class SessionTypeForm(AudienceForm):
    """Writes nothing: the service does. Fields that sessions rely on are shut once there are some."""

    audience = dict.fromkeys(EDITABLE, Audience.PRACTICE) | dict.fromkeys(
        ("name", "kind", "channel", "location", "length_min"), Audience.CLIENTS
    )

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Clinicians read it. It names no topic.")
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=_capitalized(SessionType.Kind),
        widget=forms.RadioSelect,
        initial="one",
    )
    channel = forms.ChoiceField(
        label=_("How you meet"),
        choices=_capitalized(SessionType.Channel),
        widget=forms.RadioSelect,
        initial="video",
    )
    location = forms.CharField(
        label=_("Where"),
        max_length=240,
        required=False,
        help_text=_(
            "A link, a room or a number. Write {key} in a link and each session gets its own. It is "
            "fixed when somebody books, and stays when a session moves."
        ),
    )
    capacity = _minutes(
        _("Places"), 1, 500, required=False, initial=1, help_text=_("For groups; else it is one.")
    )
    length_min = _minutes(_("Length, minutes"), 5, 720, initial=45)
    step_min = _minutes(
        _("A start every … minutes"),
        5,
        720,
        initial=30,
        help_text=_("Counted from the beginning of your hours: 30 offers 07:00, 07:30, 08:00."),
    )
    buffer_before_min = _minutes(_("Kept free before, minutes"), 0, 240, initial=0)
    buffer_after_min = _minutes(_("Kept free after, minutes"), 0, 240, initial=10)
    notice_min = _notice(_("Book at least so long before"), _("as the practice's rule says"))
    cancel_notice_min = _notice(
        _("Free to move or cancel until … before"), _("as the practice's rule says")
    )
    horizon_days = _minutes(_("Book at most so many days ahead"), 1, 365, initial=60)
    needs_approval = forms.BooleanField(
        label=_("The coach confirms each booking"),
        required=False,
        help_text=_("The time is kept meanwhile, for a day at most."),
    )
    max_per_day = _minutes(_("Sessions a day"), 1, 50, required=False)
    max_minutes_per_day = _minutes(_("Minutes a day"), 5, 1440, required=False)
    max_per_week = _minutes(_("Sessions a week"), 1, 200, required=False)
    max_minutes_per_week = _minutes(_("Minutes a week"), 5, 10080, required=False)
    uses_hours = forms.BooleanField(
        label=_("Uses the contract's hours"),
        required=False,
        initial=True,
        help_text=_("A first talk never does."),
    )

    def __init__(self, *args: Any, session_type: SessionType | None = None, **kwargs: Any) -> None:
        initial = kwargs.pop("initial", {})
        if session_type is not None:
            initial = {name: getattr(session_type, name) for name in EDITABLE} | initial
        super().__init__(*args, initial=initial, **kwargs)
        for name in ("notice_min", "cancel_notice_min"):
            self._offer(name, initial.get(name))

    def _offer(self, name: str, minutes: int | None) -> None:
        """Keep a value that is not one of the usual ones choosable."""
        field = self.fields[name]
        if minutes is not None and minutes not in _NOTICES:
            field.choices = [*field.choices, (minutes, _length_of(minutes))]  # type: ignore[attr-defined]

    def settle(self) -> None:
        """Shut what existing sessions rely on."""
        for name in SETTLED:
            self.fields[name].disabled = True
        self.fields["kind"].help_text = _(
            "There are sessions of this type: kind, channel and hours stay. For another one, make "
            "another type."
        )

    def clean_location(self) -> str:
        place: str = self.cleaned_data["location"]
        if "://" in place:
            try:
                _PLACE(place.replace("{key}", "key"))
            except ValidationError:
                raise ValidationError(
                    _("Give the whole link, beginning with https://."), code="invalid_link"
                ) from None
        return place

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind = cleaned.get("kind")
        if kind != SessionType.Kind.GROUP or cleaned.get("capacity") is None:
            cleaned["capacity"] = 1
        if kind == SessionType.Kind.INTRO:
            cleaned["uses_hours"] = False
        for limit in ("max_minutes_per_day", "max_minutes_per_week"):
            minutes, length = cleaned.get(limit), cleaned.get("length_min")
            if minutes is not None and length is not None and minutes < length:
                self.add_error(
                    limit,
                    ValidationError(_("Not even one session would fit."), code="below_length"),
                )
        return cleaned

    def groups(self) -> Iterator[tuple[Any, Any, list[BoundField]]]:
        """Yield title, explanation and fields of each part, for the page."""
        for title, words, names in GROUPS:
            yield title, words, [self[name] for name in names]
