"""The first page of an organization with a hundred cohorts, beside a signed-in page of two queries."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import people
from bench.hundred_cohorts import ADMIN, refresh_snapshots
from bench.pairs import measure_pair
from bench.report import Row, pair_rows

NAME = "report.organization"


def run(size: str) -> list[Row]:
    refresh_snapshots()  # a night may have passed since the world was built
    client = people.signed_in(people.by_address(ADMIN))
    assert client.get("/organization/").status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get("/organization/")
    queries = len(captured)  # now: the requests below empty Django's log
    touched = [query for query in captured.captured_queries if "progressevent" in query["sql"]]
    pair = measure_pair(lambda: client.get("/organization/"), lambda: client.get("/floor/session/"))
    return [
        Row(NAME, "queries", str(queries)),
        Row(NAME, "queries of progress", str(len(touched)), "0", not touched),
        *pair_rows(NAME, pair, cpu_target=3, wall_target=None),
    ]
