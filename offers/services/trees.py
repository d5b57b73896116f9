"""Condition trees as the database holds them: read, and without what was deleted."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from django.db.models import Model, QuerySet

from catalog.database.bulk import among
from catalog.models import Category, Product
from engine.conditions.required import PageRequired, parts_of
from engine.conditions.tree.gone import names_in, reached, with_nobody, without
from engine.conditions.tree.leaf import Name
from engine.conditions.tree.leaves.gone import GoneLeaf
from engine.conditions.tree.say import Kind
from engine.conditions.tree.tree import Tree, TreeError, decode
from offers.models import (
    WITH_CHOICES,
    AttributeChoice,
    Audience,
    ContextValue,
    CustomerAttribute,
    Offer,
    Placement,
)

# A value that no version of this program wrote: it opens no offer.
UNREADABLE: Final = Tree("all", (GoneLeaf("", "", answer=False),))

# The tables of what conditions name and staff can delete, with the column that they name it by. The choices
# of attributes are named with these: "skin/dry".
NAMED: Final[Mapping[Kind, tuple[type[Model], str]]] = {
    "product": (Product, "pk"),
    "category": (Category, "pk"),
    "placement": (Placement, "code"),
    "context": (ContextValue, "code"),
    "audience": (Audience, "pk"),
    "attribute": (CustomerAttribute, "code"),
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


def current_tree(value: object) -> Tree | None:
    """Return the tree of a column without what was deleted, None where it holds none."""
    tree = read_tree(value)
    return None if tree is None else without_gone({0: tree})[0]


def needs_page(tree: Tree | None) -> bool:
    """Tell whether a part of the tree is asked only where an offer is shown."""
    return tree is not None and any(isinstance(part, PageRequired) for part in parts_of(tree))


def names_of_rows(rows: QuerySet[Any]) -> dict[Name, int]:
    """Return what conditions call these rows, with the primary key of each, if they can name them."""
    if rows.model is AttributeChoice:
        choices = rows.order_by().values_list("attribute__code", "code", "pk")
        return {Name("choice", f"{attribute}/{code}"): pk for attribute, code, pk in choices}
    return {
        Name(kind, key): pk
        for kind, (model, column) in NAMED.items()
        if model is rows.model
        for key, pk in rows.order_by().values_list(column, "pk")
    }


def audience_trees() -> dict[int, Tree]:
    """Return the trees of all audiences as they are stored; nobody meets one that cannot be read."""
    rows = Audience.objects.order_by("pk").values_list("pk", "conditions")
    return {key: read_tree(value) or UNREADABLE for key, value in rows}


def without_gone(trees: Mapping[int, Tree], *, losing: frozenset[Name] = frozenset()) -> dict[int, Tree]:
    """Return the trees without what was deleted and `losing`, by one query for each kind of thing."""
    gone = _gone_names((name for tree in trees.values() for name in names_in(tree)), losing=losing)
    return {key: without(tree, gone) for key, tree in trees.items()}


def _gone_names(names: Iterable[Name], *, losing: frozenset[Name] = frozenset()) -> frozenset[Name]:
    """Return those of the names that no longer name anything, once `losing` is gone as well.

    An audience to which nobody can belong any more names nobody, and is gone like one that was deleted.
    """
    asked = frozenset(names)
    audiences = audience_trees() if any(name.kind == "audience" for name in asked) else {}
    known = asked.union(*map(names_in, audiences.values()))
    return with_nobody(_missing(known) | losing, audiences) & asked


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
    gone = _gone_names(name for names in named.values() for name in names)
    return [
        BrokenConditions(pk, name, is_active, tuple(sorted(named[pk] & gone)))
        for pk, name, is_active, _value in rows
        if named[pk] & gone
    ]


def offers_naming(names: Iterable[Name]) -> dict[int, frozenset[Name]]:
    """Return by offer which of these its conditions name, directly or through audiences."""
    rows = Offer.objects.filter(conditions__isnull=False).values_list("pk", "conditions")
    trees = {pk: tree for pk, value in rows if (tree := read_tree(value))}
    return _naming(trees, frozenset(names))


def audiences_naming(names: Iterable[Name]) -> dict[int, frozenset[Name]]:
    """Return by audience which of these its conditions name, directly or through other audiences."""
    return _naming(audience_trees(), frozenset(names))


def _naming(trees: Mapping[int, Tree], wanted: frozenset[Name]) -> dict[int, frozenset[Name]]:
    """Return by tree which of the wanted it names."""
    direct = {key: names_in(tree) for key, tree in trees.items()}
    within: dict[Name, frozenset[Name]] = {}
    if any(name.kind == "audience" for names in direct.values() for name in names):
        within = {Name("audience", key): names_in(tree) for key, tree in audience_trees().items()}
    found = {key: reached(names, within) & wanted for key, names in direct.items()}
    return {key: names for key, names in found.items() if names}


def _missing(names: Iterable[Name]) -> frozenset[Name]:
    """Return those of the names that name no row, by one query for each kind of thing."""
    wanted: dict[Kind, set[int | str]] = {}
    for name in names:
        wanted.setdefault(name.kind, set()).add(name.key)
    return frozenset(Name(kind, key) for kind, keys in wanted.items() for key in keys - _existing(kind, keys))


def _existing(kind: Kind, keys: Iterable[int | str]) -> set[int | str]:
    """Return the keys of what is still there: all, of what no table holds."""
    if kind == "choice":
        return _possible_choices(map(str, keys))
    if kind not in NAMED:
        return set(keys)
    model, column = NAMED[kind]
    rows = model._default_manager.filter(among(column, list(keys)))  # type: ignore[arg-type]  # noqa: SLF001 (Django's model API)
    return set(rows.values_list(column, flat=True))


def _possible_choices(keys: Iterable[str]) -> set[int | str]:
    """Return the values that customers can have: every one of an attribute that has no choices."""
    values = list(keys)
    rows = CustomerAttribute.objects.filter(type__in=WITH_CHOICES).values_list("code", "choices__code")
    attributes = {code for code, _choice in rows}
    choices = {f"{code}/{choice}" for code, choice in rows}
    return {value for value in values if value in choices or value.partition("/")[0] not in attributes}
