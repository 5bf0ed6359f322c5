from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from programs.engine.weeks import cohort_weeks

NEW_YORK = ZoneInfo("America/New_York")
STARTS = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 20), "zone": NEW_YORK}


def test_weeks_begin_at_local_midnight_across_a_clock_change():
    """New York springs forward on 8 March 2026: the first week lasts 167 hours."""
    weeks = cohort_weeks(at=datetime(2026, 3, 10, tzinfo=UTC), **STARTS)

    assert [week.starts_at for week in weeks] == [
        datetime(2026, 3, 2, 5, tzinfo=UTC),
        datetime(2026, 3, 9, 4, tzinfo=UTC),
    ]
    assert weeks[0].ends_at - weeks[0].starts_at == timedelta(hours=167)


def test_a_week_has_begun_at_its_first_instant_and_none_begins_after_the_end():
    first = datetime(2026, 3, 2, 5, tzinfo=UTC)

    assert cohort_weeks(at=first - timedelta(seconds=1), **STARTS) == []
    assert len(cohort_weeks(at=first, **STARTS)) == 1
    assert len(cohort_weeks(at=first + timedelta(days=90), **STARTS)) == 3


def test_the_running_week_is_described_as_of_now():
    at = datetime(2026, 3, 10, tzinfo=UTC)
    first, second = cohort_weeks(at=at, **STARTS)

    assert first.point(at) == first.ends_at
    assert second.point(at) == at
