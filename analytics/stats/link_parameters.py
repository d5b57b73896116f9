"""How the links between products are scored: a method and its constants."""

from dataclasses import asdict, dataclass, replace
from typing import Literal

import numpy as np

from analytics.stats.arrays import Floats
from analytics.stats.sales import DAY_US, Baskets, Ints
from analytics.stats.settings import LearningSettings

Method = Literal["co_purchase", "ease", "both"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkParameters:
    """One way to score links; what a method does not use means nothing to it.

    co_purchase: the score of `LearningSettings`. ease: the weights of a regression (`ease`). Of both, orders
    may count less the larger (`size_exponent`) and the older (`half_life_days`, 0 for never) they are, and a
    stored score is raised to `power`: 2 makes of the sum over a cart a sum of squares. both: a weighed mean
    of the two, of which `ease_share` is the regression's. `pair_min_orders` hold a pair that counts, 0 for as
    many as the settings say; `breadth` times the usual number of partners is kept. `popular`: how the shop's
    best seller of late stands in every cart beside what goes with it, in best links of a usual product.
    """

    method: Method = "co_purchase"
    own_exponent: float = 0.75
    partner_exponent: float = 0.3
    size_exponent: float = 0.5
    power: float = 1.0
    half_life_days: float = 0.0
    ridge: float = 0.0
    ease_share: float = 0.0
    pair_min_orders: int = 0
    breadth: float = 1.0
    popular: float = 0.0

    def settings(self, base: LearningSettings, *, limit: int) -> LearningSettings:
        """Return the settings with which to count this parameters's pairs."""
        return replace(
            base,
            own_exponent=self.own_exponent,
            partner_exponent=self.partner_exponent,
            partner_limit=limit,
            pair_min_orders=self.pair_min_orders or base.pair_min_orders,
        )

    def order_weights(self, baskets: Baskets) -> Floats:
        """Return what each order counts: (n_orders,), 0 … 1; the newest order is of age 0."""
        newest_us = int(baskets.placed_us.max(initial=0))
        return self.weigh(sizes=baskets.sizes, placed_us=baskets.placed_us, newest_us=newest_us)

    def weigh(self, *, sizes: Ints, placed_us: Ints, newest_us: int) -> Floats:
        """Return the same for any orders, whose newest need not be among them."""
        weights = np.maximum(sizes, 1).astype(np.float64) ** -self.size_exponent
        if self.half_life_days:
            weights *= 0.5 ** ((newest_us - placed_us) / DAY_US / self.half_life_days)
        return weights

    def constants(self) -> dict[str, float]:
        """Return the constants by name, for people."""
        values = {name: value for name, value in asdict(self).items() if name != "method"}
        if not self.pair_min_orders:
            del values["pair_min_orders"]
        unused: dict[Method, tuple[str, ...]] = {
            "co_purchase": ("ridge", "ease_share"),
            "ease": ("own_exponent", "partner_exponent", "ease_share"),
            "both": (),
        }
        return {name: value for name, value in values.items() if name not in unused[self.method]}


# Served until a shop's own orders say better; see docs/decisions/0020-co-purchase-score.md.
CART_DEFAULT = LinkParameters()
PAGE_DEFAULT = LinkParameters(partner_exponent=0.1)
