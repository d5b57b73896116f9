"""The visits of the simulated weeks: real baskets of the last weeks of the data, moved to end yesterday."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from catalog.database.bulk import among
from checkout.models import Order, OrderLine
from demo.plans.simulated import MOST_IN_CART, ORDER_PREFIX, PLACEMENTS
from engine.decision.types import CartItem

_WEEK: Final = timedelta(days=7)


class RealBasket(Struct, frozen=True):
    """A real order: who placed it and what was in it, as pairs of SKU, quantity and unit price."""

    customer: str
    at: datetime
    lines: tuple[tuple[str, int, int], ...]


class Visit(Struct, frozen=True):
    """A shopper on a page at a moment. `basket` is the real one that the visit is made from."""

    customer: str
    at: datetime
    placement: str
    product: str | None
    cart: tuple[CartItem, ...]
    basket: RealBasket


def read_baskets(
    *, first: datetime, end: datetime, count: int, without: Collection[str], rng: np.random.Generator
) -> list[RealBasket]:
    """Return at most `count` baskets of the last weeks of the data, by time, none of these customers.

    They are moved by whole days, so that the newest is in the day before `end`.
    """
    known = Order.objects.placed().exclude(customer=None).exclude(order_id__startswith=ORDER_PREFIX)
    newest = known.order_by("-placed_at").values_list("placed_at", flat=True).first()
    if newest is None:
        return []
    moved = timedelta(days=(end - newest) // timedelta(days=1))
    rows = list(
        known.filter(placed_at__gte=first - moved, placed_at__lt=end - moved)
        .exclude(customer__external_id__in=without)
        .order_by("placed_at", "order_id")
        .values_list("pk", "placed_at", "customer__external_id")
    )
    chosen = sorted(rng.permutation(len(rows))[:count].tolist())
    lines = _lines([rows[place][0] for place in chosen])
    return [
        RealBasket(str(rows[place][2]), rows[place][1] + moved, tuple(lines[rows[place][0]]))
        for place in chosen
        if lines[rows[place][0]]
    ]


def visits_of(baskets: Collection[RealBasket], rng: np.random.Generator) -> Iterator[Visit]:
    """Yield a visit for each basket: on one of the pages, with a part of it in the cart."""
    shares = np.array([share for share, _filled in PLACEMENTS.values()])
    pages = rng.choice(len(shares), len(baskets), p=shares / shares.sum())
    for basket, page in zip(baskets, pages, strict=True):
        placement, (_share, filled) = list(PLACEMENTS.items())[page]
        skus = list(dict.fromkeys(sku for sku, _quantity, _price in basket.lines))
        product = skus[int(rng.integers(len(skus)))] if not filled else None
        in_cart = skus[: min(max(round(filled * len(skus)), 1), MOST_IN_CART)] if filled else ()
        cart = tuple(CartItem(sku, 1) for sku in in_cart)
        yield Visit(basket.customer, basket.at, placement, product, cart, basket)


def returning(
    pages: Sequence[Visit], *, spans: Collection[tuple[datetime, datetime]]
) -> Iterator[tuple[Visit, int]]:
    """Yield all visits by time, each with the place of its page in `pages`.

    Shoppers return at the same hour and weekday in every week of a span: the same offers are in force.
    """
    visits = [
        (replace(page, at=at), place)
        for place, page in enumerate(pages)
        for start, end in spans
        if start <= page.at < end
        for at in _weekly(page.at, start, end)
    ]
    yield from sorted(visits, key=lambda visit: (visit[0].at, visit[1]))


def _weekly(at: datetime, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the moments in a span that are whole weeks from this one."""
    moment = at - (at - start) // _WEEK * _WEEK
    while moment < end:
        yield moment
        moment += _WEEK


def _lines(orders: Collection[int]) -> dict[int, list[tuple[str, int, int]]]:
    """Return the lines of these orders, by the primary key of the order."""
    lines: dict[int, list[tuple[str, int, int]]] = defaultdict(list)
    rows = OrderLine.objects.filter(among("order_id", orders)).order_by("order_id", "position")
    columns = ("order_id", "product__sku", "quantity", "unit_price_minor")
    for order, sku, quantity, price in rows.values_list(*columns):
        lines[order].append((sku, quantity, price))
    return lines
