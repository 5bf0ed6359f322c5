import pytest

from coaching.engine.policies import (
    OUTCOMES,
    Policy,
    cancel_state,
    mark_refusal,
    may_change,
    move_refusal,
    request_deadline,
)

START = 1_000_000
HOUR = 3600
POLICY = Policy(cancel_notice_min=24 * 60, max_moves=2)


@pytest.mark.parametrize(
    ("by_clinician", "on_duty", "now", "expected"),
    [
        (True, False, START - 24 * HOUR, ("cancelled", "")),
        (True, False, START - 24 * HOUR + 1, ("late_cancel", "")),
        (True, True, START - 24 * HOUR, ("cancelled", "")),
        (True, True, START - HOUR, ("clinical_duty", "")),
        (True, True, START + 48 * HOUR, ("clinical_duty", "")),
        (True, True, START + 48 * HOUR + 1, ("", "too_late")),
        (True, False, START, ("", "already_started")),
        (False, False, START - 1, ("coach_cancel", "")),
        (False, False, START + 8 * 24 * HOUR, ("", "too_late")),
    ],
)
def test_the_state_a_cancellation_gives(by_clinician, on_duty, now, expected):
    state = cancel_state(POLICY, by_clinician=by_clinician, on_duty=on_duty, start=START, now=now)
    assert state == expected


@pytest.mark.parametrize(
    ("by_clinician", "on_duty", "now", "moves", "expected"),
    [
        (True, False, START - 24 * HOUR, 0, ""),
        (True, False, START - 24 * HOUR + 1, 0, "inside_notice"),
        (True, True, START - 1, 9, ""),
        (True, False, START - 48 * HOUR, 2, "too_many_moves"),
        (True, False, START, 0, "already_started"),
        (True, True, START + HOUR, 0, ""),
        (False, False, START - 1, 9, ""),
    ],
)
def test_when_a_session_may_be_moved(by_clinician, on_duty, now, moves, expected):
    refused = move_refusal(
        POLICY, by_clinician=by_clinician, on_duty=on_duty, start=START, now=now, moves=moves
    )
    assert refused == expected


def test_clinical_duty_debits_only_if_the_contract_names_it():
    assert [state for state in sorted(OUTCOMES) if Policy().debits(state)] == [
        "attended",
        "late_cancel",
        "no_show",
    ]
    named = Policy.resolve({"debit_states": ["clinical_duty", "coach_cancel"]})
    assert named.debits("clinical_duty")
    assert not named.debits("coach_cancel")


def test_the_first_layer_that_sets_a_rule_wins():
    policy = Policy.resolve(
        {"notice_min": None, "max_moves": 0}, {"notice_min": 60, "max_moves": 5}, {"notice_min": 1}
    )
    assert (policy.notice_min, policy.max_moves) == (60, 0)
    assert Policy.from_json(policy.to_json()) == policy


def test_marks_have_their_time():
    assert mark_refusal("attended", by_clinician=False, start=START, now=START) == ""
    assert mark_refusal("no_show", by_clinician=False, start=START, now=START - 1) == "not_started"
    week = 7 * 24 * HOUR
    assert mark_refusal("attended", by_clinician=True, start=START, now=START + week) == ""
    assert (
        mark_refusal("attended", by_clinician=True, start=START, now=START + week + 1) == "too_late"
    )
    assert (
        mark_refusal("coach_cancel", by_clinician=True, start=START, now=START) == "invalid_state"
    )


def test_states_only_move_forward_and_outcomes_are_corrected_among_themselves():
    assert may_change("requested", "booked")
    assert may_change("booked", "attended")
    assert may_change("attended", "no_show")
    assert not may_change("attended", "booked")
    assert not may_change("cancelled", "booked")
    assert not may_change("requested", "attended")


def test_a_request_lapses_after_a_day_or_an_hour_before():
    assert request_deadline(start=START, now=START - 30 * HOUR) == START - 6 * HOUR
    assert request_deadline(start=START, now=START - 2 * HOUR) == START - HOUR
