"""Help: the same page for everybody, signed in or not, always in the same place."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def help_page(request: HttpRequest) -> HttpResponse:
    base = "base_app.html" if request.user.is_authenticated else "base_public.html"
    return render(request, "core/help_page.html", {"base_template": base})
