"""How the links between products are scored: a method and its constants."""

from dataclasses import asdict, dataclass, replace
from typing import Literal

import numpy as np

from analytics.stats.arrays import Floats, Ints
from analytics.stats.sales import DAY_US, Baskets
from analytics.stats.settings import LearningSettings

Method = Literal["co_purchase", "ease", "both"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkParameters:
    """A method to score links, and its constants; a method ignores the constants it does not use.

    Methods:
    - co_purchase: the score of `LearningSettings`.
    - ease: the weights of a regression (`ease`).
    - both: a weighted mean of the two; `ease_share` is the weight of the regression.

    Orders count less the larger (`size_exponent`) and the older they are (`half_life_days`; 0 turns it off).
    Scores are raised to `power`, so that 2 sums squares over a cart. `pair_min_orders` orders must contain a
    pair; 0 takes the number from the settings. `breadth` multiplies the number of partners kept. `popular` is
    the score of the shop's best seller in every cart, in units of a typical best link.
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
        """Return the settings for counting pairs with these parameters."""
        return replace(
            base,
            own_exponent=self.own_exponent,
            partner_exponent=self.partner_exponent,
            partner_limit=limit,
            pair_min_orders=self.pair_min_orders or base.pair_min_orders,
        )

    def order_weights(self, baskets: Baskets) -> Floats:
        """Return the weight of each order: (n_orders,), 0 … 1, by its age relative to the newest."""
        newest_us = int(baskets.placed_us.max(initial=0))
        return self.weigh(sizes=baskets.sizes, placed_us=baskets.placed_us, newest_us=newest_us)

    def weigh(self, *, sizes: Ints, placed_us: Ints, newest_us: int) -> Floats:
        """Return the weight of each order: (n,); `newest_us` is the time of the newest order of all."""
        weights = np.maximum(sizes, 1).astype(np.float64) ** -self.size_exponent
        if self.half_life_days:
            weights *= 0.5 ** ((newest_us - placed_us) / DAY_US / self.half_life_days)
        return weights

    def constants(self) -> dict[str, float]:
        """Return the constants that the method uses, by name."""
        values = {name: value for name, value in asdict(self).items() if name != "method"}
        if not self.pair_min_orders:
            del values["pair_min_orders"]
        unused: dict[Method, tuple[str, ...]] = {
            "co_purchase": ("ridge", "ease_share"),
            "ease": ("own_exponent", "partner_exponent", "ease_share"),
            "both": (),
        }
        return {name: value for name, value in values.items() if name not in unused[self.method]}


# Used until a shop has enough orders to fit its own; see docs/decisions/0020-co-purchase-score.md.
CART_DEFAULT = LinkParameters()
PAGE_DEFAULT = LinkParameters(partner_exponent=0.1)
