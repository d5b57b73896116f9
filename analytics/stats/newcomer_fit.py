"""Whether attributes help with first orders: a weight of affinities, chosen on held-out orders."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Floats, Ints
from analytics.stats.context_partners import hits
from analytics.stats.habit import count_product_sales
from analytics.stats.holdout import Holdout, Questions
from analytics.stats.newcomers import Affinities, find_affinities
from analytics.stats.popular_candidates import find_shop_best_sellers
from analytics.stats.settings import LearningSettings
from analytics.stats.traits import CustomerTraits
from engine.learned.scoring import POPULAR_UNIT

WEIGHTS = (0.25, 0.5, 1.0, 2.0)
# The gain that chooses and the gain that checks, in standard errors: chance would pass one of 100 times.
CHOICE_ERRORS, CHECK_ERRORS = 2.0, 1.0
DEPTH = 10


@dataclass(frozen=True, slots=True)
class NewcomerFit:
    """The weight that helps, 0 if none does, and the hits on first orders of customers with traits."""

    questions: Questions
    weight: float
    served: Floats  # (n_questions,) with the weight
    plain: Floats  # (n_questions,) with best sellers alone


def fit_newcomers(
    *, holdout: Holdout, traits: CustomerTraits, settings: LearningSettings
) -> NewcomerFit | None:
    """Fit the weight on the held-out first orders, None if there are too few of them."""
    recent = count_product_sales(holdout.training, settings).recent
    sellers = find_shop_best_sellers(recent, limit=settings.popular_limit).product
    affinities = find_affinities(baskets=holdout.training, traits=traits, recent=recent, best_sellers=sellers)
    place, trait = traits.of(holdout.newcomers.customer)
    has_traits = np.zeros(len(holdout.newcomers), np.bool_)
    has_traits[place[affinities.is_known[trait]]] = True
    if has_traits.sum() < settings.fit_min_baskets:
        return None
    return fit_weight(
        questions=holdout.newcomers.only(has_traits),
        traits=traits,
        affinities=affinities,
        recent=recent,
        best_sellers=sellers,
    )


def fit_weight(
    *,
    questions: Questions,
    traits: CustomerTraits,
    affinities: Affinities,
    recent: Ints,
    best_sellers: Ints,
) -> NewcomerFit:
    """Choose the weight on every second question and check it on the others."""
    question, product, affinity = _candidates(questions, traits, affinities, best_sellers)
    popular = np.log1p(recent[product] / POPULAR_UNIT)

    def hits_with(weight: float) -> Floats:
        score = popular + weight * affinity
        return hits(question=question, product=product, score=score, questions=questions, depth=DEPTH)

    plain = hits_with(0.0)
    tried = [(weight, hits_with(weight)) for weight in WEIGHTS]
    checks = questions.basket % 2 == 1
    weight, served = max(tried, key=lambda one: (one[1][~checks].sum(), -one[0]))
    gains = served - plain
    if _helps(gains[~checks], CHOICE_ERRORS) and _helps(gains[checks], CHECK_ERRORS):
        return NewcomerFit(questions, weight, served, plain)
    return NewcomerFit(questions, 0.0, plain, plain)


def _helps(gains: Floats, errors: float) -> bool:
    """Tell whether the gain is larger than so many standard errors of it."""
    return bool(gains.sum() > errors * np.sqrt((gains**2).sum()))


def _candidates(
    questions: Questions, traits: CustomerTraits, affinities: Affinities, best_sellers: Ints
) -> tuple[Ints, Ints, Floats]:
    """Return question, product and affinity of all candidates, by question, then by product."""
    place, trait = traits.of(questions.customer)
    known = affinities.is_known[trait]
    place, trait = place[known], trait[known]
    trait_counts = np.bincount(place, minlength=len(questions))
    lengths = np.diff(affinities.starts)[trait]
    ends = np.cumsum(lengths)
    rows = np.arange(ends[-1] if len(ends) else 0) + np.repeat(
        affinities.starts[:-1][trait] - ends + lengths, lengths
    )
    owner = np.repeat(place, lengths)
    width = int(max(affinities.product.max(initial=0), best_sellers.max(initial=0))) + 1
    offered = (np.arange(len(questions))[:, None] * width + best_sellers[None, :]).ravel()
    keys = np.concatenate([owner * width + affinities.product[rows], offered])
    shares = np.concatenate([affinities.affinity[rows] / trait_counts[owner], np.zeros(len(offered))])
    found, entry = np.unique(keys, return_inverse=True)
    question, product = np.divmod(found, width)
    affinity: Floats = np.bincount(entry, weights=shares, minlength=len(found)).astype(np.float64)
    return question, product, affinity
