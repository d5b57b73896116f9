"""The constants of the statistics, with the defaults that serve.

How they were chosen: docs/decisions/0020-co-purchase-score.md.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningSettings:
    """Every constant that `learn` uses.

    A pair's score is `c / (n_i ** own_exponent * n_j ** partner_exponent)`: c sums
    `|order| ** -size_exponent` over the orders that hold both products, n counts the orders of each.
    """

    size_exponent: float = 0.5  # a product among many says less than one of two
    own_exponent: float = 0.75  # how much a common product's partners yield to a rare one's in one cart
    partner_exponent: float = 0.3  # how much a best seller is held back as a partner; 1 would be lift
    pair_min_orders: int = 2  # a pair seen once is chance
    partner_limit: int = 20
    order_size_limit: int = 250  # products; larger orders are counted as `large_orders` says
    large_order_pairs: int = 100_000_000  # what they may cost in any case; a second or less
    engine: str = "numba"  # who counts the pairs: see `engines`
    popular_days: int = 28
    popular_min_orders: int = (
        1000  # the window grows until it holds as many, or the share below if that is more
    )
    popular_min_share: float = 0.02  # of all orders, 0 … 1
    popular_limit: int = 50
    purchase_limit: int = 100
    page_partner_limit: int = 12  # of a product page: what a page shows, and some to spare
    is_fitted: bool = True  # choose the constants anew each time; else those above serve
    fit_seed: int = 0
    fit_cells: int = 3_000_000  # of the newest orders; what choosing constants may cost does not grow further
    fit_baskets: int = 3000  # held out to choose by
    fit_next_baskets: int = 6000  # the same of known customers, of whose next basket nothing else is known
    fit_min_baskets: int = 200  # with fewer, chance would choose
    ease_product_limit: int = 5000  # its cost grows with the cube: 5 s at 5,000
    ease_min_coverage: float = 0.9  # of all that is sold, 0 … 1
