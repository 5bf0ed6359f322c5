"""A scale is called by a name that says what it is, wherever it stands alone."""

from pathlib import Path

import pytest
import yaml
from django.conf import settings

from outcomes.engine.instruments import parse


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("who-5", ["Wellbeing"]),
        (
            "ceas-others",
            [
                "Compassion for others",
                "Compassion for others: engagement",
                "Compassion for others: action",
            ],
        ),
        ("cbi-work-patients", ["Work-related burnout", "Patient-related burnout"]),
        (
            "mbi-hss",
            [
                "Burnout, Maslach: emotional exhaustion",
                "Burnout, Maslach: depersonalization",
                "Burnout, Maslach: personal accomplishment",
            ],
        ),
    ],
)
def test_the_name_of_a_scale_says_what_it_measures(key, names):
    raw = yaml.safe_load(Path(settings.BASE_DIR, "instruments", key, "1.0.0.yaml").read_text())
    definition = parse(raw)

    assert [definition.name_of(one) for one in definition.subscales if one.is_reported] == names
