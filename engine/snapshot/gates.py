"""Gates: which offers can change the prices of a cart, found by sets of offers."""

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Final, NamedTuple

from engine.conditions import CONDITIONS, AcceptanceRequired, Active, Trigger
from engine.snapshot.conditions import EVERY_OFFER, Conditions, MappedCircumstances, each_bit
from engine.snapshot.pricing import PricingTable

_ABOUT_CART: Final = tuple(kind for kind in CONDITIONS if kind.subject == "cart")
# Each worker keeps the offers that see a product for this many products: at 10,000 offers, 15 MB.
_REMEMBERED: Final = 4096


class Sight(NamedTuple):
    """The offers whose first and second role see a product, and those that its price may matter to."""

    first: int
    second: int
    priced: int


class Gates:
    """The active offers of a snapshot by what they look at, and the conditions that open them to a cart.

    A set of offers is an integer, one bit per offer in asking order.
    """

    def __init__(self, conditions: Conditions, pricing: PricingTable) -> None:
        self._conditions, self._pricing = conditions, pricing
        self._sights: dict[int, Sight] = {}

    def open_to_shopper(self, circumstances: MappedCircumstances, currency: int) -> tuple[int, int]:
        """Return the offers that this shopper may have now in some cart, and those of them if accepted only.

        These are the conditions that do not look at the cart, so one answer holds for a whole decision.
        """
        found = self._priced & self._conditions.by_currency[currency]
        for kind in CONDITIONS:
            if kind.subject != "cart" and kind not in (Active, AcceptanceRequired):
                found &= self._conditions.indexes[kind].met(circumstances)
        return found & ~self._if_accepted, found & self._if_accepted

    def open_offers(
        self,
        shopper: tuple[int, int],
        circumstances: MappedCircumstances,
        products: Iterable[int],
        accepted: int,
    ) -> int:
        """Return the offers that may apply to a cart of these products, of those open to the shopper.

        Each is open to the cart, and each of its roles sees a product. An offer by acceptance is among them
        only if it is in the set `accepted`.
        """
        first = second = 0
        for product in products:
            sight = self.sight_of(product)
            first |= sight.first
            second |= sight.second
        always, if_accepted = shopper
        found = (first & second | accepted) & (always | if_accepted & accepted)
        for kind in _ABOUT_CART:
            if found:
                holds = self._conditions.indexes[kind].met(circumstances)
                found &= holds | self._trigger_in_terms if kind is Trigger else holds
        return found

    def affected(
        self, offers: int, *, opened: int, changed: Collection[int], products: Collection[int]
    ) -> int:
        """Return those of the offers whose discounts may change with the units of the `changed` products.

        These are the offers that see one of them and those that are `opened` or closed by the change, then
        those with which they share one of the cart's products or exclude each other, and so on.
        """
        affected, before, satisfied = opened, 0, 0
        for product in products:
            if product not in changed:
                sight = self.sight_of(product)
                satisfied |= sight.second & ~sight.first
        satisfied &= self._needs_one
        for product in changed:
            sight = self.sight_of(product)
            affected |= offers & (sight.first | sight.second & ~satisfied)
        affected &= ~self._idle
        if not affected:
            return 0
        sharing = [offers & ~self._idle & self.sight_of(product).priced for product in products]
        while affected != before:
            before = affected
            for together in sharing:
                if together & affected:
                    affected |= together
            for row in each_bit(affected & self._excluding):
                affected |= self._rivals[row] & offers
        return affected

    def sight_of(self, product: int) -> Sight:
        """Return the offers that see the product of a row."""
        sight = self._sights.get(product)
        if sight is None:
            if len(self._sights) >= _REMEMBERED:
                self._sights.clear()
            index = self._pricing.index
            first, second = index.offers_that_see(self._pricing.product(product))
            priced = [*first, *(one for one in second if not index.by_id[one].terms.only_counts_second)]
            sight = Sight(self._bits_of(first), self._bits_of(second), self._bits_of(priced))
            self._sights[product] = sight
        return sight

    def keys_of(self, offers: int) -> list[int]:
        """Return the primary keys of a set of offers."""
        return [self._keys[row] for row in each_bit(offers)]

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
    def _excluding(self) -> int:
        mask = 0
        for row in self._rivals:
            mask |= 1 << row
        return mask

    @cached_property
    def _if_accepted(self) -> int:
        records = self._pricing.offers.values()
        return self._bits_of(one.id for one in records if one.condition(AcceptanceRequired) is not None)

    @cached_property
    def _trigger_in_terms(self) -> int:
        """Return the offers whose terms say themselves what is missing of the trigger."""
        records = self._pricing.offers.values()
        barred = (
            record.id
            for record in records
            if (trigger := record.condition(Trigger)) is not None and record.bars(trigger)
        )
        return EVERY_OFFER & ~self._bits_of(barred)

    def _bits_of(self, offers: Iterable[int]) -> int:
        """Return the set of the offers with these primary keys."""
        records, mask = self._pricing.offers, 0
        for offer in offers:
            mask |= 1 << records[offer].row
        return mask
