"""What higher apps hang into pages of this one: panels of an organization's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.registry import Registry

if TYPE_CHECKING:
    from accounts.models import Organization, User

# (organization, viewer) -> (template, its context). The template is included on the page of an
# organization; it reads its context as `panel` (`{{ panel.cohorts }}`) and the page's own names
# (`organization`, `now`), and brings its own h2. Its queries must not grow with the rows.
OrganizationPanel = Callable[["Organization", "User"], tuple[str, dict[str, Any]]]

_PANELS: Registry[OrganizationPanel] = Registry("organization panel")


def register_organization_panel(name: str, panel: OrganizationPanel) -> None:
    """Add a panel, once per name, from `AppConfig.ready()`. Panels show in order of registration.

    Raises:
        ValueError: the name is taken by another panel.
    """
    _PANELS.add(name, panel)


def organization_panels(organization: Organization, user: User) -> list[dict[str, Any]]:
    """Return {template, context} of each registered panel."""
    found = []
    for panel in _PANELS:
        template, context = panel(organization, user)
        found.append({"template": template, "context": context})
    return found
