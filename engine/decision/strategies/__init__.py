"""Where products come from: one module for each family of strategies, and the registry of all.

A kind of offer says which strategies can serve it. What only one kind proposes is in that kind's module.
"""

from engine.decision.strategies.curated import CURATED
from engine.decision.strategies.habit import ALSO_BOUGHT_BY_CUSTOMER
from engine.decision.strategies.ladder import LADDER
from engine.decision.strategies.popular import CATEGORY_POPULAR, POPULAR
from engine.decision.strategies.recommended import RECOMMENDED
from engine.decision.strategies.related import RELATED
from engine.decision.strategies.replenishment import REPLENISHMENT
from engine.decision.strategies.similar import SIMILAR
from engine.decision.strategies.strategy import Strategy
from engine.decision.strategies.together import BOUGHT_TOGETHER
from engine.decision.strategies.viewed import VIEWED_NOT_BOUGHT

STRATEGIES: dict[str, Strategy] = {
    strategy.code: strategy
    for strategy in (
        CURATED,
        LADDER,
        RELATED,
        BOUGHT_TOGETHER,
        ALSO_BOUGHT_BY_CUSTOMER,
        REPLENISHMENT,
        CATEGORY_POPULAR,
        POPULAR,
        RECOMMENDED,
        SIMILAR,
        VIEWED_NOT_BOUGHT,
    )
}
