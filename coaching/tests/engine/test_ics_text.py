"""Bytes as they come: folds, encodings, missing ends, garbage. What is private is never read."""

from __future__ import annotations

import time

import pytest

from coaching.engine.ics_text import read_components

PLAIN = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:café\r\nDTSTART;TZID=Europe/Paris:20270601T120000\r\n"
    "SUMMARY:CANARY\r\nDESCRIPTION:CANARY\r\nLOCATION:CANARY\r\nATTENDEE;CN=CANARY:mailto:c@x\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def one_event(content: bytes):  # type: ignore[no-untyped-def]
    (calendar,) = read_components(content)
    (event,) = calendar.parts
    return event


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r", "\r\r\n"])
def test_encodings_and_line_ends(encoding, ending):
    event = one_event(PLAIN.replace("\r\n", ending).encode(encoding))

    assert event.first("UID").value == "café"
    assert event.first("DTSTART").parameters == {"TZID": "Europe/Paris"}


def test_titles_notes_places_and_people_are_not_read():
    assert "CANARY" not in repr(read_components(PLAIN.encode()))


def test_a_fold_may_cut_a_letter():
    content = PLAIN.encode().replace("é".encode(), "é".encode()[:1] + b"\r\n " + "é".encode()[1:])

    assert one_event(content).first("UID").value == "café"


def test_quotes_hide_colons_and_semicolons():
    line = 'DTSTART;X-A="a:b;c";TZID="Europe/Paris":20270601T120000'
    content = PLAIN.replace("DTSTART;TZID=Europe/Paris:20270601T120000", line).encode()

    found = one_event(content).first("DTSTART")
    assert (found.parameters["TZID"], found.value) == ("Europe/Paris", "20270601T120000")


def test_alarms_and_tasks_do_not_lend_their_times_to_events():
    alarm = "BEGIN:VALARM\r\nDURATION:PT9H\r\nEND:VALARM\r\nEND:VEVENT\r\n"
    content = PLAIN.replace("END:VEVENT\r\n", alarm).encode()

    assert one_event(content).first("DURATION") is None


def test_missing_ends_are_added():
    broken = (
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nBEGIN:VEVENT\nUID:2\nEND:VEVENT\n"
        "END:VTODO\nBEGIN:VEVENT\nUID:3\nEND:VEVENT\n"
    )

    (calendar,) = read_components(broken.encode())

    assert [event.first("UID").value for event in calendar.parts] == ["1", "2", "3"]


def test_an_event_outside_of_a_calendar_counts():
    content = b"hello\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\ngoodbye"

    assert one_event(content).first("UID").value == "1"


def test_several_calendars_in_one_file():
    assert len(read_components((PLAIN + "\r\n" + PLAIN).encode())) == 2


@pytest.mark.parametrize(
    "line",
    [
        "DTSTART;" + " " * 1_000_000,
        "DTSTART;" + " " * 1_000_000 + "=x:20270601T120000",
        'DTSTART;X="' + ":" * 1_000_000,
        "DTSTART" + ";a" * 500_000,
        "\r" * 1_000_000,
    ],
    ids=["spaces", "spaces before a value", "an open quote", "parameters", "returns"],
)
def test_a_line_of_a_megabyte_costs_no_more_than_its_length(line):
    began = time.process_time()
    event = one_event(PLAIN.replace("UID:café", f"UID:café\r\n{line}").encode())

    assert event.first("UID").value == "café"
    assert time.process_time() - began < 2  # each took minutes when its cost was the square
