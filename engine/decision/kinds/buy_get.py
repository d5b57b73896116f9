"""Buy X get Y: what to add so that the offer applies, and what those products cost then."""

from collections.abc import Iterator
from typing import Final

from engine.decision.basket import (
    TRIED,
    Quantities,
    outcome_of,
    price_basket,
    seen_basket,
    sees,
    terms_of,
    totals_of,
)
from engine.decision.candidate import Candidate, Change, Priced
from engine.decision.context import UNKNOWN, Context
from engine.decision.kinds.proposer import DirectProposer
from engine.decision.priors import PRIOR_RELEVANCE
from engine.pricing import PricedCart, PricingOutcome
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.snapshot.records import OfferRecord

CODE: Final = "buy_get"
# How many of the shop's best sellers are searched for products of the discounted category.
SEARCHED: Final = 200


class BuyGetProposer(DirectProposer):
    """Propose what to add so that the offer applies once more."""

    code = CODE

    def propose(self, context: Context, offer: OfferRecord) -> Iterator[Candidate]:
        """Propose what makes the offer apply once more, for each product that may be discounted."""
        terms = terms_of(offer)
        if not isinstance(terms, BuyGetTerms):
            return
        basket = seen_basket(context, offer, terms)
        bought = _bought(context, offer, terms, basket)
        if bought == UNKNOWN:
            return
        now = price_basket(context, offer, basket)
        discounted, is_learned = _discounted(context, offer, terms, bought)
        for place, got in enumerate(discounted[:TRIED], 1):
            change = _once_more(context, offer, terms, basket, now, (bought, got))
            if change is not None:
                change.learned = is_learned
                yield Candidate(CODE, got, 1 / place, PRIOR_RELEVANCE[CODE] / place, change=change)

    def keeps_promise(self, quick: Priced, exact: Priced) -> bool:
        """Tell whether what is to be added makes the cart save more."""
        del quick
        return exact.gain_minor > 0


def _bought(context: Context, offer: OfferRecord, terms: BuyGetTerms, basket: Quantities) -> int:
    """Return the product to buy: one in focus, else one of the cart; UNKNOWN if there is none."""
    currency = context.snapshot.products.currency
    rows = (*(row for row in context.focus if currency[row] == offer.currency), *sorted(basket))
    return next((row for row in rows if sees(context, terms.buy, row)), UNKNOWN)


def _discounted(
    context: Context, offer: OfferRecord, terms: BuyGetTerms, bought: int
) -> tuple[list[int], bool]:
    """Return the products that may be discounted, and whether the statistics chose them.

    They are more of the same, else picks, else best sellers. Of these, the excluded ones are left out here,
    because few are tried.
    """
    if sees(context, terms.get, bought):
        return [bought], False
    focus = [row for row in context.focus if sees(context, terms.get, row)]
    if offer.curated or focus:
        return list(dict.fromkeys([*offer.curated, *focus])), False
    popular = (row for row, _orders in context.learned.popular()[:SEARCHED])
    excluded = context.excluded_here
    return [
        row for row in popular if sees(context, terms.get, row) and (excluded is None or not excluded[row])
    ], True


def _once_more(
    context: Context,
    offer: OfferRecord,
    terms: BuyGetTerms,
    basket: Quantities,
    now: PricedCart,
    pair: tuple[int, int],
) -> Change | None:
    """Add the fewest units of both products with which the offer applies once more than now."""
    got = pair[1]
    outcome = outcome_of(offer, now)
    times = outcome.times if outcome.status == "applied" else 0
    after = dict(basket)
    for row, units in zip(pair, _lacking(terms, basket, outcome, times, pair), strict=True):
        if units:
            after[row] = after.get(row, 0) + units
    then = price_basket(context, offer, after)
    reached = outcome_of(offer, then)
    if after == basket or reached.status != "applied" or reached.times <= times:
        return None
    touched = {then.lines[place].product for place, _amount in reached.lines}
    rows = [row for row in after if row in pair or context.snapshot.products.pk[row] in touched]
    totals, price = totals_of(context, then), context.snapshot.products.price
    part_minor = tuple([totals[row] for row in rows])
    list_minor = sum(price[row] * after[row] for row in rows)
    added_minor = then.total_minor - now.total_minor
    return Change(
        parts=tuple([(row, after[row]) for row in rows]),
        priced=Priced(list_minor, sum(part_minor), added_minor, part_minor),
        about=(CODE, offer.row, got),
        evidence={"buy": terms.buy_count, "get": terms.get_count, "times": reached.times},
    )


def _lacking(
    terms: BuyGetTerms, basket: Quantities, outcome: PricingOutcome, times: int, pair: tuple[int, int]
) -> tuple[int, int]:
    """Return how many units of the bought and of the discounted product complete one group more."""
    group = terms.buy_count + terms.get_count
    if not basket:
        return (0, group) if pair[0] == pair[1] else (terms.buy_count, terms.get_count)
    if not times:
        buy = sum(one.amount for one in outcome.missing if one.products == terms.buy)
        return buy, sum(one.amount for one in outcome.missing if one.products != terms.buy)
    if pair[0] == pair[1]:
        return 0, group - sum(basket.values()) % group
    wanted = (times + 1) * terms.buy_count, (times + 1) * terms.get_count
    return (
        max(wanted[0] - basket.get(pair[0], 0), 0),
        max(wanted[1] - basket.get(pair[1], 0), 0),
    )
