"""What is made of the settings, remembered until they change."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from django.core.signals import setting_changed

T = TypeVar("T")


def remembered(find: Callable[[], T]) -> Callable[[], T]:
    """Call a function without arguments once; use it as a decorator.

    Each look at a setting goes through Django's lazy settings, which is slow for something that every request
    does many times. Settings change in tests only, which announce it.
    """
    known = lru_cache(maxsize=1)(find)

    def forget(**_: object) -> None:
        known.cache_clear()

    setting_changed.connect(forget, weak=False)
    return known
