"""What the statistics say about the products in focus, worked out once a decision and only if asked."""

from itertools import zip_longest

from offers.snapshot.data import PIN_SCORE
from offers.snapshot.reader import Snapshot

# A product's row, and the score or count that ranks it.
Ranked = list[tuple[int, float]]


class Learned:
    """The learned lists for some products; every offer of a decision shares them."""

    def __init__(self, snapshot: Snapshot, focus: list[int]) -> None:
        self._snapshot = snapshot
        self._focus = focus
        self._together: list[int] | None = None
        self._sums: dict[int, float] = {}
        self._strongest: dict[int, int] = {}
        self._popular: Ranked | None = None
        self._levels: list[tuple[int | None, ...]] | None = None
        self._by_level: dict[int, Ranked] = {}

    def bought_together(self) -> list[int]:
        """Return the partners of the focus by the sum of their scores, best first.

        The focus is ascending, so sums and ties come out the same in whatever order a cart was filled.
        """
        if self._together is None:
            for product in self._focus:
                self._add_partners(product)
            self._together = list(self._sums)
            if len(self._focus) > 1:  # the partners of one are sorted already
                self._together.sort(key=self._sums.__getitem__, reverse=True)
        return self._together

    def score_of(self, partner: int) -> float:
        """Return the sum that ranks a partner."""
        return self._sums[partner]

    def strongest_link(self, partner: int) -> int:
        """Return the row of the best-scored link from the focus to this partner, where its evidence stands.

        On a tie it is the earlier product's.
        """
        return self._strongest[partner]

    def owner_of(self, link: int) -> int:
        """Return the product in focus from which a link comes."""
        span = self._snapshot.partners.span
        return next(product for product in self._focus if link in range(*span(product)))

    def is_pinned(self, link: int) -> bool:
        """Tell whether a merchandiser pinned the partner at the end of a link."""
        return self._snapshot.partners.score[link] >= PIN_SCORE

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

    def _add_partners(self, product: int) -> None:
        partners, sums, strongest = self._snapshot.partners, self._sums, self._strongest
        start, end = partners.span(product)
        rows, scores = partners.product[start:end].tolist(), partners.score[start:end].tolist()
        if not sums:
            sums.update(zip(rows, scores, strict=True))
            strongest.update(zip(rows, range(start, end), strict=True))
            return
        for link, (partner, score) in enumerate(zip(rows, scores, strict=True), start):
            if partner not in sums:
                sums[partner], strongest[partner] = score, link
                continue
            sums[partner] += score
            if score > partners.score[strongest[partner]]:
                strongest[partner] = link

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
