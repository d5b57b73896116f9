"""The candidates of held-out questions about known customers, with the features that a fit weighs."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.arrays import Floats
from analytics.stats.context_partners import ContextPartners
from analytics.stats.habit import FEATURES, HabitScore, ProductSales, PurchaseTotals, features_of
from analytics.stats.holdout import Questions
from analytics.stats.ranking import best_of_groups, starts_of
from analytics.stats.sales import Ints
from engine.learned.scoring import POPULAR_UNIT

CART_FEATURES = ("together", "squared", "together_by_size", "owned_together", "owned_by_size")
Features = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidates by question, then by product, with their features."""

    question: Ints  # (n,) ascending
    product: Ints  # (n,)
    features: Features  # (n, n_features)
    is_relevant: npt.NDArray[np.bool_]  # (n,)

    def only(self, chosen: npt.NDArray[np.bool_]) -> "Candidates":
        """Return the chosen candidates, (n,)."""
        return Candidates(
            self.question[chosen], self.product[chosen], self.features[chosen], self.is_relevant[chosen]
        )


@dataclass(frozen=True, slots=True)
class HabitFeatures:
    """The purchases that a customer's row would hold, with the features of each."""

    customer: Ints  # (k,) ids, ascending
    starts: Ints  # (k + 1,)
    product: Ints  # (n,) ascending within a customer
    features: Features  # (n, len(FEATURES))


def habit_features(
    purchases: PurchaseTotals, sold: ProductSales, *, now_us: int, limit: int
) -> HabitFeatures:
    """Return the `limit` strongest habits of each customer, by the default score."""
    strength = HabitScore().score(purchases, sold, now_us=now_us)
    kept = np.sort(
        best_of_groups(
            group=purchases.buyer,
            score=strength,
            tie=purchases.product,
            group_count=len(purchases.customer),
            limit=limit,
        )
    )
    columns = [feature[kept] for _name, feature in features_of(purchases, sold, now_us=now_us)]
    return HabitFeatures(
        customer=purchases.customer,
        starts=starts_of(purchases.buyer[kept], group_count=len(purchases.customer)),
        product=purchases.product[kept],
        features=np.stack(columns, axis=1) if columns else np.empty((0, len(FEATURES)), np.float32),
    )


def cart_candidates(
    *,
    questions: Questions,
    partners: ContextPartners,
    own: HabitFeatures,
    sum_unit: float,
    square_unit: float,
) -> Candidates:
    """Return, of each cart, its partners and the customer's own products: FEATURES, then CART_FEATURES."""
    question, product, habits = _own_of(questions, own)
    width = int(max(partners.product.max(initial=0), product.max(initial=0))) + 1
    cart_keys = np.repeat(np.arange(len(questions)), questions.sizes) * width + questions.context
    fresh = ~np.isin(question * width + product, cart_keys)
    own_keys, habits = (question * width + product)[fresh], habits[fresh]
    partner_keys = partners.question * width + partners.product
    keys = np.union1d(own_keys, partner_keys)
    features = np.zeros((len(keys), len(FEATURES) + len(CART_FEATURES)), np.float32)
    features[np.searchsorted(keys, own_keys), : len(FEATURES)] = habits
    places = np.searchsorted(keys, partner_keys)
    asked, products = np.divmod(keys, width)
    size = np.log1p(questions.sizes[asked]).astype(np.float32)
    owned, company = features[:, 0], features[:, len(FEATURES) :]
    company[places, 0] = np.log1p(partners.sum / sum_unit)
    company[places, 1] = np.log1p(partners.square / square_unit)
    company[:, 2] = company[:, 0] * size
    company[:, 3] = company[:, 0] * owned
    company[:, 4] = owned * size
    return Candidates(asked, products, features, _is_relevant(questions, asked, products))


def next_candidates(
    *, questions: Questions, own: HabitFeatures, best_sellers: Ints, recent: Ints
) -> Candidates:
    """Return, of each customer, their own products and the best sellers: FEATURES, then that of the new ones.

    best_sellers: (m,) product positions; recent: (n_products,) orders of the recent window.
    """
    question, product, habits = _own_of(questions, own)
    width = int(max(best_sellers.max(initial=0), product.max(initial=0))) + 1
    own_keys = question * width + product
    offered = (np.arange(len(questions))[:, None] * width + best_sellers[None, :]).ravel()
    new_keys = np.setdiff1d(offered, own_keys)
    keys = np.union1d(own_keys, new_keys)
    features = np.zeros((len(keys), len(FEATURES) + 1), np.float32)
    features[np.searchsorted(keys, own_keys), : len(FEATURES)] = habits
    features[np.searchsorted(keys, new_keys), -1] = np.log1p(recent[new_keys % width] / POPULAR_UNIT)
    asked, products = np.divmod(keys, width)
    return Candidates(asked, products, features, _is_relevant(questions, asked, products))


def _own_of(questions: Questions, own: HabitFeatures) -> tuple[Ints, Ints, Features]:
    """Return question, product and features of what each question's customer bought before."""
    if not len(own.customer):
        none = np.empty(0, np.int64)
        return none, none, np.empty((0, len(FEATURES)), np.float32)
    places = np.minimum(np.searchsorted(own.customer, questions.customer), len(own.customer) - 1)
    is_known = own.customer[places] == questions.customer
    lengths = np.where(is_known, np.diff(own.starts)[places], 0)
    ends = np.cumsum(lengths)
    rows = np.arange(ends[-1] if len(ends) else 0) + np.repeat(own.starts[places] - ends + lengths, lengths)
    return np.repeat(np.arange(len(questions)), lengths), own.product[rows], own.features[rows]


def _is_relevant(questions: Questions, question: Ints, product: Ints) -> npt.NDArray[np.bool_]:
    width = int(max(product.max(initial=0), questions.relevant.max(initial=0))) + 1
    asked = np.repeat(np.arange(len(questions)), np.diff(questions.relevant_starts))
    return np.isin(question * width + product, asked * width + questions.relevant)


def scores_of(candidates: Candidates, weights: Floats) -> Floats:
    """Return the score of each candidate: (n,)."""
    # Unlike a product by a linear algebra library, einsum's is the same with any number of threads.
    scores: Features = np.einsum("nf,f->n", candidates.features, weights.astype(np.float32))
    return scores.astype(np.float64)
