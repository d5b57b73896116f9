"""Step 3, propose: where an offer's candidates come from, best first.

A strategy is a function of the context and the offer; each family of them has a module. STRATEGIES says
which ones can serve which kind of offer; any other combination proposes nothing.
"""

from offers.decision.strategies.add_on import add_on
from offers.decision.strategies.bundle import bundles
from offers.decision.strategies.buy_get import buy_get
from offers.decision.strategies.curated import curated, curated_upgrade
from offers.decision.strategies.habit import also_bought_by_customer
from offers.decision.strategies.ladder import ladder
from offers.decision.strategies.popular import category_popular, popular
from offers.decision.strategies.proposal import Strategy
from offers.decision.strategies.quantity import quantity
from offers.decision.strategies.recommended import recommended
from offers.decision.strategies.related import related, substitutes
from offers.decision.strategies.replenishment import replenishment
from offers.decision.strategies.similar import similar
from offers.decision.strategies.subscription import subscription
from offers.decision.strategies.threshold import threshold
from offers.decision.strategies.together import bought_together

STRATEGIES: dict[str, dict[str, Strategy]] = {
    "upgrade": {"curated": curated_upgrade, "ladder": ladder, "related": substitutes},
    "cross_sell": {
        "curated": curated,
        "related": related,
        "bought_together": bought_together,
        "also_bought_by_customer": also_bought_by_customer,
        "replenishment": replenishment,
        "category_popular": category_popular,
        "popular": popular,
        "recommended": recommended,
        "similar": similar,
    },
    "bundle": {"bundle": bundles},
    "quantity": {"quantity": quantity},
    "subscription": {"subscription": subscription},
    "add_on": {"add_on": add_on},
    "threshold": {"threshold": threshold},
    "buy_get": {"buy_get": buy_get},
}
