"""Rows that others name: whoever does is asked before they are deleted, and sees that they are gone.

A deletion of one row, of a set of rows, in the admin and by a script all come here. Django's signals would be
sent once a row, and know nothing of the set.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import models, transaction

from catalog.models.loss import Loss

AnyRow = TypeVar("AnyRow", bound=models.Model)


# Entered with the rows before they are deleted, left once they are gone, in the same transaction.
Watcher = Callable[[models.QuerySet[Any]], AbstractContextManager[None]]
# Tells what a deletion of the rows would do.
Foresight = Callable[[models.QuerySet[Any]], list[Loss]]

_watchers: list[Watcher] = []
_foresights: list[Foresight] = []
_is_unwatched: ContextVar[bool] = ContextVar("is_unwatched", default=False)


def watch_deletions(watcher: Watcher, foresight: Foresight) -> None:
    """Call the watcher around every deletion of watched rows; for `AppConfig.ready()`.

    The foresight says the same beforehand, for who is about to delete them.
    """
    _watchers.append(watcher)
    _foresights.append(foresight)


def foresee_losses(rows: models.QuerySet[Any]) -> list[Loss]:
    """Return what loses something when the rows are deleted: offers first."""
    return [loss for foresight in _foresights for loss in foresight(rows)]


@contextmanager
def unwatched() -> Iterator[None]:
    """Delete rows without calling the watchers: what a form deletes, it has checked itself."""
    token = _is_unwatched.set(True)
    try:
        yield
    finally:
        _is_unwatched.reset(token)


@contextmanager
def watched(rows: models.QuerySet[Any]) -> Iterator[None]:
    """Call the watchers around a deletion of these rows."""
    with transaction.atomic(), ExitStack() as stack:
        for watcher in () if _is_unwatched.get() else _watchers:
            stack.enter_context(watcher(rows))
        yield


class WatchedQuerySet(models.QuerySet[AnyRow]):
    """A set of rows whose deletion is watched."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the rows."""
        with watched(self):
            return super().delete()

    # As Django marks its own: no call from a template, none on a manager.
    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Watched(models.Model):
    """A row whose deletion is watched."""

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row."""
        with watched(type(self)._default_manager.filter(pk=self.pk)):  # noqa: SLF001 (Django's model API)
            return super().delete(*args, **kwargs)

    delete.alters_data = True  # type: ignore[attr-defined]
