"""Gates: which offers can change the prices of a cart, found by sets of offers."""

from collections.abc import Callable, Collection, Iterable
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from engine.conditions import CONDITIONS, AcceptanceRequired, Condition, Trigger
from engine.snapshot.columns import Views
from engine.snapshot.conditions import Conditions, MappedCircumstances, each_bit
from engine.snapshot.pricing import PricingTable

# What a cart may be asked besides its products' triggers.
_ABOUT_CART: Final = tuple(kind for kind in CONDITIONS if kind.subject == "cart" and kind is not Trigger)
# Each worker keeps the offers that name a product for this many products: at 10,000 offers, 20 MB.
_REMEMBERED: Final = 4096


class Sight(NamedTuple):
    """The offers that look at some products.

    They see one of them in their `first` or `second` role, its price may matter to them (`priced`), or it is
    their trigger.
    """

    first: int
    second: int
    priced: int
    triggered: int

    def joined(self, other: "Sight") -> "Sight":
        """Return the offers that look at the products of either."""
        return Sight(
            self.first | other.first,
            self.second | other.second,
            self.priced | other.priced,
            self.triggered | other.triggered,
        )


NO_SIGHT: Final = Sight(0, 0, 0, 0)


class OpenOffers(NamedTuple):
    """The offers that concern a shopper's cart: `sight` look at its products, and `now` are open to it.

    `always` are those that this shopper may have in some cart, `if_accepted` those only by acceptance. `free`
    may change a price without being accepted. `asking` are those of them, with something in the cart for each
    role, that a larger cart may open or close by more than its products.
    """

    sight: Sight
    always: int
    if_accepted: int
    now: int
    free: int
    asking: int


Ask = Callable[[], MappedCircumstances]


class Gates:
    """The active offers of a snapshot by what they look at, and the conditions that open them to a cart.

    A set of offers is an integer, one bit per offer in asking order.
    """

    def __init__(self, views: Views, conditions: Conditions, pricing: PricingTable) -> None:
        self._conditions, self._pricing = conditions, pricing
        self._pk, self._category_of = np.asarray(views["product.pk"]), views["product.category"]
        self._by_product: dict[int, Sight] = {}
        self._by_category: dict[int, Sight] = {}

    def open_to_shopper(
        self, met: int, currency: int, products: Iterable[int], ask: Ask, accepted: int = 0
    ) -> OpenOffers:
        """Return the offers that concern a cart of these products, of which some offers were `accepted`.

        `met` are the offers whose conditions on the offer itself and on the shopper hold; `ask` returns the
        circumstances of the cart.
        """
        found = self._priced & self._conditions.by_currency[currency] & met
        sight = self.sight_of_all(products)
        always, if_accepted = found & ~self._if_accepted, found & self._if_accepted
        free = always & ~self._idle
        now = self._open(always | if_accepted & accepted, sight, accepted, ask)
        asking = free & sight.first & sight.second & (self._asking_cart & ~now | self._closing)
        return OpenOffers(sight, always, if_accepted, now, free, asking)

    def open_after(self, before: OpenOffers, changed: Sight, accepted: int, ask: Ask) -> int:
        """Return the offers that may apply once the cart holds the `changed` products too.

        An offer by acceptance is among them only if it is in the set `accepted`.
        """
        shopper = before.always | before.if_accepted & accepted
        return self._open(shopper, before.sight.joined(changed), accepted, ask)

    def is_alone_after(self, before: OpenOffers, changed: Sight, own: int) -> bool:
        """Tell whether only one offer, `own`, is open to the `changed` products and may change a discount.

        Its conditions are known to hold for the cart before. It is a quick answer for most steps: where it is
        no, others may still prove to be as they were.
        """
        here = before.sight
        if own & (self._closing | self.excluding | here.priced):
            return False
        triggered = here.triggered | changed.triggered | self._open_without_trigger
        others = before.free & triggered & (here.first | changed.first) & (here.second | changed.second)
        if others & (changed.first | changed.second | changed.triggered) & ~own or before.asking & ~own:
            return False
        shopper = before.always | before.if_accepted
        return bool(own & shopper & (here.triggered | self._open_without_trigger))

    def _open(self, shopper: int, sight: Sight, accepted: int, ask: Ask) -> int:
        """Return the offers open to the shopper that are open to the cart, and whose roles see a product.

        The circumstances of the cart are asked for only if one of the offers depends on more than products.
        """
        found = shopper & (sight.first & sight.second | accepted)
        found &= sight.triggered | self._open_without_trigger
        if found & self._asking_cart:
            asked = ask()
            for kind in _ABOUT_CART:
                found &= self._conditions.indexes[kind].met(asked)
        return found

    def affected(self, offers: int, *, opened: int, changed: Sight, unchanged: Collection[int]) -> int:
        """Return those of the offers whose discounts may change with the units of some of a cart's products.

        These are the offers that see one of the `changed` products and those that are `opened` or closed by
        the change, then those with which they share one of the cart's products or exclude each other, and so
        on.
        """
        offers &= ~self._idle
        seen = changed.first | changed.second
        if offers & changed.second & ~changed.first & self._needs_one:
            seen = changed.first | changed.second & ~self._satisfied_by(unchanged)
        affected, before = offers & (opened | seen), 0
        if not affected or affected == offers:
            return affected
        sharing = [offers & self.sight_of(product).priced for product in unchanged]
        while affected != before:
            before = affected
            for together in sharing:
                if together & affected:
                    affected |= together
            for row in each_bit(affected & self.excluding):
                affected |= self._rivals[row] & offers
        return affected

    def sight_of_all(self, products: Iterable[int]) -> Sight:
        """Return the offers that look at one of the products."""
        sight: Sight | None = None
        for product in products:
            own = self.sight_of(product)
            sight = own if sight is None else sight.joined(own)
        return NO_SIGHT if sight is None else sight

    def sight_of(self, product: int) -> Sight:
        """Return the offers that look at the product of a row.

        The products of a category that no offer names have one sight.
        """
        sight = self._by_product.get(product)
        if sight is None and product not in self._named:
            sight = self._by_category.get(self._category_of[product])
        return self._look_at(product) if sight is None else sight

    def keys_of(self, offers: int) -> list[int]:
        """Return the primary keys of a set of offers."""
        return [self._keys[row] for row in each_bit(offers)]

    def _look_at(self, product: int) -> Sight:
        """Return the offers that look at a product, found by all that they may name of it; remember them."""
        index = self._pricing.index
        first, second = index.offers_that_see(self._pricing.product(product))
        priced = [*first, *(one for one in second if not index.by_id[one].terms.only_counts_second)]
        triggered = self._conditions.triggers.triggered_by(product)
        sight = Sight(self._bits_of(first), self._bits_of(second), self._bits_of(priced), triggered)
        if product in self._named:
            if len(self._by_product) >= _REMEMBERED:
                self._by_product.clear()
            self._by_product[product] = sight
        else:
            self._by_category[self._category_of[product]] = sight
        return sight

    def _satisfied_by(self, products: Iterable[int]) -> int:
        """Return the offers for which one unit suffices, and one of the products is it."""
        satisfied = 0
        for product in products:
            sight = self.sight_of(product)
            satisfied |= sight.second & ~sight.first
        return satisfied & self._needs_one

    @cached_property
    def _named(self) -> frozenset[int]:
        """Return the products, by row, that an offer names itself, not only by a category."""
        names = self._pricing.index.named_products
        rows = np.flatnonzero(np.isin(self._pk, np.fromiter(names, np.int64, len(names))))
        return self._conditions.triggers.named_products().union(rows.tolist())

    @cached_property
    def _keys(self) -> dict[int, int]:
        """Return the primary keys, by row, of the offers that are priced."""
        lanes = {lane.name for lane in self._pricing.timeless_rules.lanes}
        return {
            record.row: record.id
            for record in self._pricing.offers.values()
            if record.pricing is not None and record.pricing.lane in lanes
        }

    @cached_property
    def _priced(self) -> int:
        return self._bits_of(self._keys.values())

    @cached_property
    def _idle(self) -> int:
        """Return the offers that change no price, neither their own products' nor by excluding another."""
        index = self._pricing.index
        offers = (one for one in index.offers if not one.terms.changes_prices)
        return self._bits_of(one.id for one in offers if one.id not in index.excludes)

    @cached_property
    def _needs_one(self) -> int:
        """Return the offers for which one unit of the second role suffices."""
        return self._bits_of(
            one.id
            for one in self._pricing.index.offers
            if one.terms.only_counts_second and one.terms.needs_one_of_second
        )

    @cached_property
    def _rivals(self) -> dict[int, int]:
        """Return the offers that exclude each offer, by its row."""
        records, excludes = self._pricing.offers, self._pricing.index.excludes
        return {
            records[offer].row: self._bits_of(rivals & records.keys())
            for offer, rivals in excludes.items()
            if offer in records
        }

    @cached_property
    def excluding(self) -> int:
        """Return the offers that exclude each other."""
        mask = 0
        for row in self._rivals:
            mask |= 1 << row
        return mask

    @cached_property
    def capped(self) -> int:
        """Return the offers whose discount something may cut: its largest amount, a margin, or a budget."""
        has_budget = self._conditions.limits.has_budget
        return self._bits_of(
            one.id
            for one in self._pricing.index.offers
            if one.max_discount_minor is not None or one.margin_basis_points is not None or has_budget(one.id)
        )

    @cached_property
    def _if_accepted(self) -> int:
        return self._with(AcceptanceRequired)

    @cached_property
    def _asking_cart(self) -> int:
        """Return the offers that depend on more of a cart than its products."""
        return self._with(*_ABOUT_CART)

    @cached_property
    def _closing(self) -> int:
        """Return the offers that a larger cart may close."""
        return self._with(*(kind for kind in _ABOUT_CART if not kind.grows))

    @cached_property
    def _open_without_trigger(self) -> int:
        """Return the offers without a trigger, and those whose terms say themselves what is missing of it."""
        return self._bits_of(
            record.id
            for record in self._pricing.offers.values()
            if (trigger := record.condition(Trigger)) is None or not record.bars(trigger)
        )

    def _with(self, *kinds: type[Condition]) -> int:
        """Return the offers that have a condition of one of these kinds."""
        records = self._pricing.offers.values()
        return self._bits_of(
            one.id for one in records if any(one.condition(kind) is not None for kind in kinds)
        )

    def _bits_of(self, offers: Iterable[int]) -> int:
        """Return the set of the offers with these primary keys."""
        records, mask = self._pricing.offers, 0
        for offer in offers:
            mask |= 1 << records[offer].row
        return mask
