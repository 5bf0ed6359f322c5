"""What every page shows: the practice's name, and the roles this person can act in."""

from typing import Any

from django.http import HttpRequest

from accounts.models import Practice


def practice(request: HttpRequest) -> dict[str, Any]:
    return {"practice": Practice.current()}


def switcher(request: HttpRequest) -> dict[str, Any]:
    return {"switcher": []}
