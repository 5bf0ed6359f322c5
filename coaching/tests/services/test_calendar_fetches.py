"""Sources read from servers that mean ill: real TLS, real child process, real rows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import UserFactory
from coaching.models import CalendarSource, RotaShift
from coaching.reports.calendar_sources import source_line
from coaching.services.calendar_fetches import read_one
from coaching.services.calendar_sources import add_address
from coaching.tests.backends.servers import HOST, make_certificate, serving

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 5, 10, 6, tzinfo=UTC)
SHIFT = b"BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20270511T090000Z\r\nDTEND:20270511T170000Z\r\nEND:VEVENT"
ROTA = b"BEGIN:VCALENDAR\r\n" + SHIFT + b"\r\nEND:VCALENDAR\r\n"


@pytest.fixture(scope="module")
def pem(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def source():
    person = UserFactory(time_zone="UTC")
    return add_address(person=person, kind="rota", address=f"https://{HOST}/a.ics", now=NOW)


def read(source, pem, *, status="200 OK", headers=(), body=ROTA, now=NOW):
    """Read the source from a server that answers so; return what it was asked."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    data = "\r\n".join([*head, "", ""]).encode("latin-1") + body
    CalendarSource.objects.update(due_at=now)
    with serving(pem, lambda sock, _request: sock.sendall(data)) as server:
        assert read_one(source_id=source.pk, now=now, network=server.network)
    source.refresh_from_db()
    return server.requests[0]


@pytest.mark.parametrize(
    "etag", ['"a\x00b"', '"a\r\n X-Evil: 1"', '"\xe9"', '"a\x0bb"'], ids=["nul", "fold", "e", "vt"]
)
def test_a_validator_that_no_header_may_hold_is_forgotten(source, pem, etag):
    read(source, pem, headers=[f"ETag: {etag}", "Last-Modified: Mon\x00"])

    assert (source.state, source.etag, source.last_modified) == ("ok", "", "")
    assert RotaShift.objects.filter(source=source).count() == 1
    assert b"If-" not in read(source, pem, now=NOW + timedelta(hours=1))


def test_not_modified_is_believed_of_a_copy_we_have_only(source, pem):
    read(source, pem, status="304 Not Modified", body=b"")
    assert (source.state, source.error, source.good_at) == ("error", "moved", None)

    read(source, pem, headers=['ETag: "v1"'], now=NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=2)
    asked = read(source, pem, status="304 Not Modified", body=b"", now=later)
    assert b'If-None-Match: "v1"\r\n' in asked
    assert (source.state, source.good_at) == ("ok", later)
    assert RotaShift.objects.filter(source=source).count() == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"body": b"<html>sign in</html>"}, "not_a_calendar"),
        ({"body": ROTA[:60]}, "cut_off"),
        ({"status": "302 Found", "headers": ["Location: http://169.254.169.254/"]}, "moved"),
        ({"status": "500 Oops"}, "server_trouble"),
    ],
    ids=["page", "half", "redirect", "trouble"],
)
def test_a_bad_answer_keeps_the_last_good_shifts_and_shows_their_age(source, pem, answer, error):
    read(source, pem)
    read(source, pem, now=NOW + timedelta(hours=5), **answer)

    assert (source.state, source.error, source.good_at) == ("error", error, NOW)
    assert RotaShift.objects.filter(source=source).count() == 1


def test_an_entry_written_the_wrong_way_round_is_named_as_that(source, pem):
    swapped = ROTA.replace(b"T170000Z", b"T030000Z")
    read(source, pem, body=swapped)

    assert source_line(source, NOW).warnings == [
        "1 entry ends before it starts; the time between counts."
    ]


def test_our_own_feed_is_not_read_back(settings):
    settings.SITE_URL = "https://coaching.example.org"
    with pytest.raises(ValidationError) as refusal:
        add_address(
            person=UserFactory(),
            kind="rota",
            address="webcal://Coaching.example.org/feeds/x.ics",
            now=NOW,
        )
    assert refusal.value.error_list[0].code == "own_calendar"
    assert not CalendarSource.objects.exists()
