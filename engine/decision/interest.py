"""Interest: what the shopper looked at lately, by the rows of the snapshot, and how much that says."""

from bisect import bisect_left
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from engine.behaviour.acts import Act, What, read_acts
from engine.decision.types import DecisionRequest, Evidence
from engine.snapshot.reader import Snapshot

# The share by which the relevance of a product counts more at most.
MOST_INTEREST: Final = 0.5
# After this time, a view says half as much; after the other, nothing.
HALF_LIFE_SECONDS: Final = 21_600
FORGOTTEN_SECONDS: Final = 7 * 86_400
# What putting into the cart says, in views; and a category, of each of its products.
ADDED_VIEWS: Final = 2
CATEGORY_SHARE: Final = 0.4


class Viewed(Struct):
    """What the shopper did with a product: how much that says, how often it was viewed and added."""

    strength: float = 0.0
    views: int = 0
    added: int = 0
    last: int = 0

    def evidence(self) -> Evidence:
        """Return how often it was viewed and put into the cart, without what never happened."""
        counts = {"views": self.views, "added": self.added}
        return {name: count for name, count in counts.items() if count}


class Interest(Struct, frozen=True):
    """What the shopper looked at: products by row, the most interesting first, and categories by row.

    How interesting they are is 0 to MOST_INTEREST.
    """

    products: Mapping[int, Viewed] = {}
    categories: Mapping[int, float] = {}

    def __bool__(self) -> bool:
        return bool(self.products or self.categories)

    def of(self, snapshot: Snapshot, product: int) -> float:
        """Return how interesting a product is: by itself, else by the nearest category looked at."""
        viewed = self.products.get(product)
        own = 0.0 if viewed is None else viewed.strength
        category = snapshot.products.category[product]
        if category < 0 or not self.categories:
            return own
        above = (self.categories.get(row, 0.0) for row in snapshot.category_chain[category])
        return max(own, max(above, default=0.0))


NO_INTEREST: Final = Interest()


def read_interest(snapshot: Snapshot, request: DecisionRequest, viewed: list[int]) -> Interest:
    """Return what the shopper looked at: as it is stored, and the rows that the request names as viewed."""
    acts = read_acts(request.behaviour) if request.consent.is_personalised else ()
    if not acts and not viewed:
        return NO_INTEREST
    products: dict[int, Viewed] = {}
    categories: dict[int, float] = {}
    for act in acts:
        age = request.at - act.at
        if age > FORGOTTEN_SECONDS or not isinstance(act.subject, int):
            continue
        if act.what in (What.VIEWED_PRODUCT, What.ADDED_PRODUCT):
            _add_product(products, snapshot.products.find_pk(act.subject), act, age)
        elif (row := _category_row(snapshot, act.subject)) >= 0:
            value = CATEGORY_SHARE * _strength(act.count, age)
            categories[row] = max(categories.get(row, 0.0), value)
    for row in viewed:
        now = products.setdefault(row, Viewed())
        now.strength, now.views = max(now.strength, _strength(1, 0)), max(now.views, 1)
        now.last = max(now.last, request.at)
    best_first = sorted(products.items(), key=lambda one: (-one[1].strength, one[0]))
    return Interest(dict(best_first), categories)


def _add_product(products: dict[int, Viewed], row: int, act: Act, age: int) -> None:
    """Add what was done with a product, unless the snapshot does not contain it."""
    if row < 0:
        return
    known, is_added = products.setdefault(row, Viewed()), act.what == What.ADDED_PRODUCT
    said = _strength(act.count * (ADDED_VIEWS if is_added else 1), age)
    known.strength, known.last = min(known.strength + said, MOST_INTEREST), max(known.last, act.at)
    if is_added:
        known.added += act.count
    else:
        known.views += act.count


def _strength(views: int, age: int) -> float:
    """Return MOST_INTEREST × (1 - 2^-views) × 2^(-age / HALF_LIFE_SECONDS): half of it for one view now."""
    said, left = 1 - 2.0 ** -min(views, 32), 2.0 ** (-max(age, 0) / HALF_LIFE_SECONDS)
    return float(MOST_INTEREST * said * left)


def _category_row(snapshot: Snapshot, pk: int) -> int:
    row = bisect_left(snapshot.category_pk, pk)
    return row if row < len(snapshot.category_pk) and snapshot.category_pk[row] == pk else -1
