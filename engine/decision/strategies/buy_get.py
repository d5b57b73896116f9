"""Buy X get Y: what to add so that the offer applies, and what those products then cost."""

from collections.abc import Iterator

from engine.decision.basket import (
    TRIED,
    Basket,
    outcome_of,
    price_basket,
    seen_basket,
    sees,
    terms_of,
    totals_of,
)
from engine.decision.candidate import Candidate, Change
from engine.decision.context import UNKNOWN, Context
from engine.decision.strategies.proposal import PRIOR_RELEVANCE
from engine.pricing import Outcome, PricedCart
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.snapshot.records import OfferRecord

# So many of the shop's best sellers are looked through for one of the discounted category.
LOOKED_THROUGH = 200


def buy_get(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose what makes the offer apply once more, with each product that it can be had on."""
    terms = terms_of(offer)
    if not isinstance(terms, BuyGetTerms):
        return
    basket = seen_basket(context, offer, terms)
    bought = next((row for row in context.focus if row in basket and sees(context, terms.buy, row)), UNKNOWN)
    if bought == UNKNOWN:
        bought = next((row for row in sorted(basket) if sees(context, terms.buy, row)), UNKNOWN)
    if bought == UNKNOWN:
        return
    now = price_basket(context, offer, basket)
    for place, got in enumerate(_targets(context, offer, terms, bought)[:TRIED], 1):
        change = _once_more(context, offer, terms, basket, now, (bought, got))
        if change is not None:
            relevance = PRIOR_RELEVANCE["buy_get"] / place
            yield Candidate("buy_get", got, 1 / place, relevance, change=change)


def _targets(context: Context, offer: OfferRecord, terms: BuyGetTerms, bought: int) -> list[int]:
    """Return the products that the benefit could be had on: more of the same, picks, best sellers."""
    if sees(context, terms.get, bought):
        return [bought]
    focus = [row for row in context.focus if sees(context, terms.get, row)]
    if offer.curated or focus:
        return list(dict.fromkeys([*offer.curated, *focus]))
    popular = (row for row, _orders in context.learned.popular()[:LOOKED_THROUGH])
    return [row for row in popular if sees(context, terms.get, row)]


def _once_more(
    context: Context,
    offer: OfferRecord,
    terms: BuyGetTerms,
    basket: Basket,
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
    return Change(
        parts=tuple((row, after[row]) for row in rows),
        part_minor=tuple(totals[row] for row in rows),
        list_minor=sum(price[row] * after[row] for row in rows),
        added_minor=max(then.total_minor - now.total_minor, 0),
        about=("buy_get", offer.row, got),
        evidence={"buy": terms.buy_count, "get": terms.get_count, "times": reached.times},
    )


def _lacking(
    terms: BuyGetTerms, basket: Basket, outcome: Outcome, times: int, pair: tuple[int, int]
) -> tuple[int, int]:
    """Return how many units of what is bought and of what is got would make one group more."""
    if not times:
        buy = sum(one.amount for one in outcome.missing if one.products == terms.buy)
        return buy, sum(one.amount for one in outcome.missing if one.products != terms.buy)
    group = terms.buy_count + terms.get_count
    if pair[0] == pair[1]:
        return 0, group - sum(basket.values()) % group
    wanted = (times + 1) * terms.buy_count, (times + 1) * terms.get_count
    return (
        max(wanted[0] - basket.get(pair[0], 0), 0),
        max(wanted[1] - basket.get(pair[1], 0), 0),
    )
