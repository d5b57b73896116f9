"""Gates: which offers can change the prices of a cart, found by sets of offers."""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property, partial
from typing import Final, NamedTuple

from engine.conditions import MinimumSubtotal
from engine.snapshot.columns import Views
from engine.snapshot.conditions import Conditions, MappedCircumstances, each_bit
from engine.snapshot.offer_sets import ABOUT_CART, OfferSets
from engine.snapshot.plain_discounts import PlainDiscounts
from engine.snapshot.pricing import PricingTable
from engine.snapshot.sight import Sight, Sights


class OpenOffers:
    """The offers that concern a shopper's cart: `sight` look at its products.

    `always` are those that this shopper may have in some cart, `if_accepted` those only by acceptance. `free`
    may change a price without being accepted. Of these, `asking` are triggered by the cart and see something
    in it for each role, and depend on more of it.
    """

    def __init__(
        self, sight: Sight, *, always: int, if_accepted: int, free: int, asking: int, find: Callable[[], int]
    ) -> None:
        self.sight, self.always, self.if_accepted = sight, always, if_accepted
        self.free, self.asking = free, asking
        self._find = find

    @cached_property
    def now(self) -> int:
        """Return the offers that are open to the cart, found when somebody has to know."""
        return self._find()


class TooFew(NamedTuple):
    """The units of a cart by product, and what it may hold `besides` that counts too."""

    units: Mapping[int, int]
    besides: Sight


# So few offers are asked by themselves more quickly than all of them at once.
_FEW: Final = 32

Ask = Callable[[], MappedCircumstances]


class Gates:
    """The active offers of a snapshot by what they look at, and the conditions that open them to a cart.

    A set of offers is an integer, one bit per offer in asking order.
    """

    def __init__(self, views: Views, conditions: Conditions, pricing: PricingTable) -> None:
        self._conditions = conditions
        self.sets = OfferSets(views, conditions.limits, pricing)
        self.sights = Sights(views, conditions.triggers, pricing, self.sets)
        self.plain = PlainDiscounts(pricing, self.sets, self.sights)

    def open_to_shopper(
        self, met: int, currency: int, products: Iterable[int], ask: Ask, accepted: int = 0
    ) -> OpenOffers:
        """Return the offers that concern a cart of these products, of which some offers were `accepted`.

        `met` are the offers whose conditions on the offer itself and on the shopper hold; `ask` returns the
        circumstances of the cart.
        """
        found = self.sets.priced & self._conditions.by_currency[currency] & met
        sight = self.sights.of_all(products)
        always, if_accepted = found & ~self.sets.if_accepted, found & self.sets.if_accepted
        free = always & ~self.sets.idle
        seeing = self._seeing(always | if_accepted & accepted, sight, accepted)
        return OpenOffers(
            sight,
            always=always,
            if_accepted=if_accepted,
            free=free,
            asking=seeing & free & self.sets.asking_cart,
            find=partial(self._open_to_cart, seeing, ask),
        )

    def open_after(self, before: OpenOffers, changed: Sight, accepted: int, too_few: TooFew, ask: Ask) -> int:
        """Return the offers that may change a price once the cart holds the `changed` products too.

        One that is `accepted` is among them whether or not it changes a price, and an offer by acceptance
        only then. Those of the others that see `too_few` units are left out.
        """
        shopper = before.free | (before.always | before.if_accepted) & accepted
        found = self._seeing(shopper, before.sight.joined(changed), accepted)
        found &= ~self.seeing_too_few(found, *too_few) | accepted
        # What the changed products cannot close needs not be asked again.
        return self._open_to_cart(found, ask, before.now & ~changed.closing)

    def is_alone_after(self, before: OpenOffers, changed: Sight, own: int, ask: Ask) -> bool:
        """Tell whether only one offer, `own`, is open to the `changed` products and may change a discount.

        Its conditions are known to hold for the cart before; `ask` returns the circumstances of the cart
        after. It is a quick answer for most steps: where it is no, others may still prove to be as they were.
        """
        here = before.sight
        if own & (self.sets.with_rivals | here.priced):
            return False
        triggered = here.triggered | changed.triggered | self.sets.open_without_trigger
        others = before.free & triggered & (here.first | changed.first) & (here.second | changed.second)
        if others & (changed.first | changed.second | changed.triggered) & ~own:
            return False
        shopper = before.always | before.if_accepted
        if not own & shopper & (here.triggered | self.sets.open_without_trigger):
            return False
        return self._opens_and_closes_none(before, changed, own, ask)

    def _opens_and_closes_none(self, before: OpenOffers, changed: Sight, own: int, ask: Ask) -> bool:
        """Tell whether it is plain that a cart is open to the same offers afterwards, and to `own`.

        An offer that the cart's other conditions keep from it before and after changes nothing.
        """
        closed = asked = 0
        if others := before.asking & ~own:
            closed = others & ~before.now
            asked = closed | others & changed.closing
            if asked.bit_count() > _FEW:
                return False
        asked |= own & (before.sight.closing | changed.closing)
        return not asked or self.sets.closed_to(asked, ask()) == closed

    def _seeing(self, shopper: int, sight: Sight, accepted: int) -> int:
        """Return the offers open to the shopper whose roles see a product, or that are `accepted`."""
        found = shopper & (sight.first & sight.second | accepted)
        return found & (sight.triggered | self.sets.open_without_trigger)

    def _open_to_cart(self, found: int, ask: Ask, known: int = 0) -> int:
        """Return those of the offers of which the conditions on the cart hold.

        The circumstances of the cart are asked for only if one of the offers depends on more than products;
        those of which it is `known` are not asked.
        """
        asking = found & self.sets.asking_cart & ~known
        if not asking:
            return found
        asked = ask()
        # The value of the cart is compared for all offers at once.
        found &= self._conditions.indexes[MinimumSubtotal].met(asked) | ~asking
        asking &= found & self.sets.asking_more
        if asking.bit_count() <= _FEW:
            return found & ~self.sets.closed_to(asking, asked)
        for kind in ABOUT_CART:
            found &= self._conditions.indexes[kind].met(asked) | ~asking
        return found

    def affected(self, offers: int, *, opened: int, changed: Sight, unchanged: Collection[int]) -> int:
        """Return those of the offers whose discounts may change with the units of some of a cart's products.

        These are the offers that see one of the `changed` products and those that are `opened` or closed by
        the change, then those with which they share one of the cart's products or exclude each other, and so
        on.
        """
        offers &= ~self.sets.idle
        seen = changed.first | changed.second
        if offers & changed.second & ~changed.first & self.sets.needs_one:
            seen = changed.first | changed.second & ~self._satisfied_by(unchanged)
        affected, before = offers & (opened | seen), 0
        if not affected or affected == offers:
            return affected
        sharing = [offers & self.sights.of(product).priced for product in unchanged]
        while affected != before:
            before = affected
            for together in sharing:
                if together & affected:
                    affected |= together
            for row in each_bit(affected & self.sets.with_rivals):
                affected |= self.sets.rivals[row] & offers
        return affected

    def seeing_too_few(self, offers: int, units: Mapping[int, int], besides: Sight) -> int:
        """Return those of the offers that do nothing for a cart of these units: they see only one of them.

        A cart may hold something `besides` that counts too.
        """
        asking = offers & self.sets.needs_two
        return asking and asking & self.sights.seeing_one(units) & ~(besides.first | besides.second)

    def keys_of(self, offers: int) -> list[int]:
        """Return the primary keys of a set of offers."""
        return [self.sets.keys[row] for row in each_bit(offers)]

    def _satisfied_by(self, products: Iterable[int]) -> int:
        """Return the offers for which one unit suffices, and one of the products is it."""
        satisfied = 0
        for product in products:
            sight = self.sights.of(product)
            satisfied |= sight.second & ~sight.first
        return satisfied & self.sets.needs_one
