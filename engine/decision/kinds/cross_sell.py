"""Cross-sell: products that go with those of page and cart."""

from collections.abc import Mapping
from typing import ClassVar

from engine.decision.basket import terms_of
from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.decision.kinds.proposer import Proposer
from engine.decision.price import is_capped, now_in
from engine.decision.strategies.curated import CURATED
from engine.decision.strategies.habit import ALSO_BOUGHT_BY_CUSTOMER
from engine.decision.strategies.popular import CATEGORY_POPULAR, POPULAR
from engine.decision.strategies.recommended import RECOMMENDED
from engine.decision.strategies.related import RELATED
from engine.decision.strategies.replenishment import REPLENISHMENT
from engine.decision.strategies.similar import SIMILAR
from engine.decision.strategies.strategy import Propose
from engine.decision.strategies.together import BOUGHT_TOGETHER
from engine.decision.strategies.viewed import VIEWED_NOT_BOUGHT
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.snapshot.records import OfferRecord


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
            VIEWED_NOT_BOUGHT,
        )
    }

    def is_quick_exact(self, context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
        """Tell whether every unit gets the benefit, whatever else the cart holds.

        That is so where nothing limits it, and units of other products that are not targets suffice as
        triggers.
        """
        terms = terms_of(offer)
        if not isinstance(terms, CrossSellTerms) or terms.benefit != offer.benefit:
            return False
        if not terms.changes_prices:
            return True
        product, is_target = context.snapshot.pricing.product(candidate.product), terms.target.sees
        if is_capped(context, offer) or terms.max_units is not None:
            return False
        if not terms.by_acceptance and not is_target(product):
            return False
        if terms.trigger is None:
            return True
        lacking, sees = terms.trigger_count, terms.trigger.sees
        for line in now_in(context, offer.currency).lines:
            held = line.product
            if held.id != product.id and sees(held) and (terms.by_acceptance or not is_target(held)):
                lacking -= line.quantity
        return lacking <= 0
