"""Is the site alive (`/healthz/`), and can it do its work (`/readyz/`)?"""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from core.registry import Registry

# Figures that apps add for whoever watches the site, by name. None of them makes it unready.
FACTS: Registry[Callable[[], object]] = Registry("health fact")


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process serves requests. Asks nothing of anyone."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 if the database answers and is migrated, else 503. Names no host and no version."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"database": "down"}, status=503)
    state: dict[str, object] = {
        "database": "up",
        "migrations": "pending" if pending else "applied",
    }
    if pending:
        return JsonResponse(state, status=503)
    return JsonResponse(state | {name: read() for name, read in FACTS.named()})
