"""Lock the rows that a form is about."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model


def lock_rows(model: type[Model], keys: Iterable[Any]) -> None:
    """Lock these rows in every table that holds a part of them, in one order, until the transaction ends.

    SQLite locks the whole database at the start of a transaction instead.
    """
    chosen = list(keys)
    for table in dict.fromkeys((*reversed(model._meta.get_parent_list()), model)):  # noqa: SLF001 (model API)
        rows = table._base_manager.filter(pk__in=chosen).order_by("pk")  # noqa: SLF001
        list(rows.select_for_update(no_key=True).values_list("pk"))
