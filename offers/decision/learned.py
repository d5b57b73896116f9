"""What the statistics say about the products in focus, worked out once a decision and only if asked."""

from itertools import zip_longest
from operator import attrgetter

from msgspec import Struct

from offers.snapshot.data import PIN_SCORE
from offers.snapshot.reader import Snapshot

# A product's row, and the score or count that ranks it.
Ranked = list[tuple[int, float]]

_score_of = attrgetter("score")


class Link(Struct):
    """One product's link to a partner: its row among all links, where its evidence stands."""

    owner: int
    row: int
    score: float

    @property
    def is_pinned(self) -> bool:
        """Tell whether a merchandiser pinned the partner."""
        return self.score >= PIN_SCORE


class Learned:
    """The learned lists for some products; every offer of a decision shares them."""

    def __init__(self, snapshot: Snapshot, focus: list[int]) -> None:
        self._snapshot = snapshot
        self._focus = focus
        self._together: list[int] | None = None
        self._sums: dict[int, float] = {}
        self._popular: Ranked | None = None
        self._levels: list[tuple[int | None, ...]] | None = None
        self._by_level: dict[int, Ranked] = {}
        self._strongest: dict[int, Link] = {}

    def bought_together(self) -> list[int]:
        """Return the partners of the focus by the sum of their scores, best first.

        The focus is ascending, so sums and ties come out the same in whatever order a cart was filled.
        """
        if self._together is None:
            partners, sums = self._snapshot.partners, self._sums
            for product in self._focus:
                start, end = partners.span(product)
                scores = partners.score[start:end].tolist()
                for partner, score in zip(partners.product[start:end].tolist(), scores, strict=True):
                    sums[partner] = sums.get(partner, 0.0) + score
            self._together = sorted(sums, key=sums.__getitem__, reverse=True)
        return self._together

    def score_of(self, partner: int) -> float:
        """Return the sum that ranks a partner."""
        return self._sums[partner]

    def strongest_link(self, partner: int) -> Link:
        """Return the best-scored link from the focus to this partner; the earlier product's on a tie."""
        link = self._strongest.get(partner)
        if link is None:
            link = self._strongest[partner] = max(self._links_to(partner), key=_score_of)
        return link

    def popular(self) -> Ranked:
        """Return the best sellers of the whole shop, best first."""
        if self._popular is None:
            self._popular = self._best_sellers(self._snapshot.whole_shop)
        return self._popular

    def popular_at(self, level: int) -> Ranked | None:
        """Return the best sellers of the focus's categories (level 0) or of those `level` steps above.

        Where that is several categories their lists are merged by the number of orders. None is above
        the last root.
        """
        if self._levels is None:
            products, chains = self._snapshot.products, self._snapshot.category_chain
            categories = sorted({products.category[product] for product in self._focus} - {-1})
            self._levels = list(zip_longest(*(chains[category] for category in categories)))
        if level >= len(self._levels):
            return None
        ranked = self._by_level.get(level)
        if ranked is None:
            ranked = self._by_level[level] = self._merged(self._levels[level])
        return ranked

    def _links_to(self, partner: int) -> list[Link]:
        partners, links = self._snapshot.partners, []
        for product in self._focus:
            start, end = partners.span(product)
            members = partners.product[start:end].tolist()
            if partner in members:
                row = start + members.index(partner)
                links.append(Link(product, row, partners.score[row]))
        return links

    def _best_sellers(self, row: int) -> Ranked:
        start, end = self._snapshot.popular.span(row)
        orders = self._snapshot.popular_orders[start:end].tolist()
        return list(zip(self._snapshot.popular[row], orders, strict=True))

    def _merged(self, categories: tuple[int | None, ...]) -> Ranked:
        best: dict[int, float] = {}
        for category in dict.fromkeys(category for category in categories if category is not None):
            for product, orders in self._best_sellers(category):
                best[product] = max(orders, best.get(product, 0))
        return sorted(best.items(), key=lambda entry: entry[1], reverse=True)
