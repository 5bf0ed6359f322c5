"""The smallest honest view: session, user, two queries. What a page costs before it does anything."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def floor_session(request: HttpRequest) -> HttpResponse:
    """`sess`: a signed-in page with two indexed reads and a short body."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM accounts_user WHERE id = %s", [request.user.pk])
        name = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM accounts_membership WHERE user_id = %s", [request.user.pk]
        )
        count = cursor.fetchone()[0]
    return HttpResponse(f"<!doctype html><title>floor</title><p>{name} {count}</p>")


urlpatterns = [
    path("floor/session/", floor_session),
    path("", include("config.urls")),
]
