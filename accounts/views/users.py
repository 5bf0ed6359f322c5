"""One's own account; the role one acts in."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.users import AccountForm
from accounts.http import ACTING_AS, AuthenticatedRequest, practice_of, roles_for
from accounts.models import Consent, User
from accounts.services.users import readers_of_name
from accounts.signals import zone_changed
from core.forms import Audience


@require_http_methods(["GET", "POST"])
def account(request: AuthenticatedRequest) -> HttpResponse:
    """Name, zone, language, theme; links to password, addresses and what was signed."""
    # Another instance than request.user: a refused form must not change the page around it.
    user = User.objects.owned_by(request.user).get()
    form = AccountForm(
        request.POST or None,
        instance=user,
        organizations=", ".join(org.name for org in readers_of_name(request.user)),
        audience_names={Audience.PRACTICE: practice_of(request).name},
    )
    if form.is_valid():
        form.save()
        if "time_zone" in form.changed_data:
            zone_changed.send(sender=User, user=user, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("accounts:account")
    consents = (
        Consent.objects.owned_by(request.user)
        .select_related("disclosure__organization")
        .order_by("-at")[:20]
    )
    context = {"form": form, "consents": consents}
    return render(request, "accounts/account.html", context, status=400 if form.errors else 200)


@require_POST
def theme_set(request: AuthenticatedRequest, theme: str) -> HttpResponse:
    """Change the theme from anywhere and stay there."""
    if theme not in User.Theme.values:
        raise Http404
    request.user.theme = theme
    request.user.save(update_fields=["theme", "updated_at"])
    adapter = get_adapter()
    return redirect(adapter.get_safe_redirect(request.POST.get("next", ""), "accounts:account"))


@require_POST
def act_as(request: AuthenticatedRequest, role: str) -> HttpResponse:
    """Act in another of one's roles from now on; the next page is that role's first."""
    if role not in {entry.key for entry in roles_for(request)}:
        raise Http404
    request.session[ACTING_AS] = role
    return redirect(get_adapter().get_login_redirect_url(request))
