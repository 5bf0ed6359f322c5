"""Every component on one page, each in its states: for people who build pages, and for the tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import Audience, AudienceForm
from core.sample_charts import sample_charts

LIKERT = [(1, _("Never")), (2, _("Rarely")), (3, _("Sometimes")), (4, _("Often")), (5, _("Always"))]
STATES = [
    ("completed", _("Completed"), 9),
    ("on_pace", _("On pace"), 31),
    ("behind", _("Behind"), 8),
    ("lapsed", _("Lapsed"), 5),
    ("no_show", _("Not started"), 3),
    ("withdrawn", _("Withdrawn"), 1),
]
MODULES = [
    (_("Week 1: Noticing"), 48),
    (_("Week 2: Listening without fixing"), 44),
    (_("Week 3: Answering the feeling"), 31),
    (_("Week 4: Hard conversations"), 12),
]


class SampleForm(AudienceForm):
    """One field of each kind; its readers cover every audience."""

    audience = {
        "name": Audience.PRACTICE,
        "email": Audience.ORGANIZATION,
        "unit": Audience.COUNTS_ONLY,
        "reflection": Audience.ONLY_ME,
        "agenda": Audience.ME_AND_COACH,
        "post": Audience.GROUP,
        "file": Audience.NAMED,
        "channel": Audience.ME_AND_COACH,
        "consent": Audience.PRACTICE,
    }

    name = forms.CharField(label=_("Name"))
    email = forms.EmailField(label=_("Work e-mail"), help_text=_("Where the invitation goes."))
    unit = forms.ChoiceField(label=_("Unit"), choices=[("", "—"), ("icu", "ICU"), ("ed", "ED")])
    reflection = forms.CharField(
        label=_("What did you notice?"),
        help_text=_("Two or three sentences are plenty."),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )
    agenda = forms.CharField(label=_("What should we talk about?"), required=False)
    post = forms.CharField(label=_("A thought for your group"), required=False)
    file = forms.FileField(label=_("Roster (CSV or Excel)"), required=False)
    channel = forms.ChoiceField(
        label=_("How would you like to meet?"),
        choices=[("video", _("Video")), ("phone", _("Phone")), ("room", _("In person"))],
        widget=forms.RadioSelect,
        initial="video",
    )
    consent = forms.BooleanField(label=_("I have read who can see what"))


class QuestionForm(AudienceForm):
    audience = {"answer": Audience.COUNTS_ONLY}

    answer = forms.TypedChoiceField(
        label=_("How often did you feel that you had time for the person in front of you?"),
        choices=LIKERT,
        coerce=int,
        widget=forms.RadioSelect,
    )


class SlotForm(AudienceForm):
    audience = {"slot": Audience.ME_AND_COACH}

    slot = forms.CharField(label=_("Time"))


NAMES = {
    Audience.ME_AND_COACH: "Maya",
    Audience.NAMED: "Jo Park",
    Audience.PRACTICE: "Northlight",
    Audience.ORGANIZATION: "Northfield Hospital",
}


def _slot_form(now: datetime) -> SlotForm:
    form = SlotForm(audience_names=NAMES, initial={"slot": "1-2"})
    start = now.replace(hour=7, minute=0, second=0, microsecond=0)
    choices = []
    for day in range(1, 7):
        early = [(f"{day}-{n}", start + timedelta(days=day, minutes=30 * n)) for n in range(3)]
        late = [
            (f"{day}-{n}", start + timedelta(days=day, hours=9, minutes=30 * n))
            for n in range(3, 3 + day)
        ]
        choices += [(_("Before your shift"), early), (_("After your shift"), late)]
    form.fields["slot"].widget = forms.RadioSelect(choices=choices)
    return form


def _week(now: datetime) -> list[dict[str, Any]]:
    """A week with hours, sessions side by side, busy time, and an hour that Sunday skips."""
    monday = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=now.weekday())
    plan = {0: [(9, 45, "AN", "", 1, 1), (13, 90, "Busy", "taken", 1, 1)],
            1: [(7, 45, "Spring nurses 5/8", "now", 1, 1)],
            3: [(12, 60, "TR", "asked", 1, 2), (12, 90, "LB", "quiet", 2, 2)]}  # fmt: skip
    days = []
    for offset in range(7):
        date = monday + timedelta(days=offset)
        placed = [
            {
                "begins_here": True,
                "label": f"{hour:02d}:00",
                "place": {"at": (hour - 6) * 4 + 1, "length": -(-minutes // 15), "lane": lane}
                | {"lanes": lanes},
                "event": {
                    "starts_at": date + timedelta(hours=hour),
                    "ends_at": date + timedelta(hours=hour, minutes=minutes),
                    "title": title,
                    "tone": tone,
                    "status": "" if tone == "taken" else _("Asked for") if tone else _("Booked"),
                    "badge": "neutral" if tone else "booked",
                    "url": "" if tone == "taken" else "#week",
                },
            }
            for hour, minutes, title, tone, lane, lanes in plan.get(offset, [])
        ]
        span = {"starts_at": date + timedelta(hours=7), "ends_at": date + timedelta(hours=12)}
        opened = [span | {"place": {"at": 5, "length": 20}}] if offset < 5 else []
        absent = [{"at": 1, "length": 4}] if offset == 6 else []
        day = {"date": date, "is_today": offset == 1, "events": placed, "open": opened}
        days.append(day | {"absent": absent})
    return days


def sample_context() -> dict[str, Any]:
    """What the page shows; invented, and the same at every call but for the dates."""
    now = timezone.localtime()
    typed = {"again-email": "maya@", "again-unit": "icu"}
    refused = SampleForm(typed, prefix="again", audience_names=NAMES)
    refused.add_error(None, ValidationError(_("That time was just taken."), code="slot_taken"))
    return sample_charts() | {
        "form": SampleForm(audience_names=NAMES),
        "refused": refused,
        "question": QuestionForm(audience_names=NAMES, initial={"answer": 3}),
        "slot_form": _slot_form(now),
        "week": _week(now),
        "week_rows": [
            {"label": f"{hour:02d}:{minute}"} for hour in range(6, 18) for minute in ("00", "30")
        ],
        "now": now,
        "page": Paginator(range(120), 50).page(2),
        "days": [
            {"date": now + timedelta(days=n), "url": "#slots", "current": n == 1, "count": n % 4}
            for n in range(1, 8)
        ],
        "steps": [
            {"label": _("Noticing"), "state": "done", "url": "#path", "detail": _("Done 3 Nov")},
            {"label": _("Listening without fixing"), "state": "done", "url": "#path"},
            {
                "label": _("Answering the feeling"),
                "state": "now",
                "url": "#path",
                "detail": _("5 minutes left"),
            },
            {"label": _("Hard conversations"), "state": "next", "detail": _("Opens Mon 30 Nov")},
        ],
        "tabs": [
            {"label": _("Overview"), "url": "#tabs", "current": True},
            {"label": _("Units"), "url": "#tabs"},
            {"label": _("Cohorts"), "url": "#tabs"},
            {"label": _("People"), "url": "#tabs"},
        ],
        "import_steps": [_("File"), _("Columns"), _("Check"), _("Invite")],
        "states": [{"key": key, "label": label, "value": n} for key, label, n in STATES],
        "modules": [{"label": label, "value": n, "of": 57} for label, n in MODULES]
        + [{"label": _("Week 5: Under pressure"), "value": None, "of": 57, "words": "<5"}],
        "hidden_figure": "<5",
        "tones": ["neutral", "ok", "info", "warn", "danger", "now", "private", "canceled"],
        "people": [
            ("Asha Nair", "ICU", "4 of 6", "ok", _("On pace")),
            ("Bartholomew Featherstonehaugh-Okonkwo", "Emergency", "2 of 6", "warn", _("Behind")),
            ("Tom Reyes", "Oncology", "6 of 6", "completed", _("Completed")),
        ],
    }


@login_not_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Open on a developer's machine; elsewhere for superusers."""
    is_open = settings.DEBUG or getattr(settings, "LOCAL_MODE", False)
    if not (is_open or request.user.is_superuser):
        raise Http404
    return render(request, "core/styleguide.html", sample_context())
