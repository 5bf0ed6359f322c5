import json
import logging
import time

import pytest
from django.test import RequestFactory

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
        (f"GET /b/move/{'k' * 80}/ 500", "GET /b/move/[token]/ 500"),
        (f"GET /b/cancel/{'k' * 79}=/ 500", "GET /b/cancel/[token]/ 500"),
        (f"GET /offers/{'k' * 43}/ 500", "GET /offers/[token]/ 500"),
        (f"GET /r/{'k' * 43}/thanks/ 500", "GET /r/[token]/thanks/ 500"),
        (f"POST /mail/stop/learning/{'k' * 43}/", "POST /mail/stop/learning/[token]/"),
        (f"GET /auth/password/reset/key/1-{'k' * 39}/", "GET /auth/password/reset/key/[token]/"),
        ("GET /programs/drafts/ 500", "GET /programs/drafts/ 500"),
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


def test_the_request_beside_an_error_is_not_printed():
    request = RequestFactory().get("/mail/?to=ada.king@ward.example&q=I+felt+ashamed")
    line = line_of("Internal Server Error: %s", "/mail/", request=request, status_code=500)

    assert (line["event"], line["status_code"]) == ("Internal Server Error: /mail/", 500)
    assert "ashamed" not in json.dumps(line)


def test_what_is_no_number_is_masked_too():
    assert line_of("sent", to=["ada.king@ward.example"])["to"] == "['[address]']"


def test_a_long_line_is_masked_at_once():
    begun = time.process_time()
    line_of("Not Found: /" + "a" * 50_000)

    assert time.process_time() - begun < 2
