"""Categories: maintain their paths."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat, Left, Length, Substr
from django.utils.translation import gettext as _

from catalog.database.bulk import among
from catalog.models import Category
from catalog.services.revision import raise_revision
from catalog.services.values import clean_category_path

SEPARATOR = Category.PATH_SEPARATOR
MAX_PATH_LENGTH = 500
MAX_NAME_LENGTH = 120

# Parents come before their children in the same executemany, so each child finds its parent.
_ADD = """
    INSERT INTO catalog_category (name, path, parent_id)
    VALUES (%s, %s, (SELECT id FROM catalog_category WHERE path = %s))
    ON CONFLICT (path) DO NOTHING
"""


def clean_path(value: object) -> str:
    """Return "Grocery > Dairy" for "Grocery>Dairy"; raises InvalidValueError for an invalid path."""
    return clean_category_path(
        value, separator=SEPARATOR, max_length=MAX_PATH_LENGTH, max_name_length=MAX_NAME_LENGTH
    )


@transaction.atomic
def get_or_create_paths(*, paths: Iterable[str]) -> dict[str, int]:
    """Return the primary key of each clean path, creating missing ones, in at most three queries."""
    wanted = set(paths)
    lineage = {ancestor for path in wanted for ancestor in _lineage(path)}
    if not lineage:
        return {}
    known = _keys(lineage)
    missing = sorted(lineage - known.keys(), key=lambda path: (path.count(SEPARATOR), path))
    if missing:
        with connection.cursor() as cursor:
            cursor.executemany(_ADD, [_row(path) for path in missing])
        known = _keys(lineage)
    return {path: known[path] for path in wanted}


@transaction.atomic
def save_category(*, category: Category) -> Category:
    """Save a new, renamed or moved category, and update the paths below it.

    Raises ValidationError if its path exists, if it would be its own ancestor, or if a path is too long.
    """
    before = Category.objects.select_for_update().filter(pk=category.pk).first() if category.pk else None
    check_category(category=category, before=before)
    category.save()
    if before and before.path != category.path:
        _move_below(old=before.path, new=category.path)
    raise_revision(domain="catalog")
    return category


def check_category(*, category: Category, before: Category | None) -> None:
    """Set the path of a new or changed category; raises ValidationError if the path is not possible.

    `before` is the stored category, None for a new one.
    """
    category.clean()
    above = f"{category.parent.path}{SEPARATOR}" if category.parent else ""
    category.name = category.name.strip()
    category.path = f"{above}{category.name}"
    if Category.objects.filter(path=category.path).exclude(pk=category.pk).exists():
        raise ValidationError({"name": _("The category “%s” already exists.") % category.path})
    longest = len(category.path)
    if before:
        tails = _below(before.path).annotate(length=Length("path")).values_list("length", flat=True)
        longest += max(tails, default=len(before.path)) - len(before.path)
    if longest > MAX_PATH_LENGTH:
        raise ValidationError({"name": _("The path would be too long.")})


def _move_below(*, old: str, new: str) -> None:
    _below(old).update(path=Concat(Value(new), Substr("path", len(old) + 1)))


def _below(path: str) -> QuerySet[Category]:
    # Not `startswith`: SQLite's LIKE ignores case.
    stem = path + SEPARATOR
    return Category.objects.annotate(stem=Left("path", len(stem))).filter(stem=stem)


def _lineage(path: str) -> list[str]:
    names = path.split(SEPARATOR)
    return [SEPARATOR.join(names[: depth + 1]) for depth in range(len(names))]


def _row(path: str) -> tuple[str, str, str]:
    above, _separator, name = path.rpartition(SEPARATOR)
    return name, path, above


def _keys(paths: Iterable[str]) -> dict[str, int]:
    return dict(Category.objects.filter(among("path", paths)).values_list("path", "pk"))
