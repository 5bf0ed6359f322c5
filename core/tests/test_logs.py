import json
import logging

import pytest

from core.logs import formatter


def line_of(message: str, *args: object, exc_info: object = None, **facts: object) -> dict:
    record = logging.LogRecord("web", logging.ERROR, "f.py", 1, message, args, exc_info)
    record.__dict__.update(facts)
    return json.loads(formatter(log_format="json").format(record))


def test_a_line_names_event_level_logger_and_facts():
    line = line_of("sent", message_id=7)

    assert (line["event"], line["level"], line["logger"], line["message_id"]) == (
        "sent",
        "error",
        "web",
        7,
    )


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("to ada.king@ward.example", "to [address]"),
        ("GET /invitations/Zm9vYmFyYmF6cXV4cXV1eA/ 500", "GET /invitations/[token]/ 500"),
    ],
)
def test_addresses_and_tokens_are_masked(text, printed):
    assert line_of(text)["event"] == printed


def test_an_exception_keeps_its_type_and_place_and_loses_its_message():
    try:
        raise ValueError("DETAIL: Key (text)=(I felt ashamed) already exists")
    except ValueError as error:
        line = line_of("failed", exc_info=(type(error), error, error.__traceback__))

    assert line["error"].startswith("ValueError at ")
    assert "test_logs.py" in line["error"]
    assert "ashamed" not in json.dumps(line)
