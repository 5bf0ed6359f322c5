from __future__ import annotations

import pytest

from core.registry import Registry


def test_items_are_kept_in_order_under_their_names():
    numbers: Registry[int] = Registry("number")
    numbers.add("one", 1)
    numbers.add("two", 2)
    numbers.add("one", 1)

    assert list(numbers) == [1, 2]
    assert numbers.named() == (("one", 1), ("two", 2))
    assert (numbers.get("two"), numbers.get("three")) == (2, None)


def test_a_name_is_given_once():
    numbers: Registry[int] = Registry("number")
    numbers.add("one", 1)

    with pytest.raises(ValueError, match="number one is registered twice"):
        numbers.add("one", 2)
