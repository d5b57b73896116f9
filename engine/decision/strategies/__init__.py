"""Step 3, propose: where an offer's candidates come from, best first.

A strategy is a function of the context and the offer; each family of them has a module. STRATEGIES says
which ones can serve which kind of offer; any other combination proposes nothing.
"""

from engine.decision.strategies.add_on import add_on
from engine.decision.strategies.bundle import bundles
from engine.decision.strategies.buy_get import buy_get
from engine.decision.strategies.curated import curated, curated_upgrade
from engine.decision.strategies.habit import also_bought_by_customer
from engine.decision.strategies.ladder import ladder
from engine.decision.strategies.popular import category_popular, popular
from engine.decision.strategies.proposal import Strategy
from engine.decision.strategies.quantity import quantity
from engine.decision.strategies.recommended import recommended
from engine.decision.strategies.related import related, substitutes
from engine.decision.strategies.replenishment import replenishment
from engine.decision.strategies.similar import similar
from engine.decision.strategies.subscription import subscription
from engine.decision.strategies.threshold import threshold
from engine.decision.strategies.together import bought_together

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
