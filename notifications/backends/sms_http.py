"""A provider of text messages over https: one JSON POST a message, one GET to ask about it.

POST SMS_URL {"to", "from", "text", "reference"} answers 2xx {"id"}; 409 means that it has that
reference already. GET SMS_URL?reference=… answers 200 {"id"} or 404. The secret goes into the
Authorization header and nowhere else.
"""

from __future__ import annotations

import http.client
import json
import ssl
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from notifications.backends.errors import (
    AmbiguousError,
    PermanentError,
    TemporaryError,
    ThrottledError,
    UnreachableError,
)
from notifications.backends.sms import BaseSmsBackend, Sms

TIMEOUT_S = 10
_LONGEST_ANSWER = 64 * 1024
_REFUSALS = frozenset({400, 404, 406, 410, 411, 413, 415, 422})  # of this message
_NOT_US = frozenset({401, 402, 403, 407})  # of us: our key, our bill
_NOT_DONE = frozenset({425, 501, 503})  # surely not accepted; other 5xx: nobody knows
_HAS_IT = 409


class HttpSmsBackend(BaseSmsBackend):
    """One connection for many messages. Follows no redirect; the certificate is always checked."""

    def __init__(self, *, timeout: float = TIMEOUT_S, **options: Any) -> None:
        super().__init__(**options)
        self._url = urlsplit(settings.SMS_URL)
        self._timeout = timeout
        self._connection: http.client.HTTPSConnection | None = None

    def open(self) -> bool | None:
        if self._connection is not None:
            return False
        connection = http.client.HTTPSConnection(
            self._url.hostname or "",
            self._url.port or 443,
            timeout=self._timeout,
            context=ssl.create_default_context(),
        )
        try:
            connection.connect()
        except (OSError, http.client.HTTPException) as error:  # ssl.SSLError is an OSError
            connection.close()
            raise UnreachableError("not_connected") from error
        self._connection = connection
        return True

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def send(self, message: Sms) -> str:
        body = {
            "to": message.number,
            "from": settings.SMS_SENDER,
            "text": message.text,
            "reference": message.reference,
        }
        status, answer = self._call("POST", self._target(), json.dumps(body).encode())
        if 200 <= status < 300 or status == _HAS_IT:
            return f"{status} {answer.get('id', '')}".strip()[:200]
        if status == 429:
            raise ThrottledError("provider_429")
        if status in _NOT_US or 300 <= status < 400:
            raise UnreachableError(f"provider_{status}")
        if status in _REFUSALS:
            raise PermanentError(f"provider_{status}")
        if status >= 500 and status not in _NOT_DONE:
            raise AmbiguousError(f"provider_{status}")
        raise TemporaryError(f"provider_{status}")

    def ask(self, reference: str) -> str:
        query = urlencode({"reference": reference})
        status, answer = self._call("GET", self._target(query))
        if status == 200 and answer.get("id"):
            return f"asked {answer['id']}"[:200]
        if status == 404:
            return ""
        raise TemporaryError(f"provider_{status}")

    def _target(self, query: str = "") -> str:
        parts = "&".join(part for part in (self._url.query, query) if part)
        return f"{self._url.path or '/'}{'?' if parts else ''}{parts}"

    def _call(
        self, method: str, target: str, body: bytes | None = None
    ) -> tuple[int, dict[str, Any]]:
        self.open()
        connection = self._connection
        if connection is None:
            raise UnreachableError("not_connected")
        headers = {"Accept": "application/json", "Authorization": f"Bearer {settings.SMS_TOKEN}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, target, body=body, headers=headers)
            response = connection.getresponse()
            content = response.read(_LONGEST_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise AmbiguousError("no_answer") from error
        if response.will_close or len(content) == _LONGEST_ANSWER:
            self.close()
        return response.status, _json(content)


def _json(content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
