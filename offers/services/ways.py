"""Ways from a product to others, by ladders and by relations, and the offers that rely on them.

A way is named by what it is: "ladder", or the kind of a relation. What is switched off is no way.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Model, Q, QuerySet
from msgspec import Struct

from catalog.models import Category, Product, ProductRelation, UpgradeLadder, UpgradeTier
from engine import pricing
from engine.decision.kinds import KINDS
from offers.kinds.base import LADDER_WAY
from offers.kinds.registry import kind_of
from offers.models import StrategyCode
from offers.services.goods import chain_of
from offers.services.source import OfferSource

# The columns of tiers and of relations that refer to the rows of a model.
_TIER_COLUMNS: Mapping[type[Model], tuple[str, ...]] = {
    UpgradeLadder: ("ladder_id",),
    UpgradeTier: ("pk",),
    Product: ("product_id",),
}
_RELATION_COLUMNS: Mapping[type[Model], tuple[str, ...]] = {
    ProductRelation: ("pk",),
    Product: ("product_id", "related_id"),
}


class Way(NamedTuple):
    """That something leads on from a product, which is in a category."""

    by: str
    product: int
    category: int | None


class Ways(Struct, frozen=True):
    """The products from which something leads on, and their categories with all above, by what leads on."""

    products: Mapping[str, frozenset[int]]
    categories: Mapping[str, frozenset[int]]

    @classmethod
    def of(cls, ways: Iterable[Way], parents: Mapping[int, int | None]) -> "Ways":
        """Return the ways; `parents` are those of all categories."""
        products: dict[str, set[int]] = {}
        categories: dict[str, set[int]] = {}
        for by, product, category in ways:
            products.setdefault(by, set()).add(product)
            categories.setdefault(by, set()).update(chain_of(category, parents))
        return cls(*({by: frozenset(keys) for by, keys in some.items()} for some in (products, categories)))

    def serve(self, source: OfferSource[Any], strategy: str) -> bool:
        """Tell whether one of them leads to something that the strategy can propose for the offer.

        An upgrade replaces what triggers it. A companion may go with anything in the cart.
        """
        kind = kind_of(source.kind)
        starts = source.triggers if KINDS[kind.code].replaces else pricing.EVERYTHING
        return any(self._start_in(starts, by) for by in kind.ways.get(strategy, ()))

    def _start_in(self, starts: pricing.Selector, by: str) -> bool:
        products = self.products.get(by, frozenset())
        return bool(products) and (
            starts.everything
            or not products.isdisjoint(starts.products)
            or not self.categories[by].isdisjoint(starts.categories)
        )


def proposes(source: OfferSource[Any], ways: Ways) -> bool:
    """Tell whether the offer has a source of proposals that is not empty. What is learned never is."""
    kind = kind_of(source.kind)
    if not kind.ways:
        return True

    def has(strategy: str) -> bool:
        if strategy == StrategyCode.CURATED:
            return bool(source.picked) or source.discounted not in (None, pricing.NOTHING)
        return strategy not in kind.ways or ways.serve(source, strategy)

    return any(map(has, source.strategies))


def open_ways(*, without: QuerySet[Any] | None = None) -> Ways:
    """Return all ways, or what is left of them without these rows, by three queries."""
    tiers, relations = _gone(without, _TIER_COLUMNS), _gone(without, _RELATION_COLUMNS)
    ladders: dict[int, list[Way]] = {}
    for ladder, _pk, way in _steps(UpgradeTier.objects.exclude(tiers)):
        ladders.setdefault(ladder, []).append(way)
    left = ProductRelation.objects.exclude(relations).order_by()
    starts = left.values_list("kind", "product_id", "product__category_id").distinct()
    ways = [way for steps in ladders.values() for way in steps[:-1]]
    return Ways.of([*ways, *(Way(*row) for row in starts)], _parents())


def closed_ways(rows: QuerySet[Any]) -> dict[int, Ways]:
    """Return the ways that a deletion of these rows closes, by the primary key of the row."""
    closed: dict[int, set[Way]] = {}
    for column in _TIER_COLUMNS.get(rows.model, ()):
        _close_steps(closed, rows, column)
    for column in _RELATION_COLUMNS.get(rows.model, ()):
        gone = ProductRelation.objects.filter(_refers(column, rows)).order_by("pk")
        names = ("kind", "product_id", "product__category_id")
        for key, *way in gone.values_list(column, *names):
            closed.setdefault(key, set()).add(Way(*way))
    parents = _parents() if closed else {}
    return {key: Ways.of(ways, parents) for key, ways in closed.items()}


def _close_steps(closed: dict[int, set[Way]], rows: QuerySet[Any], column: str) -> None:
    """Add the steps of ladders to and from each tier that is gone."""
    gone = dict(UpgradeTier.objects.filter(_refers(column, rows)).values_list("pk", column))
    concerned = UpgradeTier.objects.filter(pk__in=list(gone)).values("ladder")
    ladders: dict[int, list[tuple[int, Way]]] = {}
    for ladder, pk, way in _steps(UpgradeTier.objects.filter(ladder__in=concerned)) if gone else ():
        ladders.setdefault(ladder, []).append((pk, way))
    for steps in ladders.values():
        starts = [way for _pk, way in steps[:-1]]
        for place, (pk, _way) in enumerate(steps):
            if pk in gone and starts:
                closed.setdefault(gone[pk], set()).update(starts[: place + 1])


def _steps(tiers: QuerySet[UpgradeTier]) -> list[tuple[int, int, Way]]:
    """Return the tiers of active ladders, from basic to premium: ladder, key and product of each."""
    rows = tiers.filter(ladder__is_active=True).order_by("ladder_id", "position", "pk")
    names = ("ladder_id", "pk", "product_id", "product__category_id")
    return [(ladder, pk, Way(LADDER_WAY, *way)) for ladder, pk, *way in rows.values_list(*names)]


def _refers(column: str, rows: QuerySet[Any]) -> Q:
    return Q(**{f"{column}__in": rows.order_by().values("pk")})


def _gone(rows: QuerySet[Any] | None, columns: Mapping[type[Model], tuple[str, ...]]) -> Q:
    """Return the condition for what is deleted with these rows; it is never met if that is nothing."""
    condition = Q(pk__in=())
    if rows is not None:
        for column in columns.get(rows.model, ()):
            condition |= _refers(column, rows)
    return condition


def _parents() -> dict[int, int | None]:
    return dict(Category.objects.values_list("pk", "parent_id"))
