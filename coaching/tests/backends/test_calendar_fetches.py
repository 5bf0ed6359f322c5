"""Fetching from servers that are slow, endless, moved, false or inside."""

from __future__ import annotations

import gzip
import ssl
import time

import pytest

from coaching.backends.calendar_fetches import INTERNET, FetchFailed, Network, fetch
from coaching.tests.backends.servers import HOST, make_certificate, serving

URL = f"https://{HOST}/private/basic.ics?key=1"
BODY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@pytest.fixture(scope="module")
def pem(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"))


def answer(status="200 OK", body=BODY, *headers):
    head = [f"HTTP/1.1 {status}", *headers]
    if not any(header.startswith("Content-Length") for header in headers):
        head.append(f"Content-Length: {len(body)}")
    data = "\r\n".join([*head, "", ""]).encode() + body
    return lambda sock, _request: sock.sendall(data)


def refused(pem, handle, url=URL, **network):
    with serving(pem, handle, **network) as server, pytest.raises(FetchFailed) as failure:
        fetch(url, network=server.network)
    assert "private" not in str(failure.value)
    return failure.value.code


def test_a_calendar_comes_with_its_validators_and_the_name_is_kept(pem):
    handle = answer("200 OK", BODY, 'ETag: "v1"', "Last-Modified: Mon, 10 May 2027 06:00:00 GMT")
    with serving(pem, handle) as server:
        fetched = fetch(URL.replace("https", "webcal"), network=server.network)
    assert (fetched.data, fetched.etag) == (BODY, '"v1"')
    assert fetched.last_modified.startswith("Mon, 10 May")
    assert server.names == [HOST]
    lines = server.requests[0].decode().split("\r\n")
    assert lines[0] == "GET /private/basic.ics?key=1 HTTP/1.1"
    assert f"Host: {HOST}" in lines
    assert "Accept-Encoding: identity" in lines
    assert not [line for line in lines if line.lower().startswith(("cookie", "authorization"))]


def test_what_has_not_changed_is_not_sent_again(pem):
    with serving(pem, answer("304 Not Modified", b"")) as server:
        fetched = fetch(URL, etag='"v1"', last_modified="Mon", network=server.network)
    assert fetched.data is None
    assert b'If-None-Match: "v1"\r\nIf-Modified-Since: Mon\r\n' in server.requests[0]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("301 Moved Permanently", "moved"),
        ("307 Temporary Redirect", "moved"),
        ("404 Not Found", "not_there"),
        ("401 Unauthorized", "not_there"),
        ("500 Internal Server Error", "server_trouble"),
        ("206 Partial Content", "server_trouble"),
    ],
)
def test_answers_that_are_no_calendar(pem, status, code):
    handle = answer(status, b"", "Location: http://169.254.169.254/latest/meta-data/")
    with serving(pem, handle) as server, pytest.raises(FetchFailed) as failure:
        fetch(URL, network=server.network)
    assert failure.value.code == code
    assert server.connections == 1  # nothing was followed


def test_packed_answers_are_not_unpacked(pem):
    bomb = gzip.compress(b"\0" * 10_000_000)
    assert refused(pem, answer("200 OK", bomb, "Content-Encoding: gzip")) == "packed"


def test_a_promise_of_too_much_ends_it(pem):
    assert refused(pem, answer("200 OK", b"x", "Content-Length: 99999999")) == "too_big"


def test_an_endless_body_ends(pem):
    def endless(sock, _request):
        sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            sock.sendall(b"x" * 65536)

    assert refused(pem, endless, most_bytes=1_000_000, all_s=10.0) == "too_big"


def test_an_endless_chunked_body_ends(pem):
    def endless(sock, _request):
        sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            sock.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")

    assert refused(pem, endless, most_bytes=1_000_000, all_s=10.0) == "too_big"


def test_a_body_cut_short_is_no_calendar(pem):
    handle = answer("200 OK", BODY, f"Content-Length: {len(BODY) + 10}")
    assert refused(pem, handle) == "cut_short"


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_drop_at_a_time_is_too_slow(pem, head):
    def drip(sock, _request):
        sock.sendall(head)
        while True:
            sock.sendall(b"x")
            time.sleep(0.1)

    began = time.monotonic()
    assert refused(pem, drip, all_s=1.0) == "too_slow"
    assert time.monotonic() - began < 6


def test_silence_is_too_slow(pem):
    assert refused(pem, lambda sock, _request: time.sleep(2), step_s=0.3) == "too_slow"


def test_nonsense_is_no_answer(pem):
    assert refused(pem, lambda sock, _request: sock.sendall(b"\0\1\2" * 100)) == "no_answer"


def test_a_certificate_nobody_vouches_for(pem):
    assert refused(pem, answer(), context=ssl.create_default_context) == "bad_certificate"


def test_a_certificate_of_another_name(pem):
    assert refused(pem, answer(), "https://other.example.com/a.ics") == "bad_certificate"


@pytest.mark.parametrize(
    "ip",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254"),
        *("224.0.0.1", "239.1.1.1", "0.0.0.0", "255.255.255.255", "192.0.2.1", "198.18.0.1"),  # noqa: S104
        *("168.63.129.16", "192.0.0.8", "192.0.0.9", "192.88.99.1"),
        *("::1", "64:ff9b::7f00:1", "2002:7f00:1::", "fec0::1", "::ffff:127.0.0.1", "x"),
    ],
)
@pytest.mark.parametrize("others", [[], ["93.184.215.14"]])
def test_one_inner_address_among_the_answers_refuses_all(pem, ip, others):
    with serving(pem, answer()) as server:
        network = Network(
            resolve=lambda host: [*others, ip],
            port=server.network.port,
            context=server.network.context,
        )
        with pytest.raises(FetchFailed) as failure:
            fetch(URL, network=network)
    assert failure.value.code == "not_public"
    assert server.connections == 0


def test_the_name_is_asked_once_so_it_cannot_change_its_mind(pem):
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    with serving(pem, answer(), resolve=lambda host: next(answers)) as server:
        assert fetch(URL, network=server.network).data == BODY
        assert next(answers) == ["10.0.0.1"]  # still unasked


def test_a_name_that_takes_for_ever(pem):
    def slow(host):
        time.sleep(1)
        return ["127.0.0.1"]

    assert refused(pem, answer(), resolve=slow, step_s=0.2) == "too_slow"


@pytest.mark.parametrize(
    "host",
    [
        *("2130706433", "0177.0.0.1", "0x7f.1", "0x7f000001", "127.1", "[::1]", "1.2.3.4"),
        *("localhost", "localhost.", "rota.example.com.", "printer.local", "db.internal", "a..b"),
        *("127.0.0.1%2f.example", "１２７.0.0.1", "-a.example.com", "a_b.example.com", ""),
    ],
)
def test_no_notation_of_a_number_is_ever_resolved(host):
    asked = []
    network = Network(resolve=lambda name: asked.append(name) or ["127.0.0.1"])
    with pytest.raises(FetchFailed):
        fetch(f"https://{host}/a.ics", network=network)
    assert asked == []


def test_the_site_has_the_strict_network_only():
    assert (INTERNET.port, INTERNET.step_s, INTERNET.all_s) == (443, 5.0, 20.0)
    assert INTERNET.most_bytes == 5 * 1024 * 1024
    assert not INTERNET.is_allowed("127.0.0.1")
    assert INTERNET.context().verify_mode == ssl.CERT_REQUIRED
    assert INTERNET.context().check_hostname


def test_nothing_can_be_smuggled_into_the_request():
    for text in (f"https://{HOST}/a\r\nX: y", f"https://{HOST}/a b", f"https://{HOST}/\0"):
        with pytest.raises(FetchFailed) as failure:
            fetch(text, network=Network(resolve=lambda host: []))
        assert failure.value.code == "bad_address"
