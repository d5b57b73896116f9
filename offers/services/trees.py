"""Condition trees as the database holds them: read, and without what was deleted."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from django.db.models import Model

from catalog.database.bulk import among
from catalog.models import Category, Product
from engine.conditions.required import PageRequired, parts_of
from engine.conditions.tree.gone import names_in, without
from engine.conditions.tree.leaf import Name
from engine.conditions.tree.leaves.gone import GoneLeaf
from engine.conditions.tree.say import Kind
from engine.conditions.tree.tree import Tree, TreeError, decode
from offers.models import Audience, ContextValue, CustomerAttribute, Offer, Placement

# A value that no version of this program wrote: it opens no offer.
UNREADABLE: Final = Tree("all", (GoneLeaf("", "", answer=False),))


# The tables of what conditions name and staff can delete, with the column that they name it by.
NAMED: Final[Mapping[Kind, tuple[type[Model], str]]] = {
    "product": (Product, "pk"),
    "category": (Category, "pk"),
    "placement": (Placement, "code"),
    "context": (ContextValue, "code"),
    "attribute": (CustomerAttribute, "code"),
    "audience": (Audience, "pk"),
}


class BrokenConditions(NamedTuple):
    """An offer whose conditions refer to what was deleted: it never applies by them."""

    offer: int
    name: str
    is_active: bool
    gone: tuple[Name, ...]


def read_tree(value: object) -> Tree | None:
    """Return the tree of a column, None where it holds none; what cannot be read keeps everybody out."""
    if value is None:
        return None
    try:
        return decode(value)
    except TreeError:
        return UNREADABLE


def needs_page(tree: Tree | None) -> bool:
    """Tell whether a part of the tree is asked only where an offer is shown."""
    return tree is not None and any(isinstance(part, PageRequired) for part in parts_of(tree))


def without_gone(trees: Mapping[int, Tree]) -> dict[int, Tree]:
    """Return the trees of some offers without what was deleted, by one query for each kind of thing."""
    gone = gone_names(name for tree in trees.values() for name in names_in(tree))
    return {offer: without(tree, gone) for offer, tree in trees.items()}


def gone_names(names: Iterable[Name]) -> frozenset[Name]:
    """Return those of the names that no longer name anything."""
    wanted: dict[Kind, set[int | str]] = {}
    for name in names:
        wanted.setdefault(name.kind, set()).add(name.key)
    return frozenset(
        Name(kind, key)
        for kind, keys in wanted.items()
        if kind in NAMED
        for key in keys - _existing(kind, keys)
    )


def broken_conditions() -> list[BrokenConditions]:
    """Return the offers with conditions on what was deleted, active ones first.

    The number of queries is constant.
    """
    rows = list(
        Offer.objects.filter(conditions__isnull=False)
        .order_by("-is_active", "name", "pk")
        .values_list("pk", "name", "is_active", "conditions")
    )
    named = {pk: names_in(tree) for pk, _name, _active, value in rows if (tree := read_tree(value))}
    gone = gone_names(name for names in named.values() for name in names)
    return [
        BrokenConditions(pk, name, is_active, tuple(sorted(named[pk] & gone)))
        for pk, name, is_active, _value in rows
        if named[pk] & gone
    ]


def offers_naming(names: Iterable[Name]) -> dict[int, frozenset[Name]]:
    """Return by offer which of these its conditions name."""
    wanted = frozenset(names)
    rows = Offer.objects.filter(conditions__isnull=False).values_list("pk", "conditions")
    found = {pk: names_in(tree) & wanted for pk, value in rows if (tree := read_tree(value))}
    return {pk: names for pk, names in found.items() if names}


def _existing(kind: Kind, keys: Iterable[int | str]) -> set[int | str]:
    """Return the keys of what is still there."""
    model, column = NAMED[kind]
    rows = model._default_manager.filter(among(column, list(keys)))  # type: ignore[arg-type]  # noqa: SLF001 (Django's model API)
    return set(rows.values_list(column, flat=True))
