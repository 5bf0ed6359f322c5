from datetime import UTC, datetime

from coaching.engine.offers import offer_deadline


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


START = at("2027-06-03 10:00")


def test_four_hours_if_there_are_four_hours():
    assert offer_deadline(start=START, now=at("2027-06-01 06:00")) == at("2027-06-01 10:00")


def test_half_an_hour_before_the_start_at_the_latest():
    assert offer_deadline(start=START, now=at("2027-06-03 07:00")) == at("2027-06-03 09:30")
    assert offer_deadline(start=START, now=at("2027-06-03 05:30")) == at("2027-06-03 09:30")


def test_no_offer_where_there_is_no_time_for_one():
    assert offer_deadline(start=START, now=at("2027-06-03 09:30")) is None
    assert offer_deadline(start=START, now=at("2027-06-03 09:30") - 1) == at("2027-06-03 09:30")
    assert offer_deadline(start=START, now=START + 60) is None


def test_a_deadline_at_night_moves_to_the_morning():
    night = (at("2027-06-01 21:00"), at("2027-06-02 08:00"))
    now = at("2027-06-01 18:00")  # 22:00 would be asleep
    assert offer_deadline(start=START, now=now, quiet=[night]) == at("2027-06-02 08:00")
    # 17:00 + 4 h is the first instant of quiet; a minute before it is not.
    assert offer_deadline(start=START, now=at("2027-06-01 17:00"), quiet=[night]) == night[1]
    assert offer_deadline(start=START, now=at("2027-06-01 16:59"), quiet=[night]) == at(
        "2027-06-01 20:59"
    )


def test_the_morning_never_passes_half_an_hour_before_the_start():
    night = (at("2027-06-02 21:00"), at("2027-06-03 09:45"))
    assert offer_deadline(start=START, now=at("2027-06-02 20:00"), quiet=[night]) == at(
        "2027-06-03 09:30"
    )


def test_quiet_spans_that_touch_follow_each_other():
    spans = [
        (at("2027-06-01 21:00"), at("2027-06-02 08:00")),
        (at("2027-06-02 08:00"), at("2027-06-02 15:00")),
    ]
    assert offer_deadline(start=START, now=at("2027-06-01 18:00"), quiet=spans) == spans[1][1]
