"""Choose the constants of all scores on the newest part of the orders.

The newest tenth of the orders is held out for questions. Every second of their baskets is used to choose, the
others to check. Only the checking baskets are reported, and weights that do not pass the check are not used.
If there are few baskets, all of them choose the links: half of them would be too few to choose well, which is
worse than a report that is slightly too good. With hardly any baskets, the defaults are used. The same
orders, settings and seed give the same result.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from analytics.stats.arrays import Flags, Floats, Ints
from analytics.stats.candidates import (
    Candidates,
    HabitFeatures,
    cart_candidates,
    habit_features,
    next_candidates,
    scores_of,
)
from analytics.stats.context_partners import CategoryBestSellers, find_context_partners, hits
from analytics.stats.habit import FEATURES, HabitScore, count_product_sales, find_purchase_totals
from analytics.stats.holdout import Holdout, Questions, hold_out
from analytics.stats.link_parameters import CART_DEFAULT, PAGE_DEFAULT, LinkParameters
from analytics.stats.links import ScoredLinks
from analytics.stats.logit import fit_choice
from analytics.stats.newcomer_fit import fit_newcomers
from analytics.stats.parameter_search import DEPTH, ParameterSearch
from analytics.stats.partner_pool import PartnerPool
from analytics.stats.popular_candidates import find_category_best_sellers, find_shop_best_sellers
from analytics.stats.quality import QuestionQuality
from analytics.stats.sales import Baskets, Progress, no_progress
from analytics.stats.settings import LearningSettings
from analytics.stats.traits import CustomerTraits
from engine.learned.scoring import MAX_BEST_SELLERS, CartBlend, Scoring

# Steps of the progress: about as many parameters are tried.
STEPS = 50
QUESTIONS = ("cart_completion", "product_page", "next_basket")
# Asked where attributes of customers are known.
FIRST_ORDER = "first_order"


@dataclass(frozen=True, slots=True)
class Fitted:
    """The constants to use, and their quality on the baskets that check."""

    cart: LinkParameters = CART_DEFAULT
    page: LinkParameters = PAGE_DEFAULT
    cart_habit: HabitScore = field(default_factory=HabitScore)
    next_habit: HabitScore = field(default_factory=HabitScore)
    scoring: Scoring = field(default_factory=Scoring)
    quality: tuple[QuestionQuality, ...] = ()
    newcomer_weight: float = 0.0


class _Outcome(NamedTuple):
    """Hits by question, of the chosen method and of plain best sellers."""

    questions: Questions
    served: Floats
    baseline: Floats


def fit_scoring(
    *,
    baskets: Baskets,
    is_shown: Flags,
    settings: LearningSettings,
    category: Ints | None = None,
    traits: CustomerTraits | None = None,
    on_progress: Progress = no_progress,
) -> Fitted:
    """Choose parameters and weights.

    is_shown: (n_products,), which products may be offered; category: (n_products,) ids, 0 for none. Without
    traits, newcomers get no weight.
    """
    holdout = hold_out(baskets=baskets, is_shown=is_shown, settings=settings)
    if holdout.basket_count < settings.fit_min_baskets:
        return _unfitted()
    in_category = np.zeros(len(baskets.product), np.int64) if category is None else category
    fitted = _ScoringFit(holdout, settings, in_category, on_progress).run()
    return fitted if traits is None else _with_newcomers(fitted, holdout, traits, settings)


def _with_newcomers(
    fitted: Fitted, holdout: Holdout, traits: CustomerTraits, settings: LearningSettings
) -> Fitted:
    """Add the weight of attributes, if there are enough first orders to choose it."""
    found = fit_newcomers(holdout=holdout, traits=traits, settings=settings)
    if found is None:
        return fitted
    outcome = _Outcome(found.questions, found.served, found.plain)
    method, constants = "attributes" if found.weight else "popular", {"attribute_weight": found.weight}
    row = _quality(FIRST_ORDER, method, constants, outcome)
    return replace(fitted, newcomer_weight=found.weight, quality=(*fitted.quality, row))


def _unfitted() -> Fitted:
    """Return the defaults, without measured quality."""
    constants: list[Mapping[str, float]] = [
        CART_DEFAULT.constants(),
        PAGE_DEFAULT.constants(),
        HabitScore().weights,
    ]
    rows = zip(QUESTIONS, constants, strict=True)
    return Fitted(
        quality=tuple(
            QuestionQuality(question=question, method="default", constants=dict(values), basket_count=0)
            for question, values in rows
        )
    )


class _ScoringFit:
    """One fit: the held-out questions, and what is known about customers and best sellers."""

    def __init__(
        self, holdout: Holdout, settings: LearningSettings, category: Ints, on_progress: Progress
    ) -> None:
        self._holdout = holdout
        self._settings = settings
        self._on_progress = on_progress
        self._steps = 0
        are_few = holdout.basket_count < settings.fit_baskets
        self._carts = holdout.carts if are_few else _half(holdout.carts, 0)
        self._pages = holdout.pages if are_few else _half(holdout.pages, 0)
        is_wanted = np.zeros(len(holdout.training.product), np.bool_)
        is_wanted[self._carts.context] = is_wanted[self._pages.context] = True
        self._pool = PartnerPool(baskets=holdout.training, is_wanted=is_wanted, settings=settings)
        self._sold = count_product_sales(holdout.training, settings)
        longest = int(max(holdout.carts.sizes.max(initial=0), 1))
        ranked = np.argsort(-self._sold.recent, kind="stable")
        self._best_sellers = ranked[: max(settings.popular_limit, DEPTH + longest)]
        self._sellers = find_shop_best_sellers(
            self._sold.recent, limit=min(settings.popular_limit, MAX_BEST_SELLERS)
        )
        # A page with too few links shows best sellers of its category, a cart those of the shop.
        self._category_sellers = find_category_best_sellers(self._sold.recent, category)

    def run(self) -> Fitted:
        """Choose the constants for cart, page and next basket, in this order."""
        settings, holdout = self._settings, self._holdout
        for_carts = self._parameter_search(self._carts, settings.partner_limit, None)
        cart = for_carts.choose_for_carts()
        for_pages = self._parameter_search(self._pages, settings.page_partner_limit, self._category_sellers)
        page = for_pages.choose_for_pages()
        page_outcome = self._outcome(holdout.pages, page, for_pages, self._category_sellers)
        own = self._habit_features()
        plain = self._outcome(holdout.carts, cart, for_carts)
        cart_outcome, blend, cart_habit = self._fit_blend(plain, cart, for_carts.links(cart), own)
        next_outcome, new_weight, next_habit = self._fit_next(own)
        self._on_progress("fit", STEPS, STEPS)
        return Fitted(
            cart=cart,
            page=page,
            cart_habit=cart_habit,
            next_habit=next_habit,
            scoring=Scoring(blend, new_weight),
            quality=(
                _quality(QUESTIONS[0], cart.method, cart.constants() | _weights_of(blend), cart_outcome),
                _quality(QUESTIONS[1], page.method, page.constants(), page_outcome),
                _quality(
                    QUESTIONS[2],
                    "own_frequency",
                    {**next_habit.weights, "new_weight": new_weight},
                    next_outcome,
                ),
            ),
        )

    def _parameter_search(
        self, questions: Questions, limit: int, category_sellers: CategoryBestSellers | None
    ) -> ParameterSearch:
        return ParameterSearch(
            holdout=self._holdout,
            questions=questions,
            pool=self._pool,
            settings=self._settings,
            sellers=self._sellers,
            category_sellers=category_sellers,
            limit=limit,
            on_step=self._step,
        )

    def _habit_features(self) -> HabitFeatures:
        now_us = self._holdout.now_us
        purchases = find_purchase_totals(baskets=self._holdout.training, now_us=now_us)
        return habit_features(purchases, self._sold, now_us=now_us, limit=self._settings.purchase_limit)

    def _fit_blend(
        self, plain: _Outcome, parameters: LinkParameters, links: ScoredLinks, own: HabitFeatures
    ) -> tuple[_Outcome, CartBlend | None, HabitScore]:
        """Fit the weights of partners and habits for known customers' carts; keep them if they hit more."""
        carts = self._holdout.carts
        if not len(own.product) or not len(links.score):
            return plain, None, HabitScore()
        low_score = float(np.quantile(links.score, 0.1))
        units = {"sum_unit": low_score / 4, "square_unit": low_score**2 / 4}
        shared = self._sellers.shared(parameters.popular * links.typical_score)
        partners = find_context_partners(questions=carts, links=links, shared=shared)
        candidates = cart_candidates(questions=carts, partners=partners, own=own, **units)
        weights = _fit_half(candidates, carts)
        blended = self._hits(carts, candidates, weights)
        is_known = np.isin(carts.customer, own.customer)
        served = np.where(is_known, blended, plain.served)
        checks = _is_check(carts)
        if served[checks].sum() <= plain.served[checks].sum():
            return plain, None, HabitScore()
        weights = _fit(candidates)
        sum_, square, sum_by_size, owned_sum, owned_by_size = weights[len(FEATURES) :].tolist()
        blend = CartBlend(
            **units,
            sum_weight=sum_,
            square_weight=square,
            sum_size_weight=sum_by_size,
            own_sum_weight=owned_sum,
            own_size_weight=owned_by_size,
        )
        return plain._replace(served=served), blend, _habit_score(weights)

    def _fit_next(self, own: HabitFeatures) -> tuple[_Outcome, float, HabitScore]:
        """Fit the weights of habits for a next basket; keep them if they hit more often than the default."""
        questions = self._holdout.next_baskets
        sellers = self._best_sellers[: self._settings.popular_limit]
        candidates = next_candidates(
            questions=questions, own=own, best_sellers=sellers, recent=self._sold.recent
        )
        baseline = self._baseline(questions)
        checks = _is_check(questions)
        plain = [(self._hits(questions, candidates, one), one) for one in _plain_weights()]
        hit, weights = max(plain, key=lambda one: one[0][~checks].sum())
        fitted = self._hits(questions, candidates, _fit_half(candidates, questions))
        if fitted[checks].sum() > hit[checks].sum():
            hit, weights = fitted, _fit(candidates)
        return _Outcome(questions, hit, baseline), float(weights[-1]), _habit_score(weights)

    def _outcome(
        self,
        questions: Questions,
        parameters: LinkParameters,
        search: ParameterSearch,
        category_sellers: CategoryBestSellers | None = None,
    ) -> _Outcome:
        """Return the hits of the chosen links, filled up with best sellers."""
        links = search.links(parameters)
        shared = self._sellers.fallback(parameters.popular * links.typical_score)
        partners = find_context_partners(
            questions=questions, links=links, shared=shared, category_sellers=category_sellers
        )
        served = hits(
            question=partners.question,
            product=partners.product,
            score=partners.sum,
            questions=questions,
            depth=DEPTH,
        )
        return _Outcome(questions, served, self._baseline(questions))

    def _hits(self, questions: Questions, candidates: Candidates, weights: Floats) -> Floats:
        return hits(
            question=candidates.question,
            product=candidates.product,
            score=scores_of(candidates, weights),
            questions=questions,
            depth=DEPTH,
        )

    def _baseline(self, questions: Questions) -> Floats:
        """Return the hits of the best sellers in the recent window, without products of the context."""
        question_of = np.repeat(np.arange(len(questions)), len(self._best_sellers))
        products = np.tile(np.sort(self._best_sellers), len(questions))
        width = len(self._sold.recent)
        context = np.repeat(np.arange(len(questions)), questions.sizes) * width + questions.context
        is_new = ~np.isin(question_of * width + products, context)
        question_of, products = question_of[is_new], products[is_new]
        score = self._sold.recent[products].astype(np.float64)
        return hits(question=question_of, product=products, score=score, questions=questions, depth=DEPTH)

    def _step(self) -> None:
        self._steps += 1
        self._on_progress("fit", min(self._steps, STEPS - 1), STEPS)


def _half(questions: Questions, half: int) -> Questions:
    """Return the questions about every second basket: half 0 is used to choose, half 1 to check."""
    return questions.only(questions.basket % 2 == half)


def _is_check(questions: Questions) -> Flags:
    checks: Flags = questions.basket % 2 == 1
    return checks


def _fit_half(candidates: Candidates, questions: Questions) -> Floats:
    """Return the weights fitted on the questions used to choose."""
    return _fit(candidates.only(~_is_check(questions)[candidates.question]))


def _fit(candidates: Candidates) -> Floats:
    """Return the weights fitted on all questions, for use after the check has passed."""
    return fit_choice(
        features=candidates.features, question=candidates.question, is_chosen=candidates.is_relevant
    )


def _plain_weights() -> list[Floats]:
    """Return weights that are not fitted: habits before best sellers, or only recent sales for everybody."""
    habits, sellers = np.zeros(len(FEATURES) + 1), np.zeros(len(FEATURES) + 1)
    habits[[FEATURES.index(name) for name in HabitScore().weights]] = list(HabitScore().weights.values())
    sellers[[FEATURES.index("popular"), -1]] = 1.0
    return [habits, sellers]


def _habit_score(weights: Floats) -> HabitScore:
    return HabitScore(dict(zip(FEATURES, weights[: len(FEATURES)].tolist(), strict=True)))


def _weights_of(blend: CartBlend | None) -> dict[str, float]:
    """Return the weights of partners and habits in a known customer's cart, by name."""
    if blend is None:
        return {}
    return {
        "sum_weight": blend.sum_weight,
        "square_weight": blend.square_weight,
        "sum_size_weight": blend.sum_size_weight,
        "own_sum_weight": blend.own_sum_weight,
        "own_size_weight": blend.own_size_weight,
    }


def _quality(
    question: str, method: str, constants: Mapping[str, float], outcome: _Outcome
) -> QuestionQuality:
    """Return the rates on the questions that check, with a standard error clustered by basket."""
    checks = _is_check(outcome.questions)
    baskets = outcome.questions.basket[checks]
    served = outcome.served[checks]
    if not len(baskets):
        return QuestionQuality(question=question, method=method, constants=dict(constants), basket_count=0)
    _, group = np.unique(baskets, return_inverse=True)
    counts = np.bincount(group)
    rate = float(served.mean())
    # Questions about the same basket are not independent, so their residuals are summed first.
    residuals = np.bincount(group, weights=served - rate)
    error = float(np.sqrt((residuals**2).sum()) / counts.sum())
    return QuestionQuality(
        question=question,
        method=method,
        constants=dict(constants),
        basket_count=len(counts),
        hit_rate=rate,
        standard_error=error,
        baseline_hit_rate=float(outcome.baseline[checks].mean()),
    )
