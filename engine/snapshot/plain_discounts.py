"""Plain discounts: offers that take the same off each unit of what they see, so that few have to be priced.

In a shop with thousands of offers, a popular product has dozens of automatic discounts, of which one applies:
in a lane where offers compete, the one that takes most off each unit. Which one that is can be told from sets
of offers and one comparison per benefit. The others need not be asked for their claims.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from engine.pricing import Benefit, PricingLane, PricingOffer
from engine.pricing.benefit import discount_of
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.snapshot.conditions import each_bit
from engine.snapshot.offer_sets import OfferSets
from engine.snapshot.pricing import PricingTable
from engine.snapshot.sight import Sight, Sights


class PlainGroup(NamedTuple):
    """The plain discounts of one benefit and one priority, as a set of offers."""

    benefit: Benefit
    priority: int
    offers: int


class Surpassed(NamedTuple):
    """What is left of a set of offers without the plain discounts that others surpass.

    `counts` says, by primary key, how many offers that save something an offer stands for besides itself: how
    thoroughly a lane tries its offers depends on their number. `off` is what each unit costs less, by primary
    key of the product, where that is plain: each product has at most one discount, and no other offer is
    left. Otherwise, it is None.
    """

    left: int
    counts: dict[int, int]
    off: dict[int, int] | None = None


class PlainDiscounts:
    """Finds the plain discounts that another one surpasses on every unit.

    An offer is plain if it is a cross-sell in the first lane that only its trigger and the units that are
    left limit: no largest number or amount, no margin to keep, no exclusion, no acceptance. In that lane the
    prices of free units are list prices. Two plain discounts that see only the same line take the same units.
    If one takes more off each, or as much and is asked first, the other never applies, whatever else competes
    for the units: in its place the first would always save more. Only an offer that measures what taken units
    cost could tell the difference, so nothing is left out next to one of those.
    """

    def __init__(self, pricing: PricingTable, sets: OfferSets, sights: Sights) -> None:
        self._pricing, self._sets, self._sights = pricing, sets, sights

    @cached_property
    def _groups(self) -> list[PlainGroup]:
        lane, *_later = self._pricing.timeless_rules.lanes or [PricingLane("")]
        groups: dict[tuple[Benefit, int], list[int]] = {}
        limiting = self._sets.capped | self._sets.with_rivals | self._sets.finite | self._sets.idle
        for offer in self._pricing.index.offers if lane.mode == "best" else ():
            benefit = _benefit_of(offer)
            if benefit is not None and offer.lane == lane.name:
                groups.setdefault((benefit, offer.priority), []).append(offer.id)
        sets = ((key, self._sets.bits_of(ids) & ~limiting) for key, ids in groups.items())
        return [PlainGroup(*key, offers) for key, offers in sets]

    @cached_property
    def _plain(self) -> int:
        plain = 0
        for group in self._groups:
            plain |= group.offers
        return plain

    @cached_property
    def _triggered(self) -> int:
        """Return the plain discounts that have a trigger."""
        offers = (one.id for one in self._pricing.index.offers if len(one.terms.selectors) > 1)
        return self._plain & self._sets.bits_of(offers)

    def can_tell(self, offers: int) -> bool:
        """Tell whether one of the offers might surpass another, or all are plain."""
        plain = offers & self._plain
        return plain == offers or (bool(plain & (plain - 1)) and not offers & self._sets.measuring)

    def surpassed(self, offers: int, products: Mapping[int, bool]) -> Surpassed:
        """Leave out of the `offers` the plain discounts that another of them surpasses.

        `products` are the rows of all products that the cart may hold, bought once and without options, each
        with whether it is in the cart whatever becomes of acceptances.
        """
        plain, is_all_plain = offers & self._plain, not offers & ~self._plain
        counts, off, told = dict[int, int](), dict[int, int](), 0
        sights = [self._sights.of(product) for product in products]
        plain &= _seeing_one(sights)
        for product, sight in zip(products, sights, strict=True):
            here = plain & sight.first
            if here & (here - 1) or (here and is_all_plain):
                there = zip(products.items(), sights, strict=True)
                here &= ~self._triggered | _triggers(
                    other for (row, stays), other in there if stays and row != product
                )
                facts = self._pricing.product(product)
                best, others, off[facts.id] = self._best_of(here, facts.list_minor)
                offers &= ~here | best
                told |= best
                if others:
                    counts[self._sets.keys[best.bit_length() - 1]] = others
        return Surpassed(offers, counts, None if offers & ~told else off)

    def _best_of(self, offers: int, price_minor: int) -> tuple[int, int, int]:
        """Return the plain discount that takes most off a price, how many others take something off, and it.

        It is 0 if nothing takes anything off. Of equal ones it is the one that is asked first: that of the
        highest priority, then the oldest.
        """
        saving = [
            (discount_of(group.benefit, list_minor=price_minor, running_minor=price_minor), group)
            for group in self._groups
            if group.offers & offers
        ]
        saving = [one for one in saving if one[0]]
        if not saving:
            return 0, 0, 0
        first = max((minor, group.priority) for minor, group in saving)
        tied, count = 0, 0
        for minor, group in saving:
            count += (group.offers & offers).bit_count()
            if (minor, group.priority) == first:
                tied |= group.offers & offers
        return 1 << min(each_bit(tied), key=self._sets.keys.__getitem__), count - 1, first[0]


def _benefit_of(offer: PricingOffer) -> Benefit | None:
    """Return the benefit of an offer that is plain by its own terms, None of any other."""
    terms = offer.terms
    if not isinstance(terms, CrossSellTerms) or terms.by_acceptance or not terms.changes_prices:
        return None
    is_limited = terms.max_units is not None or terms.trigger_count > 1
    if is_limited or offer.purchase != "one_time" or offer.base != "running":
        return None
    return terms.benefit


def _seeing_one(sights: Iterable[Sight]) -> int:
    """Return the offers whose first role sees exactly one of the products."""
    once = more = 0
    for sight in sights:
        more |= once & sight.first
        once |= sight.first
    return once & ~more


def _triggers(sights: Iterable[Sight]) -> int:
    """Return the offers of which one of the products may be a trigger."""
    second = 0
    for sight in sights:
        second |= sight.second
    return second
