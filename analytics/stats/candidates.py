"""The candidates of held-out questions about known customers, with the features that the fit weights."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.arrays import Flags, Floats, Ints
from analytics.stats.context_partners import ContextPartners, find_keys
from analytics.stats.habit import FEATURES, HabitScore, ProductSales, PurchaseTotals, features_of
from analytics.stats.holdout import Questions
from analytics.stats.ranking import best_of_groups, starts_of
from engine.learned.scoring import POPULAR_UNIT

CART_FEATURES = ("sum", "square", "sum_by_size", "owned_sum", "owned_by_size")
Features = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidates with their features, sorted by question, then by product."""

    question: Ints  # (n,) ascending
    product: Ints  # (n,)
    features: Features  # (n, n_features)
    is_relevant: Flags  # (n,)

    def only(self, chosen: Flags) -> "Candidates":
        """Return the chosen candidates, (n,)."""
        return Candidates(
            self.question[chosen], self.product[chosen], self.features[chosen], self.is_relevant[chosen]
        )


@dataclass(frozen=True, slots=True)
class HabitFeatures:
    """The purchases that are stored for each customer, with the features of each."""

    customer: Ints  # (k,) ids, ascending
    starts: Ints  # (k + 1,)
    product: Ints  # (n,) ascending within a customer
    features: Features  # (n, len(FEATURES))


def habit_features(
    purchases: PurchaseTotals, sold: ProductSales, *, now_us: int, limit: int
) -> HabitFeatures:
    """Return the features of each customer's `limit` strongest habits, by the default score."""
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
    """Return each cart's partners and its customer's own products, with FEATURES, then CART_FEATURES."""
    question, product, habits = _own_of(questions, own)
    width = int(max(partners.product.max(initial=0), product.max(initial=0))) + 1
    cart_keys = np.repeat(np.arange(len(questions)), questions.sizes) * width + questions.context
    own_keys = question * width + product
    is_new = np.ones(len(own_keys), np.bool_)
    is_new[find_keys(cart_keys, among=own_keys)[0]] = False
    own_keys, habits = own_keys[is_new], habits[is_new]
    partner_keys = partners.question * width + partners.product
    keys = _union(own_keys, partner_keys)
    features = np.zeros((len(keys), len(FEATURES) + len(CART_FEATURES)), np.float32)
    features[np.searchsorted(keys, own_keys), : len(FEATURES)] = habits
    places = np.searchsorted(keys, partner_keys)
    question_of, products = np.divmod(keys, width)
    size = np.log1p(questions.sizes[question_of]).astype(np.float32)
    owned, cart = features[:, 0], features[:, len(FEATURES) :]
    cart[places, 0] = np.log1p(partners.sum / sum_unit)
    cart[places, 1] = np.log1p(partners.square / square_unit)
    cart[:, 2] = cart[:, 0] * size
    cart[:, 3] = cart[:, 0] * owned
    cart[:, 4] = owned * size
    return Candidates(question_of, products, features, _is_relevant(questions, question_of, products))


def next_candidates(
    *, questions: Questions, own: HabitFeatures, best_sellers: Ints, recent: Ints
) -> Candidates:
    """Return each customer's own products and the best sellers, with FEATURES, then one of best sellers.

    The last feature is the popularity of a best seller that the customer never bought, else 0.
    best_sellers: (m,) product positions; recent: (n_products,) orders of the recent window.
    """
    question, product, habits = _own_of(questions, own)
    width = int(max(best_sellers.max(initial=0), product.max(initial=0))) + 1
    own_keys = question * width + product
    offered = (np.arange(len(questions))[:, None] * width + np.sort(best_sellers)[None, :]).ravel()
    is_new = np.ones(len(offered), np.bool_)
    is_new[find_keys(own_keys, among=offered)[0]] = False
    new_keys = offered[is_new]
    keys = _union(own_keys, new_keys)
    features = np.zeros((len(keys), len(FEATURES) + 1), np.float32)
    features[np.searchsorted(keys, own_keys), : len(FEATURES)] = habits
    features[np.searchsorted(keys, new_keys), -1] = np.log1p(recent[new_keys % width] / POPULAR_UNIT)
    question_of, products = np.divmod(keys, width)
    return Candidates(question_of, products, features, _is_relevant(questions, question_of, products))


def _own_of(questions: Questions, own: HabitFeatures) -> tuple[Ints, Ints, Features]:
    """Return question, product and features of everything that the customer of each question bought."""
    if not len(own.customer):
        none = np.empty(0, np.int64)
        return none, none, np.empty((0, len(FEATURES)), np.float32)
    places = np.minimum(np.searchsorted(own.customer, questions.customer), len(own.customer) - 1)
    is_known = own.customer[places] == questions.customer
    lengths = np.where(is_known, np.diff(own.starts)[places], 0)
    ends = np.cumsum(lengths)
    rows = np.arange(ends[-1] if len(ends) else 0) + np.repeat(own.starts[places] - ends + lengths, lengths)
    return np.repeat(np.arange(len(questions)), lengths), own.product[rows], own.features[rows]


def _union(first: Ints, second: Ints) -> Ints:
    """Return the ascending union of two ascending arrays without duplicates."""
    keys = np.sort(np.concatenate([first, second]), kind="stable")  # merges two sorted runs
    return keys[np.diff(keys, prepend=-1) > 0]


def _is_relevant(questions: Questions, question: Ints, product: Ints) -> Flags:
    width = int(max(product.max(initial=0), questions.relevant.max(initial=0))) + 1
    question_of = np.repeat(np.arange(len(questions)), np.diff(questions.relevant_starts))
    flags = np.zeros(len(question), np.bool_)
    relevant = question_of * width + questions.relevant
    flags[find_keys(relevant, among=question * width + product)[0]] = True
    return flags


def scores_of(candidates: Candidates, weights: Floats) -> Floats:
    """Return the score of each candidate: (n,)."""
    # Unlike a matrix product by BLAS, einsum gives the same result with any number of threads.
    scores: Features = np.einsum("nf,f->n", candidates.features, weights.astype(np.float32))
    return scores.astype(np.float64)
