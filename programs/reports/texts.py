"""The words that people of a cohort read: the pinned edition's own, or a later patch's.

Structure always comes from the pinned edition. A patch differs from it in prose only, so each step
of one has its words in the other, under the same identity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from programs.models import Item, Module

if TYPE_CHECKING:
    from collections.abc import Iterable

    from programs.models import Cohort


def reword_modules(cohort: Cohort, modules: Iterable[Module]) -> None:
    """Give modules, in memory, the words of the cohort's text edition: one query, or none."""
    if cohort.text_version_id is None:
        return
    texts = {text.key: text for text in Module.objects.filter(version=cohort.text_version_id)}
    for module in modules:
        if text := texts.get(module.key):
            module.title, module.summary = text.title, text.summary
            module.objectives = text.objectives


def reword_titles(cohort: Cohort, items: Iterable[Item]) -> None:
    """Give items, in memory, the titles of the cohort's text edition: one query, or none."""
    if cohort.text_version_id is None:
        return
    texts = dict(
        Item.objects.filter(module__version=cohort.text_version_id).values_list("identity", "title")
    )
    for item in items:
        item.title = texts.get(item.identity, item.title)


def reword_item(cohort: Cohort, item: Item) -> None:
    """Give one item, in memory, the whole text of the cohort's text edition."""
    if cohort.text_version_id is None:
        return
    text = Item.objects.filter(
        module__version=cohort.text_version_id, identity=item.identity, kind=item.kind
    ).first()
    if text is not None:
        item.title, item.body, item.objectives = text.title, text.body, text.objectives
