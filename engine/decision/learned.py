"""What the statistics say about the products in focus, worked out once a decision and only when needed."""

from itertools import chain, zip_longest
from operator import itemgetter

from engine.learned.scoring import MAX_BEST_SELLERS
from engine.snapshot.data import PIN_SCORE
from engine.snapshot.reader import Snapshot

# A product's row, and the score or count that ranks it.
Ranked = list[tuple[int, float]]
# A partner's row, the sum of its scores, and its strongest link from the focus (on a tie that of the earlier
# product), whose evidence explains it.
Together = tuple[int, float, int]

_row_of, _sum_of = itemgetter(0), itemgetter(1)


class LearnedLists:
    """The learned lists for some products; every offer of a decision shares them."""

    def __init__(self, snapshot: Snapshot, focus: list[int]) -> None:
        self._snapshot = snapshot
        self._focus = focus
        self._together: list[Together] | None = None
        self._popular: Ranked | None = None
        self._levels: list[tuple[int | None, ...]] | None = None
        self._by_level: dict[int, Ranked] = {}

    def bought_together(self) -> list[Together]:
        """Return the partners of the focus by the sum of their scores, best first.

        The links of a single product have other scores than those of a cart, because its page asks another
        question. The focus is ascending, so sums and ties do not depend on the order of the cart's lines.
        """
        if self._together is None:
            lists = [self._partners_of(product) for product in self._focus]
            self._together = lists[0] if len(lists) == 1 else _by_sum(lists)
        return self._together

    def owner_of(self, link: int) -> int:
        """Return the product in focus from which a link comes."""
        start_of, owner = self._snapshot.partners.start_of, self._focus[0]
        for product in self._focus[1:]:  # ascending, and so are their links
            if start_of(product) > link:
                break
            owner = product
        return owner

    def is_pinned(self, link: int) -> bool:
        """Tell whether a merchandiser pinned the partner at the end of a link."""
        return self._snapshot.partners.score[link] >= PIN_SCORE

    def popular(self) -> Ranked:
        """Return the best sellers of the whole shop, best first."""
        if self._popular is None:
            self._popular = self._best_sellers(self._snapshot.whole_shop)
        return self._popular

    def best_sellers_scored(self, first: float) -> Ranked:
        """Return the first best sellers with scores by their orders, the best one's `first`; none for 0."""
        ranked = self.popular()[:MAX_BEST_SELLERS] if first else []
        return [(product, first * orders / ranked[0][1]) for product, orders in ranked]

    def popular_at(self, level: int) -> Ranked | None:
        """Return the best sellers of the focus's categories (level 0) or of those `level` steps above.

        The lists of several categories are merged by the number of orders. Return None above the last root.
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

    def _partners_of(self, product: int) -> list[Together]:
        """Return a product's partners as the snapshot keeps them: best first."""
        partners = self._snapshot.partners
        start, end = partners.span(product)
        score = partners.score if len(self._focus) > 1 else partners.page_score
        rows, scores = partners.product[start:end].tolist(), score[start:end].tolist()
        return list(zip(rows, scores, range(start, end), strict=True))

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


def _by_sum(lists: list[list[Together]]) -> list[Together]:
    """Return the partners of several products by the sum of their scores; on a tie, the first come first."""
    links = list(chain.from_iterable(lists))
    if len(set(map(_row_of, links))) < len(links):
        links = _summed(lists)
    return sorted(links, key=_sum_of, reverse=True)


def _summed(lists: list[list[Together]]) -> list[Together]:
    """Return every partner once, in the order of the lists."""
    together: dict[int, Together] = {}
    strongest: dict[int, float] = {}
    for links in lists:
        of_row = {link[0]: link for link in links}
        for row in together.keys() & of_row.keys():
            known, link = together[row], of_row[row]
            best = strongest.get(row, known[1])
            is_stronger = link[1] > best
            strongest[row] = link[1] if is_stronger else best
            of_row[row] = row, known[1] + link[1], link[2] if is_stronger else known[2]
        together.update(of_row)
    return list(together.values())
