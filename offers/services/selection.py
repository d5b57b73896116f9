"""Which products an exclusion hits: worked out on columns of the catalogue, the same on every database."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Struct

from catalog.database.columns import read_columns
from catalog.models import Category
from catalog.services.tax_mode import TaxMode, shop_tax_mode
from engine.pricing.benefit import BASIS_POINTS
from engine.pricing.tax import tax_of
from engine.snapshot.condition_sets import category_chains
from engine.snapshot.pricing import UNKNOWN_COST
from offers.models import ProductExclusion, TriggerScope
from offers.services.collection.goods import collect_categories
from offers.services.collection.prices import in_shop_mode
from offers.services.collection.rows import Ints

Flags = npt.NDArray[np.bool_]

_INTEGERS: Final = (
    "id",
    "coalesce(category_id, 0)",
    "price_minor",
    f"coalesce(cost_minor, {UNKNOWN_COST})",
    "tax_rate_bp",
    "CASE WHEN is_tax_included THEN 1 ELSE 0 END",
)
_TEXTS: Final = {
    "names": "name",
    "brands": "brand",
    "attributes": "CAST(attributes AS text)",
    "currencies": "currency",
}
# Larger prices would overflow when multiplied by a tax rate: they are calculated exactly, but slowly.
_QUICK_MINOR: Final = 2**40


class Selection(Struct, frozen=True, kw_only=True):
    """What an exclusion hits; products and categories by primary key, each with what is below it.

    Unless it `is_everything`, a product must be named by one of `products`, `categories`, `brands` and
    `keywords`. Everything else narrows that down.
    """

    is_everything: bool = False
    products: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()
    brands: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = {}
    currency: str = ""
    price_from_minor: int | None = None
    price_to_minor: int | None = None
    margin_below_bp: int | None = None

    @property
    def has_price(self) -> bool:
        """Tell whether it looks at the price."""
        return self.price_from_minor is not None or self.price_to_minor is not None

    @property
    def names_nothing(self) -> bool:
        """Tell whether it is for chosen products, and nothing is left of what was chosen."""
        return not self.is_everything and not (
            self.products or self.categories or self.brands or self.keywords
        )


def selection_of(exclusion: ProductExclusion) -> Selection:
    """Return what a saved exclusion hits; its links should be prefetched."""
    return Selection(
        is_everything=exclusion.scope == TriggerScope.EVERYTHING,
        products=frozenset(product.pk for product in exclusion.products.all()),
        categories=frozenset(category.pk for category in exclusion.categories.all()),
        brands=tuple(exclusion.brands),
        keywords=tuple(exclusion.keywords),
        attributes=exclusion.attributes,
        currency=exclusion.currency,
        price_from_minor=exclusion.price_from_minor,
        price_to_minor=exclusion.price_to_minor,
        margin_below_bp=exclusion.margin_below_bp,
    )


class SelectableCatalogue:
    """The columns of the catalogue that some selections look at, read by one query.

    `pk` are the primary keys of the n products, ascending; all other columns have the same order.
    """

    def __init__(self, selections: Collection[Selection]) -> None:
        wanted = {
            "names": any(one.keywords for one in selections),
            "brands": any(one.brands for one in selections),
            "attributes": any(one.attributes for one in selections),
            "currencies": any(one.has_price for one in selections),
        }
        names = [name for name, is_wanted in wanted.items() if is_wanted]
        integers, texts = read_columns(
            "catalog_product", integers=_INTEGERS, texts=[_TEXTS[name] for name in names]
        )
        self.pk, self.category, self._price, self.cost, self.tax_rate_bp, included = integers
        self.is_tax_included: Flags = included.astype(np.bool_)
        self._texts: dict[str, list[str]] = dict(zip(names, texts, strict=True))

    def hits(self, selection: Selection) -> Flags:
        """Return which products the selection hits, shape (n,)."""
        found = np.full(len(self.pk), selection.is_everything)
        if not selection.is_everything:
            found |= np.isin(self.pk, _array(selection.products))
            found |= np.isin(self.category, _array(self._with_descendants(selection.categories)))
            brands = {fold(brand) for brand in selection.brands}
            found |= self._where("brands", lambda brand: fold(brand) in brands, bool(brands))
            words = word_pattern(selection.keywords)
            found |= self._where(
                "names", lambda name: words.search(fold(name)) is not None, bool(selection.keywords)
            )
        if selection.attributes:
            found &= self._where("attributes", lambda text: _has(text, selection.attributes), is_used=True)
        if selection.has_price:
            found &= self._where("currencies", lambda code: code == selection.currency, is_used=True)
            found &= self.price >= (selection.price_from_minor or 0)
            if selection.price_to_minor is not None:
                found &= self.price <= selection.price_to_minor
        if selection.margin_below_bp is not None:
            found &= self._has_margin_below(selection.margin_below_bp)
        return found

    @cached_property
    def mode(self) -> TaxMode:
        """Return whether the shop shows prices with tax."""
        return shop_tax_mode()

    @cached_property
    def price(self) -> Ints:
        """Return the prices as the shop shows them, in minor units."""
        return in_shop_mode(self._price, np.arange(len(self.pk)), self, self.mode)

    def _has_margin_below(self, basis_points: int) -> Flags:
        """Tell where (net price - cost) ÷ net price is smaller; nowhere where the cost is not known."""
        price, cost = self.price, self.cost
        if len(price) and max(price.max(), cost.max()) > _QUICK_MINOR:
            price, cost = price.astype(object), cost.astype(object)
        net: Any = price
        if self.mode.tax_included:
            rate: Any = self.tax_rate_bp.astype(price.dtype)
            net = price - tax_of(
                price,  # type: ignore[arg-type] # the formula is the same for arrays
                rate,
                tax_included=True,
                mode=self.mode.rounding_mode,
            )
        below: Flags = ((net - cost) * BASIS_POINTS < net * basis_points).astype(np.bool_)
        below[self.cost == UNKNOWN_COST] = False
        return below

    def _where(self, name: str, fits: Any, is_used: bool) -> Flags:
        """Ask about each distinct text of a column once."""
        if not is_used:
            return np.zeros(len(self.pk), np.bool_)
        texts = self._texts[name]
        answers = {text: fits(text) for text in set(texts)}
        return np.fromiter((answers[text] for text in texts), np.bool_, len(texts))

    def _with_descendants(self, categories: frozenset[int]) -> frozenset[int]:
        """Return the categories and all below them."""
        return frozenset(pk for pk, above in self._lineages.items() if categories & above) | categories

    @cached_property
    def _lineages(self) -> dict[int, frozenset[int]]:
        """Return for each category itself and all above it."""
        pks, parents = collect_categories()
        keys = pks.tolist()
        chains = category_chains(parents.tolist())
        return {pk: frozenset(keys[step] for step in chain) for pk, chain in zip(keys, chains, strict=True)}


def fold(text: str) -> str:
    """Return a text as it is compared: without case, and in one width."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def word_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for folded texts that contain one of the words.

    Words in Latin letters must stand alone, or in the plural with -s: "rum" is not in "drum". Words in other
    letters, which are written without spaces, may stand anywhere.
    """
    parts = []
    for word in filter(None, map(fold, words)):
        plain = re.escape(word)
        parts.append(rf"(?<![a-z]){plain}(?:e?s)?(?![a-z])" if word.isascii() else plain)
    return re.compile("|".join(parts) if parts else r"(?!)")


def matching_categories(words: Iterable[str]) -> list[Category]:
    """Return the highest categories whose name contains one of the words, by path."""
    pattern = word_pattern(words)
    found = [one for one in Category.objects.order_by("path") if pattern.search(fold(one.name))]
    paths = {f"{one.path}{Category.PATH_SEPARATOR}" for one in found}
    return [one for one in found if not any(one.path.startswith(path) for path in paths)]


def _has(text: str, wanted: Mapping[str, Any]) -> bool:
    """Tell whether the attributes in a JSON text have all these values, or lists with them."""
    stored: dict[str, Any] = msgspec.json.decode(text, type=dict)
    return all(_equal(stored.get(name), value) for name, value in wanted.items())


def _equal(stored: Any, wanted: Any) -> bool:
    if isinstance(stored, list) and not isinstance(wanted, list):
        return any(_equal(one, wanted) for one in stored)
    if isinstance(stored, str) and isinstance(wanted, str):
        return fold(stored) == fold(wanted)
    return isinstance(stored, bool) == isinstance(wanted, bool) and bool(stored == wanted)


def _array(keys: Collection[int]) -> Ints:
    return np.fromiter(keys, np.int64, len(keys))
