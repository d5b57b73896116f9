"""Awase as a contender: each question is one decision, made by the code that serves shoppers."""

from collections.abc import Sequence

import numpy as np

from analytics.evaluation.baselines import Answers, Progress
from analytics.evaluation.history import ANONYMOUS
from analytics.evaluation.metrics import DEPTH
from analytics.evaluation.product_file import Catalogue
from analytics.evaluation.questions import Question
from engine.decision import decide
from engine.decision.types import CartItem, DecisionRequest, KnownCustomer
from engine.learned.generations import GenerationData
from engine.snapshot.reader import Snapshot


class ServedScorer:
    """Answer questions about the products of a catalogue from a published snapshot."""

    def __init__(
        self, snapshot: Snapshot, generation: GenerationData, catalogue: Catalogue, *, at: int
    ) -> None:
        self._snapshot = snapshot
        self._generation = generation
        self._skus = catalogue.skus
        self._numbers = {sku: number for number, sku in enumerate(catalogue.skus)}
        self._at = at

    def answer(self, placement: str, questions: Sequence[Question], progress: Progress) -> Answers:
        """Return the recommended products for each question, best first, at most DEPTH."""
        answers = []
        for question in questions:
            decision = decide(snapshot=self._snapshot, request=self._request(placement, question))
            answers.append([self._numbers[proposal.products[0].sku] for proposal in decision.proposals])
            progress(1)
        return answers

    def _request(self, placement: str, question: Question) -> DecisionRequest:
        """Return the request of a storefront: with the product of a page, a cart, or a customer."""
        skus = [self._skus[product] for product in question.context]
        on_page = placement == "product_page"
        return DecisionRequest(
            placement=placement,
            at=self._at,
            product=skus[0] if on_page else None,
            cart=() if on_page else tuple(CartItem(sku, 1) for sku in skus),
            customer=self._known(question.customer),
            limit=DEPTH,
        )

    def _known(self, customer: int) -> KnownCustomer | None:
        """Return what is known of a customer, None of an anonymous one."""
        if customer == ANONYMOUS:
            return None
        customers, starts = self._generation.customers, self._generation.purchase_starts
        row = int(np.searchsorted(customers, customer + 1))
        if row == len(customers) or customers[row] != customer + 1:
            return KnownCustomer()
        return KnownCustomer(purchases=self._generation.purchases[starts[row] : starts[row + 1]].tobytes())
