"""The list of rows deleted along with others, without rows that only link two others."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.utils.text import capfirst


def link_names() -> tuple[str, ...]:
    """Return the names of the models behind many-to-many fields: "Offer-placement relationship"."""
    links = (model for model in apps.get_models(include_auto_created=True) if model._meta.auto_created)  # noqa: SLF001
    return tuple(str(capfirst(link._meta.verbose_name)) for link in links)  # noqa: SLF001


def without_links(rows: Iterable[Any], names: tuple[str, ...]) -> list[Any]:
    """Return the nested list of Django's deletion page without rows of these models."""
    kept: list[Any] = []
    for row in rows:
        if isinstance(row, list):
            inner = without_links(row, names)
            kept += [inner] if inner else []
        elif not str(row).startswith(tuple(f"{name}: " for name in names)):
            kept.append(row)
    return kept
