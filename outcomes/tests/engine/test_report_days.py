from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.engine.report_days import report_days


@pytest.mark.parametrize(
    ("every", "around", "days"),
    [
        # 1 May 2027 is a Saturday, 1 August 2027 a Sunday.
        ("month", date(2027, 4, 30), ["2027-04-01", "2027-05-03", "2027-06-01", "2027-07-01"]),
        ("month", date(2027, 7, 1), ["2027-07-01", "2027-08-02"]),
        ("quarter", date(2026, 11, 23), ["2027-01-01"]),
        ("quarter", date(2026, 12, 31), ["2027-01-01", "2027-04-01"]),
    ],
)
def test_the_first_working_day_of_each_month_or_quarter(every, around, days):
    assert [day.isoformat() for day in report_days(every=every, around=around)][: len(days)] == days


@given(
    st.sampled_from(["month", "quarter"]),
    st.dates(min_value=date(2000, 1, 1), max_value=date(2199, 1, 1)),
)
def test_a_next_one_is_always_known_and_on_a_working_day(every, around):
    days = report_days(every=every, around=around)

    assert any(day > around for day in days)
    assert days == sorted(set(days))
    for day in days:
        assert day.weekday() < 5
        assert day.day <= 3
        assert all((day - timedelta(days=n)).weekday() >= 5 for n in range(1, day.day))
        assert every == "month" or day.month in (1, 4, 7, 10)
