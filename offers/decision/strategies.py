"""Step 3, propose: where an offer's candidates come from, best first.

A strategy is a function of the context and the offer. STRATEGIES says which ones can serve which kind
of offer; any other combination proposes nothing.
"""

from collections.abc import Callable, Iterator
from struct import iter_unpack

from offers.decision.candidate import NOTHING, Candidate
from offers.decision.context import UNKNOWN, Context
from offers.decision.learned import Ranked
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
        candidate.replaces = replaces
        yield candidate


def ladder(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the next tiers up of the products in focus, the smallest step first."""
    del offer
    ladders = context.snapshot.ladders
    steps = [
        (to_tier - tier, product, tier, to_tier)
        for product in context.focus
        for tier in ladders.tiers_of[product]
        for to_tier in range(tier + 1, ladders.starts[ladders.ladder[tier] + 1])
    ]
    for height, product, tier, to_tier in sorted(steps):
        yield Candidate(
            "ladder",
            ladders.product[to_tier],
            score=1 / height,
            relevance=PRIOR_RELEVANCE["ladder"] / height,
            replaces=product,
            from_tier=tier,
            to_tier=to_tier,
        )


def related(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the accessories, consumables and complements of the products in focus."""
    del offer
    return (candidate for kind, candidate in _relations(context) if kind != _SUBSTITUTE)


def substitutes(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the substitutes of the products in focus in their place."""
    del offer
    for kind, candidate in _relations(context):
        if kind == _SUBSTITUTE:
            yield candidate


def bundles(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the offer's own bundles, else those that hold a product in focus, the most of it first."""
    snapshot = context.snapshot
    focus = set(context.focus)
    rows = offer.bundles or sorted({row for product in focus for row in snapshot.bundles_with[product]})
    found = [(snapshot.bundles[row], row) for row in rows]
    shares = [sum(product in focus for product, _ in bundle.items) for bundle, _ in found]
    ranked = sorted(zip(shares, found, strict=True), key=lambda entry: -entry[0])
    for place, (share, (bundle, row)) in enumerate(ranked, 1):
        relevance = PRIOR_RELEVANCE["bundle"] / place
        yield Candidate("bundle", NOTHING, share, relevance, basis=row, bundle=bundle)


def bought_together(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose what is bought with the products in focus, by the sum of the scores."""
    del offer
    learned, confidence = context.learned, context.snapshot.partners.confidence
    for product in learned.bought_together():
        link = learned.strongest_link(product)
        relevance = confidence[link]
        if learned.is_pinned(link):
            relevance = max(relevance, PRIOR_RELEVANCE["curated"])
        yield Candidate("bought_together", product, learned.score_of(product), relevance, basis=link)


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


def _relations(context: Context) -> Iterator[tuple[int, Candidate]]:
    """Yield the relations' kinds and candidates: first every product's first, then the seconds."""
    snapshot = context.snapshot
    found = []
    for product in context.focus:
        start, _end = snapshot.relations.span(product)
        for place, other in enumerate(snapshot.relations[product]):
            found.append((place, product, start + place, other))
    for place, product, row, other in sorted(found):
        relevance = PRIOR_RELEVANCE["related"] / (place + 1)
        candidate = Candidate("related", other, 1 / (place + 1), relevance, replaces=product, basis=row)
        yield snapshot.relation_kind[row], candidate


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
