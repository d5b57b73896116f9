"""An index of offers by what their roles name, and the rows of a cart that it finds for them."""

from collections.abc import Collection, Iterator

from msgspec import Struct

from engine.pricing.answer import PricingOutcome
from engine.pricing.cart import PricingProduct
from engine.pricing.lines import Line
from engine.pricing.listing import Listed
from engine.pricing.selector import ACCEPTED, Selector

# Rows, ascending, by the offer that sees them or by the name that they have. Keys may share a list.
RowsBy = dict[int, list[int]]


class Matches(Struct, gc=False):
    """What the offers see in a cart, by their ids.

    `first` and `second` are the rows of an offer's roles. For an offer whose outcome is settled while only
    one of its roles sees something, that outcome is kept instead, by the role that does.
    """

    first: RowsBy
    second: RowsBy
    settled_first: dict[int, PricingOutcome]
    settled_second: dict[int, PricingOutcome]

    def among(self, offers: Collection[int]) -> Iterator[int]:
        """Yield those of the offers that see something in the cart."""
        for matched in (self.first, self.second, self.settled_first, self.settled_second):
            yield from matched.keys() & offers


class RowsByName(Struct, gc=False):
    """Rows of a cart by what offers name: the product, and each of its categories. Options have no name."""

    rows: list[int] = []
    products: RowsBy = {}
    categories: RowsBy = {}

    def add(self, row: int, line: Line) -> None:
        """Add the next row under its names."""
        self.rows.append(row)
        if line.parent is None:
            product = line.product
            self.products.setdefault(product.id, []).append(row)
            for category in product.categories:
                self.categories.setdefault(category, []).append(row)

    def seen_by(self, selector: Selector) -> list[int]:
        """Return the rows that the selector selects."""
        if selector.everything:
            return self.rows
        found: list[list[int]] = []
        if not selector.products.isdisjoint(self.products):
            found += [rows for product, rows in self.products.items() if product in selector.products]
        if not selector.categories.isdisjoint(self.categories):
            found += [rows for category, rows in self.categories.items() if category in selector.categories]
        return found[0] if len(found) == 1 else sorted(set().union(*found))


class OffersByName:
    """The ids of offers by what one of their roles names."""

    __slots__ = ("by_category", "by_product", "everything")

    def __init__(self) -> None:
        self.by_product: dict[int, list[int]] = {}
        self.by_category: dict[int, list[int]] = {}
        self.everything: list[int] = []

    def add(self, selector: Selector, offer: int) -> None:
        """Add the offer under all that the selector names."""
        if selector.everything:
            self.everything.append(offer)
        for product in selector.products:
            self.by_product.setdefault(product, []).append(offer)
        for category in selector.categories:
            self.by_category.setdefault(category, []).append(offer)

    def match(self, cart: RowsByName, found: RowsBy) -> None:
        """Add to `found` the rows that each offer sees in the cart."""
        for offers_by, rows_by in ((self.by_product, cart.products), (self.by_category, cart.categories)):
            for name in offers_by.keys() & rows_by.keys():
                rows = rows_by[name]
                for offer in offers_by[name]:
                    before = found.get(offer)
                    if before is None:
                        found[offer] = rows
                    elif before is not rows:
                        found[offer] = sorted({*before, *rows})
        found.update(dict.fromkeys(self.everything, cart.rows))


class OutcomesByName:
    """The outcomes of offers by what one of their roles names, for as long as the other role sees nothing."""

    __slots__ = ("by_category", "by_product", "everything")

    def __init__(self) -> None:
        self.by_product: dict[int, dict[int, PricingOutcome]] = {}
        self.by_category: dict[int, dict[int, PricingOutcome]] = {}
        self.everything: dict[int, PricingOutcome] = {}

    def add(self, selector: Selector, outcome: PricingOutcome) -> None:
        """Add the outcome under all that the selector names."""
        if selector.everything:
            self.everything[outcome.offer] = outcome
        for product in selector.products:
            self.by_product.setdefault(product, {})[outcome.offer] = outcome
        for category in selector.categories:
            self.by_category.setdefault(category, {})[outcome.offer] = outcome

    def match(self, cart: RowsByName, found: dict[int, PricingOutcome]) -> None:
        """Add to `found` the outcomes of the offers that see something in the cart."""
        for product in self.by_product.keys() & cart.products.keys():
            found.update(self.by_product[product])
        for category in self.by_category.keys() & cart.categories.keys():
            found.update(self.by_category[category])
        found.update(self.everything)


class RoleIndex:
    """The offers on one kind of purchase, by role."""

    __slots__ = ("first", "second", "settled_first", "settled_second")

    def __init__(self) -> None:
        self.first, self.second = OffersByName(), OffersByName()
        self.settled_first, self.settled_second = OutcomesByName(), OutcomesByName()

    def add(self, listed: Listed) -> None:
        """Add the offer under what its roles name.

        One whose first role is filled by acceptance is found only there: it sees nothing before.
        """
        first, *others = listed.selectors
        if first is ACCEPTED:
            return
        if listed.settled_first is not None:
            self.settled_first.add(first, listed.settled_first)
        else:
            self.first.add(first, listed.offer.id)
        if listed.sees == "two" and (second := others[0]) is not ACCEPTED:
            if listed.settled_second is not None:
                self.settled_second.add(second, listed.settled_second)
            else:
                self.second.add(second, listed.offer.id)

    def named_products(self) -> set[int]:
        """Return the products that an offer names."""
        roles = (self.first, self.second, self.settled_first, self.settled_second)
        return {product for role in roles for product in role.by_product}

    def offers_that_see(self, product: PricingProduct) -> tuple[list[int], list[int]]:
        """Return the offers of which the first, and of which the second role sees the product."""
        first = [*_seeing(self.first, product), *_seeing(self.settled_first, product)]
        return first, [*_seeing(self.second, product), *_seeing(self.settled_second, product)]

    def match(self, cart: RowsByName, matches: Matches) -> None:
        """Add what the offers see in the cart."""
        self.first.match(cart, matches.first)
        self.second.match(cart, matches.second)
        self.settled_first.match(cart, matches.settled_first)
        self.settled_second.match(cart, matches.settled_second)


def _seeing(role: OffersByName | OutcomesByName, product: PricingProduct) -> Iterator[int]:
    """Yield the offers of which this role sees the product."""
    yield from role.by_product.get(product.id, ())
    for category in product.categories:
        yield from role.by_category.get(category, ())
    yield from role.everything
