"""Threshold: what the cart lacks for a reward, and products that reach it."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import islice
from operator import itemgetter
from typing import Final

from msgspec import Struct

from engine.decision.basket import TRIED, sees, terms_of
from engine.decision.candidate import NOTHING, Candidate, Change, Priced
from engine.decision.context import Context
from engine.decision.kinds.proposer import DirectProposer
from engine.decision.price import cart_in, price_with_outcome
from engine.decision.priors import PRIOR_RELEVANCE
from engine.decision.strategies.popular import popular
from engine.decision.strategies.recommended import recommended
from engine.decision.types import Detail, ProposedProduct
from engine.pricing import Gift, Selector
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.snapshot.records import OfferRecord

CODE: Final = "threshold"
# How many products that reach the reward are named.
NAMED: Final = 3
# How many of the best fitting products, and of the best sellers, are searched for them.
SEARCHED: Final = 64


class NextReward(Detail, frozen=True):
    """What is missing (`spend` in minor units, or units) and the reward.

    `benefit` is its kind and value; a gift is the proposal's product. Each of `reached_by` reaches it alone.
    """

    missing: str
    amount: int
    benefit: tuple[str, int]
    free_shipping: bool
    reached_by: tuple[ProposedProduct, ...] = ()


class Gap(Struct, frozen=True):
    """What a cart lacks for a reward: an `amount` in minor units of spend or units (`kind`) of products."""

    kind: str
    amount: int
    products: Selector


class Reward(Change, kw_only=True):
    """The reward, and the gap that keeps the cart from it."""

    gap: Gap


class ThresholdProposer(DirectProposer):
    """Propose the next reward of the cart. A gift may be hidden; the other guards apply to it."""

    code = CODE

    def propose(self, context: Context, offer: OfferRecord) -> Iterator[Candidate]:
        """Propose the reward if the cart lacks something for it; the page's product is not in the cart."""
        terms = terms_of(offer)
        if not isinstance(terms, ThresholdTerms):
            return
        gap = _find_gap(context, offer, terms)
        if gap is None:
            return
        gift = _promised_gift(context, terms)
        parts = () if gift is None else ((context.snapshot.products.find_pk(gift.product.id), gift.quantity),)
        if any(row < 0 for row, _units in parts):
            return
        list_minor = 0 if gift is None else gift.product.list_minor * gift.quantity
        added_minor = gap.amount if gap.kind == "spend" else 0
        reward = Reward(
            parts=parts,
            priced=Priced(list_minor, 0, added_minor, (0,) * len(parts)),
            about=(CODE, offer.row),
            evidence={gap.kind: gap.amount},
            given=True,
            gap=gap,
        )
        yield Candidate(CODE, NOTHING, 1, PRIOR_RELEVANCE[CODE], change=reward)

    def price_exactly(
        self, context: Context, offer: OfferRecord, candidate: Candidate, quick: Priced
    ) -> Priced | None:
        """Return the gift at 0: to accept a reward adds nothing to the cart."""
        del context, offer, candidate
        return quick

    def detail(
        self, context: Context, offer: OfferRecord, candidate: Candidate, priced: Priced, named: set[int]
    ) -> Detail | None:
        """Return what is missing, and products that fit the shopper and reach the reward.

        These are searched for when all slots of the page are filled, not while offers compete, so a page does
        it rarely, and they are none that the page names already.
        """
        terms, reward = terms_of(offer), candidate.change
        del priced
        if not isinstance(terms, ThresholdTerms) or not isinstance(reward, Reward):
            return None
        reached_by = self._reaching(context, offer, reward.gap, named)
        named.update([row for row, _product in reached_by])
        return NextReward(
            missing=reward.gap.kind,
            amount=reward.gap.amount,
            benefit=(terms.benefit.kind, terms.benefit.value),
            free_shipping=terms.free_shipping,
            reached_by=tuple([product for _row, product in reached_by]),
        )

    def _reaching(
        self, context: Context, offer: OfferRecord, gap: Gap, named: AbstractSet[int]
    ) -> list[tuple[int, ProposedProduct]]:
        """Return up to NAMED products that reach the reward: the cheapest, or for units the best fitting.

        All guards hold for them. `offer_minor` is what their units cost once they are in the cart.
        """
        units = gap.amount if gap.kind == "units" else 1
        sold = (
            candidate.product
            for candidate in _fitting(context, offer, gap)
            if candidate.product not in named
            and _counts(context, gap, candidate.product, units)
            and self.removed_by(context, offer, candidate) is None
        )
        reaching = ((row, _with_reward(context, offer, row, units)) for row in islice(sold, TRIED))
        return list(islice(((row, one) for row, one in reaching if one is not None), NAMED))


def _promised_gift(context: Context, terms: ThresholdTerms) -> Gift | None:
    """Return the gift to show; None where it is sold out, and the offer gives something else as well."""
    gift = terms.gift
    if gift is None or (terms.benefit.kind == "none" and not terms.free_shipping):
        return gift
    stock, row = context.snapshot.products.stock, context.snapshot.products.find_pk(gift.product.id)
    return None if row < 0 or 0 <= stock[row] < gift.quantity else gift


def _find_gap(context: Context, offer: OfferRecord, terms: ThresholdTerms) -> Gap | None:
    """Return what is missing, None if the reward is reached or nothing to buy would reach it."""
    basket = cart_in(context, offer.currency)
    if not any(sees(context, terms.counted, row) for row in basket):
        kind = "spend" if terms.measure == "spend" else "units"
        return Gap(kind, terms.at_least, terms.counted) if terms.at_least else None
    outcome = price_with_outcome(context, offer, basket)[1]
    if outcome.status != "not_yet" or not outcome.missing:
        return None
    missing = outcome.missing[0]
    return Gap(missing.kind, missing.amount, missing.products) if missing.amount else None


def _fitting(context: Context, offer: OfferRecord, gap: Gap) -> list[Candidate]:
    """Return recommended products, then best sellers; for spend those that cost enough, by price."""
    found: dict[int, Candidate] = {}
    for strategy in (recommended, popular):
        for candidate in islice(strategy(context, offer), SEARCHED):
            found.setdefault(candidate.product, candidate)
    if gap.kind != "spend":
        return list(found.values())
    price = context.snapshot.products.price
    enough = [(price[row], candidate) for row, candidate in found.items() if price[row] >= gap.amount]
    return [candidate for _price, candidate in sorted(enough, key=itemgetter(0))]


def _counts(context: Context, gap: Gap, row: int, units: int) -> bool:
    """Tell whether the product counts for the gap and there are enough units of it."""
    return not 0 <= context.snapshot.products.stock[row] < units and sees(context, gap.products, row)


def _with_reward(context: Context, offer: OfferRecord, row: int, units: int) -> ProposedProduct | None:
    """Return the product as it costs once it is in the cart, None if that does not reach the reward."""
    products = context.snapshot.products
    charged, outcome = price_with_outcome(context, offer, cart_in(context, offer.currency) | {row: units})
    total = charged.cost_of(products.pk[row], units)
    if outcome.status != "applied" or total is None:
        return None
    sku, name, image_url, page_url = products.texts_of(row)
    return ProposedProduct(sku, name, units, image_url, page_url, products.price[row], total)
