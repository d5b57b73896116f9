"""The constants of the statistics and their defaults.

How they were chosen: docs/decisions/0020-co-purchase-score.md.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningSettings:
    """All constants of `learn`.

    The score of a pair is `c / (n_i ** own_exponent * n_j ** partner_exponent)`: c sums
    `|order| ** -size_exponent` over the orders that contain both products, n counts the orders of each.
    """

    size_exponent: float = 0.5  # reduces the weight of large orders
    own_exponent: float = 0.75  # reduces the effect of a common product in a cart on the ranking of partners
    partner_exponent: float = 0.3  # reduces the score of best sellers as partners; 1 would be lift
    pair_min_orders: int = 2  # a pair in a single order may be chance
    partner_limit: int = 20
    order_size_limit: int = 250  # products; for larger orders see `large_orders`
    large_order_pairs: int = 100_000_000  # minimum budget for their pairs; a second of work at most
    engine: str = "numba"  # counts the pairs, see `engines`
    popular_days: int = 28
    popular_min_orders: int = 1000  # extends the window, see `find_best_sellers`
    popular_min_share: float = 0.02  # of all orders, 0 … 1
    popular_limit: int = 50
    purchase_limit: int = 100
    page_partner_limit: int = 12  # for a product page: what a page shows, and a few spare
    is_fitted: bool = True  # fit the scoring constants; otherwise use those above
    fit_days: int = 7  # of new orders after which they are chosen again; 0: in each run
    fit_growth: float = 0.05  # share of orders more or fewer after which they are chosen again
    fit_seed: int = 0
    fit_cells: int = 3_000_000  # of the newest orders; limits the cost of the fit
    fit_baskets: int = 3000  # held-out baskets to choose by
    fit_next_baskets: int = 6000  # held-out baskets of known customers, for the next basket
    fit_min_baskets: int = 200  # with fewer, chance would decide
    ease_product_limit: int = 5000  # the cost grows with the cube: 5 s at 5,000
    ease_min_coverage: float = 0.9  # of all sales, 0 … 1
