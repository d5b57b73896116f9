"""Conditions on products: those of the cart, or the one of the page."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import ClassVar, Self

import msgspec

from engine.conditions.circumstances import Circumstances
from engine.conditions.goods import Goods
from engine.conditions.tree.leaf import (
    SAID,
    Amount,
    CurrencyCode,
    Field,
    Keys,
    Leaf,
    LookedAt,
    Minor,
    Name,
    Seen,
    Text,
    Texts,
    Wanted,
)
from engine.conditions.tree.operators import NEGATED
from engine.conditions.tree.say import Kind, Say
from engine.wording import gettext_noop


class GoodsLeaf(Leaf, frozen=True):
    """Something is, or is not, true of one of the products."""

    # The message for each operator, with %(what)s.
    says: ClassVar[Mapping[str, str]]

    @classmethod
    def goods_of(cls, circumstances: Circumstances) -> Goods | None:
        """Return the products, None where there is no page or it is about none."""
        if cls.about == "cart":
            return circumstances.cart
        return None if circumstances.page is None else circumstances.page.goods

    def found(self, goods: Goods) -> bool:
        """Return whether it is true of one of the products."""
        raise NotImplementedError

    def seen_in(self, goods: Goods) -> Seen:
        """Return what the products are in this respect."""
        raise NotImplementedError

    @classmethod
    def keys_in(cls, goods: Goods) -> LookedAt:
        """Return what the products are in this respect, each with a number."""
        raise NotImplementedError

    def wanted_of(self, keys: Iterable[Hashable], low: int | None = None, high: int | None = None) -> Wanted:
        """Return what a set compares; there must be products to ask about."""
        return Wanted(tuple(keys), low, high, self.op in NEGATED, SAID)

    @classmethod
    def looked_at(cls, circumstances: Circumstances) -> LookedAt:
        """Return what the products are in this respect."""
        goods = cls.goods_of(circumstances)
        return () if goods is None else [*cls.keys_in(goods), (SAID, 0)]

    def what(self, say: Say) -> str:
        """Return in words what a product has to be."""
        raise NotImplementedError

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether it is true of one of the products, or of none."""
        goods = self.goods_of(circumstances)
        return goods is not None and self.found(goods) != (self.op in NEGATED)

    def seen(self, circumstances: Circumstances) -> Seen:
        """Return what the products are in this respect."""
        goods = self.goods_of(circumstances)
        return None if goods is None else self.seen_in(goods) or None

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        return say.text(self.says[self.op], what=self.what(say))

    @property
    def grows(self) -> bool:
        """Tell whether it goes on holding for a cart that holds more."""
        return self.about != "cart" or self.op not in NEGATED

    @property
    def shrinks(self) -> bool:
        """Tell whether it goes on holding for a cart that holds less."""
        return self.about != "cart" or self.op in NEGATED


class ProductsLeaf(GoodsLeaf, frozen=True):
    """One of these products is among them."""

    fields: ClassVar[tuple[Field, ...]] = (Field("products", "products"),)
    sees: ClassVar[Kind | None] = "product"

    products: Keys

    def found(self, goods: Goods) -> bool:
        """Return whether one of the products is among them."""
        return not goods.units.keys().isdisjoint(self.products)

    def seen_in(self, goods: Goods) -> Seen:
        """Return the products."""
        return tuple(sorted(goods.units))

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the products."""
        goods = cls.goods_of(circumstances)
        return None if goods is None else frozenset(goods.units)

    def wanted(self) -> Wanted:
        """Return the products."""
        return self.wanted_of(self.products)

    @classmethod
    def keys_in(cls, goods: Goods) -> LookedAt:
        """Return the products with their units."""
        return goods.units.items()

    def what(self, say: Say) -> str:
        """Return the names of the products."""
        return say.either([say.name("product", product) for product in self.products])

    def names(self) -> frozenset[Name]:
        """Return the products."""
        return frozenset([Name("product", product) for product in self.products])

    def without(self, gone: frozenset[Name]) -> Self | None:
        """Return the condition on the products that are left."""
        left = keys_left("product", self.products, gone)
        return msgspec.structs.replace(self, products=left) if left else None


class CategoriesLeaf(GoodsLeaf, frozen=True):
    """A product of one of these categories, or of one below them, is among them."""

    fields: ClassVar[tuple[Field, ...]] = (Field("categories", "categories"),)
    sees: ClassVar[Kind | None] = "category"

    categories: Keys

    def found(self, goods: Goods) -> bool:
        """Return whether a product is in one of the categories."""
        return not frozenset(goods.categories).isdisjoint(self.categories)

    def seen_in(self, goods: Goods) -> Seen:
        """Return the products' categories."""
        return tuple(sorted(set(goods.categories)))

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the products' categories."""
        goods = cls.goods_of(circumstances)
        return None if goods is None else frozenset(goods.categories)

    def wanted(self) -> Wanted:
        """Return the categories."""
        return self.wanted_of(self.categories)

    @classmethod
    def keys_in(cls, goods: Goods) -> LookedAt:
        """Return the products' categories."""
        return [(category, 0) for category in goods.categories]

    def what(self, say: Say) -> str:
        """Return the names of the categories."""
        return say.either([say.name("category", category) for category in self.categories])

    def names(self) -> frozenset[Name]:
        """Return the categories."""
        return frozenset([Name("category", category) for category in self.categories])

    def without(self, gone: frozenset[Name]) -> Self | None:
        """Return the condition on the categories that are left."""
        left = keys_left("category", self.categories, gone)
        return msgspec.structs.replace(self, categories=left) if left else None


class BrandsLeaf(GoodsLeaf, frozen=True):
    """A product of one of these brands is among them."""

    fields: ClassVar[tuple[Field, ...]] = (Field("brands", "brands"),)

    brands: Texts

    def found(self, goods: Goods) -> bool:
        """Return whether a product is of one of the brands."""
        return any(brand in goods.brands for brand in self.brands)

    def seen_in(self, goods: Goods) -> Seen:
        """Return the products' brands."""
        return tuple(sorted(set(goods.brands)))

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the products' brands."""
        goods = cls.goods_of(circumstances)
        return None if goods is None else frozenset(goods.brands)

    def wanted(self) -> Wanted:
        """Return the brands."""
        return self.wanted_of(self.brands)

    @classmethod
    def keys_in(cls, goods: Goods) -> LookedAt:
        """Return the products' brands."""
        return [(brand, 0) for brand in goods.brands]

    def what(self, say: Say) -> str:
        """Return the brands."""
        return say.either(self.brands)


class ProductAttributeLeaf(GoodsLeaf, frozen=True):
    """A product whose attribute `name` has one of these values is among them."""

    fields: ClassVar[tuple[Field, ...]] = (Field("name", "product_attribute"), Field("values", "texts"))

    name: Text
    values: Texts

    def found(self, goods: Goods) -> bool:
        """Return whether the attribute of a product has one of the values."""
        return any((self.name, value) in goods.attributes for value in self.values)

    def seen_in(self, goods: Goods) -> Seen:
        """Return the products' values of the attribute."""
        return tuple(sorted({value for name, value in goods.attributes if name == self.name}))

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the products' attributes."""
        goods = cls.goods_of(circumstances)
        return None if goods is None else frozenset(goods.attributes)

    def wanted(self) -> Wanted:
        """Return the name with each of the values."""
        return self.wanted_of((self.name, value) for value in self.values)

    @classmethod
    def keys_in(cls, goods: Goods) -> LookedAt:
        """Return the products' attributes."""
        return [(attribute, 0) for attribute in goods.attributes]

    def what(self, say: Say) -> str:
        """Return the name of the attribute with its values."""
        return say.text(
            gettext_noop("%(name)s %(values)s"),
            name=say.name("product_attribute", self.name),
            values=say.either(self.values),
        )


class PricesLeaf(GoodsLeaf, frozen=True):
    """A product whose list price is at least `from_minor` and at most `to_minor` is among them."""

    fields: ClassVar[tuple[Field, ...]] = (
        Field("from_minor", "money", is_required=False),
        Field("to_minor", "money", is_required=False),
        Field("currency", "currency"),
    )

    currency: CurrencyCode
    from_minor: Minor | None = None
    to_minor: Minor | None = None

    def fault(self) -> tuple[str, str] | None:
        """Return the field that leaves no price possible, or that any price would fit."""
        if self.from_minor is None and self.to_minor is None:
            return "from_minor", gettext_noop("Enter the lowest price, the highest, or both.")
        if self.from_minor is not None and self.to_minor is not None and self.from_minor > self.to_minor:
            return "to_minor", gettext_noop("The highest price is below the lowest.")
        return None

    def found(self, goods: Goods) -> bool:
        """Return whether a product costs as much."""
        prices: Collection[int] = goods.prices.get(self.currency, ())
        lowest = 0 if self.from_minor is None else self.from_minor
        return any(lowest <= price and (self.to_minor is None or price <= self.to_minor) for price in prices)

    def seen_in(self, goods: Goods) -> Seen:
        """Return the products' list prices in the currency."""
        return tuple(Amount(price, self.currency) for price in sorted(goods.prices.get(self.currency, ())))

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return the products' list prices."""
        goods = cls.goods_of(circumstances)
        if goods is None:
            return None
        return frozenset((currency, frozenset(prices)) for currency, prices in goods.prices.items())

    def wanted(self) -> Wanted:
        """Return the range of prices in the currency."""
        return self.wanted_of((self.currency,), self.from_minor, self.to_minor)

    @classmethod
    def keys_in(cls, goods: Goods) -> LookedAt:
        """Return the products' list prices by currency."""
        return [(currency, price) for currency, prices in goods.prices.items() for price in prices]

    def what(self, say: Say) -> str:
        """Return the range of prices."""
        lowest = None if self.from_minor is None else say.money(self.from_minor, self.currency)
        highest = None if self.to_minor is None else say.money(self.to_minor, self.currency)
        if highest is None:
            return say.text(gettext_noop("%(lowest)s or more"), lowest=lowest)
        if lowest is None:
            return say.text(gettext_noop("up to %(highest)s"), highest=highest)
        return say.text(gettext_noop("%(lowest)s to %(highest)s"), lowest=lowest, highest=highest)


def keys_left(kind: Kind, keys: tuple[int, ...], gone: frozenset[Name]) -> tuple[int, ...]:
    """Return the keys of what is not gone."""
    return tuple(key for key in keys if Name(kind, key) not in gone)
