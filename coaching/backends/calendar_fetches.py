"""Fetch a calendar from a stranger's server: once, pinned, small and soon over.

The name is resolved once and every answer checked; the connection goes to a checked address, while the
certificate and the Host line are those of the name. Nothing is followed, nothing is unpacked.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass

from coaching.backends.calendar_addresses import AddressRefused, is_public, parse_address

STEP_S, ALL_S = 5.0, 20.0
MOST_BYTES = 5 * 1024 * 1024


class FetchFailed(Exception):
    """The code says why; never the address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Fetched:
    data: bytes | None  # none: not modified
    etag: str = ""
    last_modified: str = ""


def _ask_dns(host: str) -> list[str]:
    answers = socket.getaddrinfo(host, 443, socket.AF_INET, socket.SOCK_STREAM)
    return [str(answer[4][0]) for answer in answers]


@dataclass(frozen=True)
class Network:
    """How hosts are found and reached. Code of the site uses `INTERNET`, and there is no setting."""

    resolve: Callable[[str], list[str]] = _ask_dns
    is_allowed: Callable[[str], bool] = is_public
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context
    port: int = 443
    step_s: float = STEP_S
    all_s: float = ALL_S
    most_bytes: int = MOST_BYTES


INTERNET = Network()


class _Patience:
    """Five seconds for each step, twenty for all of them."""

    def __init__(self, network: Network) -> None:
        self.step_s = network.step_s
        self.ends = time.monotonic() + network.all_s

    def next_step(self) -> float:
        left = self.ends - time.monotonic()
        if left <= 0:
            raise FetchFailed("too_slow")
        return min(self.step_s, left)


class _Reader(io.RawIOBase):
    """The socket as a file whose every read has its own, shrinking time limit."""

    def __init__(self, sock: ssl.SSLSocket, patience: _Patience) -> None:
        self._sock, self._patience = sock, patience

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._sock.settimeout(self._patience.next_step())
        return self._sock.recv_into(buffer)


class _Source:
    """What `HTTPResponse` asks a socket for."""

    def __init__(self, reader: _Reader) -> None:
        self._reader = reader

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._reader)


def _pin(host: str, network: Network, patience: _Patience) -> str:
    """Resolve once; every answer must be public, for the next time it may be another."""
    pool = ThreadPoolExecutor(1)
    try:
        answers = pool.submit(network.resolve, host).result(patience.next_step())
    except FutureTimeout:
        raise FetchFailed("too_slow") from None
    except (OSError, UnicodeError):
        raise FetchFailed("no_host") from None
    finally:
        pool.shutdown(wait=False)
    if not answers:
        raise FetchFailed("no_host")
    if not all(network.is_allowed(ip) for ip in answers):
        raise FetchFailed("not_public")
    return answers[0]


def _body(response: http.client.HTTPResponse, network: Network) -> bytes:
    try:
        promised = int(response.getheader("Content-Length") or 0)
    except ValueError:
        promised = 0
    if promised > network.most_bytes:
        raise FetchFailed("too_big")
    chunks, size = [], 0
    while chunk := response.read1(65536):
        size += len(chunk)
        if size > network.most_bytes:
            raise FetchFailed("too_big")
        chunks.append(chunk)
    if size < promised:
        raise FetchFailed("cut_short")
    return b"".join(chunks)


def _validator(value: str | None, most: int) -> str:
    """Return what to ask with next time; none if the server says something no header may hold."""
    text = value or ""
    return text if len(text) <= most and text.isascii() and text.isprintable() else ""


def _answer(
    response: http.client.HTTPResponse, network: Network, *, is_conditional: bool
) -> Fetched:
    response.begin()
    # Unasked, "not modified" says nothing: there is no copy of which it could be true.
    if response.status == 304 and is_conditional:
        return Fetched(None)
    if 300 <= response.status < 400:
        raise FetchFailed("moved")
    if response.status in (401, 403, 404, 410):
        raise FetchFailed("not_there")
    if response.status != 200:
        raise FetchFailed("server_trouble")
    if (response.getheader("Content-Encoding") or "identity").strip().lower() != "identity":
        raise FetchFailed("packed")
    return Fetched(
        _body(response, network),
        _validator(response.getheader("ETag"), 200),
        _validator(response.getheader("Last-Modified"), 100),
    )


def _request(host: str, target: str, etag: str, last_modified: str) -> bytes:
    lines = [
        f"GET {target} HTTP/1.1",
        f"Host: {host}",
        "User-Agent: Rapport calendar reader",
        "Accept: text/calendar, */*;q=0.1",
        "Accept-Encoding: identity",
        "Connection: close",
    ]
    if etag:
        lines.append(f"If-None-Match: {etag}")
    if last_modified:
        lines.append(f"If-Modified-Since: {last_modified}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def fetch(
    url: str, *, etag: str = "", last_modified: str = "", network: Network = INTERNET
) -> Fetched:
    """Get a calendar.

    Args:
        url: as a person gave it.
        etag: of the copy at hand.
        last_modified: of the copy at hand.
        network: another one in tests only.

    Raises:
        FetchFailed: with a code, and nothing of the address.
    """
    try:
        address = parse_address(url)
    except AddressRefused as refusal:
        raise FetchFailed(str(refusal)) from None
    patience = _Patience(network)
    ip = _pin(address.host, network, patience)
    try:
        with socket.create_connection((ip, network.port), patience.next_step()) as plain:
            plain.settimeout(patience.next_step())
            with network.context().wrap_socket(plain, server_hostname=address.host) as sock:
                sock.settimeout(patience.next_step())
                sock.sendall(_request(address.host, address.target, etag, last_modified))
                source = _Source(_Reader(sock, patience))
                response = http.client.HTTPResponse(source, method="GET")  # type: ignore[arg-type]
                with response:
                    return _answer(response, network, is_conditional=bool(etag or last_modified))
    except ssl.SSLCertVerificationError:
        raise FetchFailed("bad_certificate") from None
    except TimeoutError:
        raise FetchFailed("too_slow") from None
    except http.client.IncompleteRead:
        raise FetchFailed("cut_short") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise FetchFailed("no_answer") from None
