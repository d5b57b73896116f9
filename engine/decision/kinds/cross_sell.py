"""Cross-sell: products that go with those of page and cart."""

from collections.abc import Mapping
from typing import ClassVar

from engine.decision.kinds.proposer import Proposer
from engine.decision.strategies.curated import CURATED
from engine.decision.strategies.habit import ALSO_BOUGHT_BY_CUSTOMER
from engine.decision.strategies.popular import CATEGORY_POPULAR, POPULAR
from engine.decision.strategies.recommended import RECOMMENDED
from engine.decision.strategies.related import RELATED
from engine.decision.strategies.replenishment import REPLENISHMENT
from engine.decision.strategies.similar import SIMILAR
from engine.decision.strategies.strategy import Propose
from engine.decision.strategies.together import BOUGHT_TOGETHER


class CrossSellProposer(Proposer):
    """Propose products to add; every strategy can find them."""

    code = "cross_sell"
    strategies: ClassVar[Mapping[str, Propose]] = {
        strategy.code: strategy.propose
        for strategy in (
            CURATED,
            RELATED,
            BOUGHT_TOGETHER,
            ALSO_BOUGHT_BY_CUSTOMER,
            REPLENISHMENT,
            CATEGORY_POPULAR,
            POPULAR,
            RECOMMENDED,
            SIMILAR,
        )
    }
