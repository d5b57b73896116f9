"""Products as condition trees see them, read from a snapshot."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from engine.conditions.goods import Goods, ShownOn
from engine.pricing import PricingProduct
from engine.snapshot.columns import Blobs, Columns, Lists, Views, pack_blobs, pack_lists
from engine.snapshot.data import Labels
from engine.snapshot.pricing import PricingTable

UNKNOWN: Final = -1
_NOTHING: Final[frozenset[int]] = frozenset()
_BRANDS: Final = frozenset({"cart_brand", "page_brand"})
_ATTRIBUTES: Final = frozenset({"cart_attribute", "page_attribute"})
_PRICES: Final = frozenset({"cart_price", "page_price"})
_CATEGORIES: Final = frozenset({"cart_category", "page_category"})
_PAGE: Final = frozenset({"page_product", "page_category", "new_category"}) | {
    kind for kinds in (_BRANDS, _ATTRIBUTES, _PRICES) for kind in kinds if kind.startswith("page_")
}


def pack_labels(labels: Labels, product_count: int) -> Columns:
    """Pack the labels, and for each product those that it has."""
    return {
        **pack_blobs("labels", [msgspec.json.encode(texts) for texts in labels.texts]),
        **pack_lists("product.labels", labels.of_product or [()] * product_count),
    }


class GoodsTable:
    """Makes carts and pages out of rows of products, as far as the snapshot's conditions look at them.

    `types` are those of its single conditions.
    """

    def __init__(self, views: Views, pricing: PricingTable, currencies: list[str]) -> None:
        self._pricing, self._currencies = pricing, currencies
        self._blobs, self._labels = Blobs(views, "labels"), Lists(views, "product.labels")
        self._currency: memoryview[int] = views["product.currency"]
        self._texts: dict[int, tuple[str, ...]] = {}

    def goods(self, units: Mapping[int, int], types: frozenset[str]) -> Goods:
        """Return the products of these rows with their units."""
        products = [self._pricing.product(row) for row in units]
        return Goods(
            units={one.id: count for one, count in zip(products, units.values(), strict=True)},
            categories=() if types.isdisjoint(_CATEGORIES) else _categories(products),
            brands=() if types.isdisjoint(_BRANDS) else self._brands(units),
            attributes=() if types.isdisjoint(_ATTRIBUTES) else self._attributes(units),
            prices={} if types.isdisjoint(_PRICES) else self._prices(zip(units, products, strict=True)),
        )

    def shown_on(self, row: int, placement: str, channel: str, types: frozenset[str]) -> ShownOn:
        """Return the page of the product of a row, UNKNOWN for a page about none."""
        if row == UNKNOWN or types.isdisjoint(_PAGE):
            return ShownOn(None, None, placement, channel)
        categories = self._pricing.product(row).categories
        return ShownOn(self.goods({row: 1}, types), categories[0] if categories else None, placement, channel)

    def _labels_of(self, units: Mapping[int, int], length: int) -> Iterator[tuple[str, ...]]:
        """Yield the labels of the products that consist of so many texts."""
        for row in units:
            for code in self._labels[row]:
                texts = self._texts.get(code)
                if texts is None:
                    texts = self._texts[code] = tuple(msgspec.json.decode(self._blobs[code]))
                if len(texts) == length:
                    yield texts

    def _brands(self, units: Mapping[int, int]) -> frozenset[str]:
        return frozenset(brand for (brand,) in self._labels_of(units, 1))

    def _attributes(self, units: Mapping[int, int]) -> frozenset[tuple[str, str]]:
        return frozenset((name, value) for name, value in self._labels_of(units, 2))

    def _prices(self, products: Iterable[tuple[int, PricingProduct]]) -> dict[str, tuple[int, ...]]:
        prices: dict[str, tuple[int, ...]] = {}
        for row, product in products:
            currency = self._currencies[self._currency[row]]
            prices[currency] = (*prices.get(currency, ()), product.list_minor)
        return prices


def _categories(products: Sequence[PricingProduct]) -> frozenset[int]:
    """Return the categories of the products with all above them."""
    return _NOTHING.union(*[product.categories for product in products])
