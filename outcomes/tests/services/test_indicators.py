"""Figures come in whole or not at all, once, and a correction keeps what it corrects."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Unit
from accounts.services.units import delete_unit
from accounts.tests.factories import UnitFactory, UserFactory
from outcomes.models import IndicatorPoint, IndicatorUpload
from outcomes.services.indicators import choose_indicators, confirm_upload, upload_indicators
from outcomes.tests.factories import indicator_file
from programs.tests.factories import EngagementFactory

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def upload(organization):
    actor = UserFactory()

    def run(file, *, dry_run=False):
        return upload_indicators(
            organization=organization, file=file, actor=actor, dry_run=dry_run, now=NOW
        )

    return run


def test_a_dry_run_stores_no_figure(upload):
    check = upload(indicator_file(months=3), dry_run=True)

    assert check.reading.new == 3
    assert not IndicatorPoint.objects.exists()
    assert bytes(check.upload.content) == indicator_file(months=3)


def test_confirming_twice_stores_once_and_the_file_is_not_kept(upload):
    waiting = upload(indicator_file(months=3), dry_run=True).upload
    first = confirm_upload(upload=waiting, now=NOW)
    second = confirm_upload(upload=waiting, now=NOW)

    assert IndicatorPoint.objects.count() == 3
    assert (first.new, second.new) == (3, 3)
    assert bytes(IndicatorUpload.objects.get().content) == b""


def test_the_same_file_again_changes_nothing(upload):
    upload(indicator_file(months=3))
    again = upload(indicator_file(months=3))

    assert (again.upload.new, again.upload.changed, again.upload.unchanged) == (0, 0, 3)
    assert IndicatorPoint.objects.count() == 3


def test_another_figure_is_a_new_revision_and_the_old_one_stays(upload):
    upload(indicator_file(months=2))
    upload(indicator_file(months=2, first=9))
    january = IndicatorPoint.objects.filter(period_start=date(2024, 1, 1)).order_by("revision")

    assert [(one.revision, one.numerator) for one in january] == [(1, 3), (2, 9)]
    assert [one.superseded_at for one in january] == [NOW, None]
    assert IndicatorPoint.objects.in_force().count() == 2


def test_one_bad_row_keeps_the_whole_file_out(upload):
    check = upload(indicator_file(months=3) + b"\nhappiness,,2024-09-01,2024-09-30,1,20,,,,a note")

    assert [one.line for one in check.reading.errors] == [5]
    assert check.upload is None
    assert not IndicatorPoint.objects.exists()
    assert not IndicatorUpload.objects.exists()


def test_a_file_that_fits_no_longer_is_refused_at_confirmation(upload):
    waiting = upload(indicator_file(months=3), dry_run=True).upload
    upload(indicator_file(months=3).replace(b"2024-01-01,2024-01-31", b"2024-01-02,2024-01-31"))
    with pytest.raises(ValidationError) as refusal:
        confirm_upload(upload=waiting, now=NOW)

    assert refusal.value.code == "changed"
    assert IndicatorPoint.objects.count() == 3


def test_a_unit_is_the_organizations_own_and_stays_while_it_has_figures(upload, organization):
    UnitFactory(name="Elsewhere")
    UnitFactory(organization=organization, name="ICU")
    foreign = upload(indicator_file(months=1, unit="Elsewhere"))
    upload(indicator_file(months=1, unit="icu"))

    assert [one.column for one in foreign.reading.errors] == ["unit"]
    assert IndicatorPoint.objects.get().unit.name == "ICU"
    with pytest.raises(ValidationError, match="Figures of this unit"):
        delete_unit(unit=Unit.objects.get(name="ICU"))


def test_today_is_the_organizations_own(upload, organization):
    organization.time_zone = "Pacific/Auckland"
    organization.save()
    late = datetime(2024, 1, 30, 20, tzinfo=UTC)  # the 31st in Auckland
    given = {"file": indicator_file(months=1), "dry_run": False, "now": late}

    assert upload_indicators(organization=organization, actor=UserFactory(), **given).upload


def test_a_choice_keeps_its_date(organization):
    engagement = EngagementFactory(organization=organization)
    for day, keys in ((1, ["adherence"]), (20, ["adherence", "sick_leave"])):
        choose_indicators(
            engagement=engagement,
            indicators=keys,
            actor=UserFactory(),
            now=datetime(2026, 3, day, 12, tzinfo=UTC),
        )

    assert [(one.indicator, one.chosen_on.day) for one in engagement.indicator_choices.all()] == [
        ("adherence", 1),
        ("sick_leave", 20),
    ]
