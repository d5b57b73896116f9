"""How learned figures become one score: the few numbers that a fit hands to the decision.

They are fitted by `analytics.stats.fit` on the shop's own orders and travel with the generation. A decision
ranks by the sums below; nothing in them is a probability.
"""

from math import log, log1p

from msgspec import Struct

from engine.learned.acceptance import LearnedAcceptance
from engine.learned.newcomers import Newcomers

# Orders of the recent window at which a product counts as one that sells.
POPULAR_UNIT = 3.0
# How many best sellers may compete with the partners of a cart: enough to fill a placement.
MAX_BEST_SELLERS = 20


class CartBlend(Struct, frozen=True):
    """Ranks what a known customer may add to a cart, by its links to the cart and by their habits.

    Of a product, `s` and `q` are the sum of its scores as a partner of the products in the cart, and the sum
    of their squares, each on a logarithmic scale from its unit; `z` is ln(1 + products in the cart).

        (sum_weight + sum_size_weight·z)·s + square_weight·q
        and for what the customer bought before: + cart_score + own_sum_weight·s + own_size_weight·z
    """

    sum_unit: float
    square_unit: float
    sum_weight: float
    square_weight: float
    sum_size_weight: float
    own_sum_weight: float
    own_size_weight: float

    def for_cart(self, size: int) -> tuple[float, float, float, float]:
        """Return the weights of s, of q, of s where owned, and what being owned adds, in such a cart."""
        scale = log(size + 1)
        of_sum = self.sum_weight + self.sum_size_weight * scale
        return of_sum, self.square_weight, self.own_sum_weight, self.own_size_weight * scale


class Scoring(Struct, frozen=True):
    """What was fitted; None and 0 where it was not, or did not help.

    `new_weight` ranks, in a next basket, products that the customer never bought:
    new_weight · ln(1 + recent orders / POPULAR_UNIT) competes with a purchase's `next_score`.
    `cart_popular` and `page_popular` are the scores of the current best seller among partners, in every cart
    and on every page; other best sellers score in proportion to their recent orders. `newcomers` ranks what a
    customer without orders may want, by their attributes. `acceptance` is what shoppers accepted of what they
    were shown.
    """

    cart: CartBlend | None = None
    new_weight: float = 0.0
    cart_popular: float = 0.0
    page_popular: float = 0.0
    newcomers: Newcomers | None = None
    acceptance: LearnedAcceptance = LearnedAcceptance()

    def of_new(self, recent_orders: float) -> float:
        """Return the score of a product that the customer never bought."""
        return self.new_weight * log1p(recent_orders / POPULAR_UNIT)

    def best_seller_score(self, size: int) -> float:
        """Return the score of the best seller among this many products; for one product, that of a page."""
        return self.page_popular if size == 1 else self.cart_popular
