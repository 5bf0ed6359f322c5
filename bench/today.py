"""The first page of each persona, beside a signed-in page with two queries."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import people
from bench.pairs import measure_pair
from bench.report import Row, pair_rows


def run(size: str) -> list[Row]:
    personas = {
        "clinician": (people.clinician().clinician, "/"),
        "consultant": (people.consultant(), "/practice/"),
        "admin": (people.admin(), "/organization/"),
    }
    rows = []
    for persona, (user, path) in personas.items():
        client = people.signed_in(user)
        assert client.get(path).status_code == 200, (persona, path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        name = f"today {persona}"
        rows.append(Row(name, "queries", str(len(captured))))
        pair = measure_pair(
            lambda client=client, path=path: client.get(path),
            lambda client=client: client.get("/floor/session/"),
        )
        rows += pair_rows(name, pair, cpu_target=2, wall_target=None)
    return rows
