"""Step 3, propose: where an offer's candidates come from, best first.

A strategy is a function of the context and the offer. STRATEGIES says which ones can serve which kind
of offer; any other combination proposes nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from struct import iter_unpack

from offers.decision.candidate import NOTHING, Candidate
from offers.decision.context import UNKNOWN, Context
from offers.decision.learned import Ranked
from offers.snapshot.data import PIN_SCORE
from offers.snapshot.layout import RELATION_KINDS
from offers.snapshot.records import OfferRecord

Strategy = Callable[[Context, OfferRecord], Iterator[Candidate]]

# How many in a hundred shoppers are expected to take the first proposal of a merchandiser's own choice,
# before there are results to learn it from. The n-th proposal counts 1/n of it.
PRIOR_RELEVANCE = {"curated": 0.08, "ladder": 0.05, "related": 0.06, "bundle": 0.05}
# A product bought in this many orders before is as likely as not to be bought again.
HABIT_ORDERS = 10

_SUBSTITUTE = RELATION_KINDS.index("substitute")
_PURCHASE = "<qIi"  # offers.generations.PURCHASE
_PURCHASE_BYTES = 16


def curated(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the hand-picked products, in their order."""
    del context
    for place, product in enumerate(offer.curated, 1):
        relevance = PRIOR_RELEVANCE["curated"] / place
        yield Candidate("curated", product, 1 / place, relevance, basis=place)


def curated_upgrade(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the hand-picked products instead of the dearest one in focus."""
    price = context.snapshot.products.price
    replaces = max(context.focus, key=price.__getitem__, default=NOTHING)
    for candidate in curated(context, offer):
        candidate.replaces, candidate.quantity = replaces, context.units_of(replaces)
        yield candidate


def ladder(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the next tiers up of the products in focus, the smallest step first."""
    del offer
    return iter(_once(context, _ladder_steps))


def related(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the accessories, consumables and complements of the products in focus."""
    del offer
    kind_of = context.snapshot.relation_kind
    return (one for one in _once(context, _relations) if kind_of[one.basis] != _SUBSTITUTE)


def substitutes(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the substitutes of the products in focus in their place."""
    del offer
    kind_of = context.snapshot.relation_kind
    return (one for one in _once(context, _relations) if kind_of[one.basis] == _SUBSTITUTE)


def bundles(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the offer's own bundles, else those that hold a product in focus; most of it first."""
    if offer.bundles:
        return iter(_ranked_bundles(context, offer.bundles))
    return iter(_once(context, _bundles_in_focus))


def bought_together(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose what is bought with the products in focus, by the sum of the scores."""
    del offer
    confidence = context.snapshot.partners.confidence
    for product, score, link in context.learned.bought_together():
        relevance = confidence[link]
        if score >= PIN_SCORE:
            relevance = max(relevance, PRIOR_RELEVANCE["curated"])
        yield Candidate("bought_together", product, score, relevance, basis=link)


def also_bought_by_customer(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose what this customer buys most often, to be bought again."""
    del offer
    customer = context.request.customer
    if customer is None:
        return
    whole = len(customer.purchases) // _PURCHASE_BYTES * _PURCHASE_BYTES
    for pk, orders, _last_day in iter_unpack(_PURCHASE, customer.purchases[:whole]):
        product = context.snapshot.products.find_pk(pk)
        if product != UNKNOWN:
            relevance = orders / (orders + HABIT_ORDERS)
            yield Candidate("also_bought_by_customer", product, orders, relevance, basis=orders)


def category_popular(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the best sellers of the categories in focus, then of the categories above them."""
    del offer
    level = 0
    while (ranked := context.learned.popular_at(level)) is not None:
        yield from _best_sellers(context, "category_popular", ranked)
        level += 1


def popular(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the best sellers of the whole shop: the last resort."""
    del offer
    return _best_sellers(context, "popular", context.learned.popular())


def _best_sellers(context: Context, strategy: str, ranked: Ranked) -> Iterator[Candidate]:
    """Yield best sellers; their relevance is the share of orders that hold them."""
    order_count = max(context.snapshot.order_count, 1)
    for product, orders in ranked:
        yield Candidate(strategy, product, orders, min(orders / order_count, 1.0), basis=int(orders))


def _ladder_steps(context: Context) -> list[Candidate]:
    """Return every tier above a product in focus, smallest steps first."""
    ladders, prior = context.snapshot.ladders, PRIOR_RELEVANCE["ladder"]
    steps = [
        (to_tier - tier, product, tier, to_tier)
        for product in context.focus
        for tier in ladders.tiers_of[product]
        for to_tier in range(tier + 1, ladders.starts[ladders.ladder[tier] + 1])
    ]
    return [
        Candidate(
            "ladder",
            ladders.product[to_tier],
            score=1 / height,
            relevance=prior / height,
            replaces=product,
            quantity=context.units_of(product),
            from_tier=tier,
            to_tier=to_tier,
        )
        for height, product, tier, to_tier in sorted(steps)
    ]


def _relations(context: Context) -> list[Candidate]:
    """Return what is related to the focus: first every product's first relation, then the seconds."""
    relations, prior = context.snapshot.relations, PRIOR_RELEVANCE["related"]
    kind_of = context.snapshot.relation_kind
    found = [
        (place, product, relations.span(product)[0] + place - 1, other)
        for product in context.focus
        for place, other in enumerate(relations[product], 1)
    ]
    return [
        Candidate(
            "related",
            other,
            1 / place,
            prior / place,
            replaces=product,
            quantity=context.units_of(product) if kind_of[row] == _SUBSTITUTE else 1,
            basis=row,
        )
        for place, product, row, other in sorted(found)
    ]


def _bundles_in_focus(context: Context) -> list[Candidate]:
    """Return the bundles that hold a product in focus."""
    bundles_with = context.snapshot.bundles_with
    return _ranked_bundles(context, sorted({row for one in context.focus for row in bundles_with[one]}))


def _ranked_bundles(context: Context, rows: Sequence[int]) -> list[Candidate]:
    """Return the bundles, those first that hold more of the products in focus."""
    found = [context.snapshot.bundles[row] for row in rows]
    shares = [sum(product in context.focus for product, _ in bundle.items) for bundle in found]
    ranked = sorted(zip(shares, found, strict=True), key=lambda entry: -entry[0])
    prior = PRIOR_RELEVANCE["bundle"]
    return [
        Candidate("bundle", NOTHING, share, prior / place, basis=bundle.row, bundle=bundle)
        for place, (share, bundle) in enumerate(ranked, 1)
    ]


def _once(context: Context, find: Callable[[Context], list[Candidate]]) -> list[Candidate]:
    """Return what depends on the context alone; every offer of a decision shares it."""
    found = context.found.get(find.__name__)
    if found is None:
        found = context.found[find.__name__] = find(context)
    return found


STRATEGIES: dict[str, dict[str, Strategy]] = {
    "upgrade": {"curated": curated_upgrade, "ladder": ladder, "related": substitutes},
    "cross_sell": {
        "curated": curated,
        "related": related,
        "bought_together": bought_together,
        "also_bought_by_customer": also_bought_by_customer,
        "category_popular": category_popular,
        "popular": popular,
    },
    "bundle": {"bundle": bundles},
}
