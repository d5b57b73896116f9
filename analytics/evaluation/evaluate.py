"""Split the orders, train on the earlier ones, test on the later ones, and score the answers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from django.utils.translation import gettext as _

from analytics.evaluation import baselines
from analytics.evaluation.baselines import Answers
from analytics.evaluation.history import ANONYMOUS, History, last_tenth_us, moment, split
from analytics.evaluation.metrics import DEPTH, Scores, score
from analytics.evaluation.product_file import Catalogue
from analytics.evaluation.publication import learn_from, publish
from analytics.evaluation.questions import Question, QuestionSet, draw_questions
from analytics.evaluation.served import ServedScorer
from analytics.stats.quality import QuestionQuality
from analytics.stats.sales import Progress, no_progress
from analytics.stats.settings import LearningSettings
from engine.learned.generations import GenerationData

SERVED = "served"
# With fewer products, a list of ten in any order finds half of them or more: every contender looks good.
FEWEST_PRODUCTS = 2 * DEPTH
Contender = Callable[[Sequence[Question], Callable[[int], object]], Answers]
# Called with a kind of question and the orders to learn from; returns further contenders by name.
Peers = Callable[[str, History], dict[str, Contender]]


class NothingToMeasureError(Exception):
    """There are no orders to train or to test on; the message is shown to the user."""


@dataclass(frozen=True, slots=True)
class PartCounts:
    """The size of one side of the split."""

    orders: int
    lines: int  # each product of an order counted once
    products: int
    customers: int


@dataclass(frozen=True, slots=True)
class Result:
    """The scores of one contender, and how long its answers took."""

    contender: str
    scores: Scores
    seconds: float


@dataclass(frozen=True, slots=True)
class QuestionResults:
    """The results of all contenders for one set of questions; Awase is the first."""

    code: str
    question_count: int
    basket_count: int
    results: list[Result]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The result; the same orders, split, seed and settings give the same one, except for the seconds."""

    before_us: int
    seed: int
    settings: LearningSettings
    training: PartCounts
    test: PartCounts
    product_count: int  # in training and not hidden: what can be recommended
    questions: list[QuestionResults]
    quality: tuple[QuestionQuality, ...]  # selected methods, and their results on the last training orders
    seconds: dict[str, float]  # by stage

    @property
    def has_too_few_products(self) -> bool:
        """Tell whether a list of recommendations holds so much of the shop that its scores say nothing."""
        return self.product_count < FEWEST_PRODUCTS


def no_peers(_code: str, _training: History) -> dict[str, Contender]:
    """Return no further contenders."""
    return {}


def evaluate(
    history: History,
    catalogue: Catalogue,
    *,
    before_us: int | None,
    seed: int,
    settings: LearningSettings,
    peers: Peers = no_peers,
    on_progress: Progress = no_progress,
) -> Evaluation:
    """Compare Awase with the baselines; without `before_us` it tests on the last tenth of the orders.

    `peers` adds further contenders. Hidden products are used for training, as in a recompute, but not in
    questions or answers. Raises NothingToMeasureError.
    """
    cut = last_tenth_us(history) if before_us is None else before_us
    training, test = split(history.only(catalogue.is_known), before_us=cut)
    _require_lines(training, test, history, cut)
    visible = training.only(~catalogue.is_hidden)
    sets = _draw(visible, test, cut=cut, seed=seed)
    seconds: dict[str, float] = {}
    with timed(seconds, "learn"):
        learned = learn_from(training, catalogue, settings=settings, on_progress=on_progress)
    with timed(seconds, "publish"):
        served = _serve(learned.data, training, catalogue, at=cut // 1_000_000)
    product_count = int(visible.seen().sum())

    def contenders(code: str) -> dict[str, Contender]:
        return {SERVED: partial(served.answer, code), **_baselines(code, visible), **peers(code, visible)}

    with timed(seconds, "ask"):
        questions = [_compare(one, contenders(one.code), product_count, on_progress) for one in sets]
    return Evaluation(
        before_us=cut,
        seed=seed,
        settings=settings,
        training=_count(training),
        test=_count(test),
        product_count=product_count,
        questions=questions,
        quality=learned.quality,
        seconds=seconds,
    )


def _serve(generation: GenerationData, training: History, catalogue: Catalogue, *, at: int) -> ServedScorer:
    """Publish what was learned, and return a scorer that answers like a web worker at `at` (seconds)."""
    with TemporaryDirectory(prefix="awase-evaluate-") as folder:
        # The snapshot stays mapped after its folder is deleted.
        snapshot = publish(generation, training, catalogue, slot_count=DEPTH, folder=Path(folder))
    return ServedScorer(snapshot, generation, catalogue, at=at)


def _require_lines(training: History, test: History, whole: History, cut: int) -> None:
    """Refuse a split with an empty side."""
    if len(training.order) and len(test.order):
        return
    if not len(whole.order):
        raise NothingToMeasureError(_("There are no order lines to learn from."))
    message = (
        _("No orders were placed before %(cut)s, so there is nothing to learn from.")
        if not len(training.order)
        else _("No orders were placed after %(cut)s, so there is nothing to test with.")
    )
    span = _("The orders range from %(first)s to %(last)s.") % {
        "first": moment(whole.placed_us[0]),
        "last": moment(whole.placed_us[-1]),
    }
    raise NothingToMeasureError(f"{message % {'cut': moment(cut)}} {span}")


def _draw(training: History, test: History, *, cut: int, seed: int) -> list[QuestionSet]:
    """Draw the questions; raise if there are none."""
    sets = draw_questions(training, test, seed=seed)
    if any(one.questions for one in sets):
        return sets
    raise NothingToMeasureError(
        _(
            "No order after %(cut)s can be used for testing. An order needs two products that "
            "were sold before that time."
        )
        % {"cut": moment(cut)}
    )


def _baselines(code: str, training: History) -> dict[str, Contender]:
    """Return the baselines for this kind of question."""
    if code == "next_basket":
        return {
            "own_purchases": partial(baselines.own_purchases, training),
            "copurchase_count": partial(baselines.customer_copurchase_count, training),
            "popularity": partial(baselines.popularity, training),
        }
    return {
        "copurchase_count": partial(baselines.copurchase_count, training),
        "popularity": partial(baselines.popularity, training),
    }


def _compare(
    one: QuestionSet, contenders: dict[str, Contender], product_count: int, on_progress: Progress
) -> QuestionResults:
    """Ask each contender all questions."""
    results = []
    # Contenders see only this, so asking the same twice would take time and change nothing.
    distinct = {(question.context, question.customer): question for question in one.questions}
    for name, answer in contenders.items():
        started = perf_counter()
        answered = answer(list(distinct.values()), _Counter(f"{one.code} {name}", len(distinct), on_progress))
        seconds = perf_counter() - started
        by_known = dict(zip(distinct, answered, strict=True))
        answers = [by_known[question.context, question.customer] for question in one.questions]
        results.append(Result(name, score(one.questions, answers, product_count=product_count), seconds))
    return QuestionResults(one.code, len(one.questions), one.basket_count, results)


@dataclass(slots=True)
class _Counter:
    """Turn increments into a total progress."""

    stage: str
    total: int
    on_progress: Progress
    done: int = 0

    def __call__(self, more: int) -> None:
        self.done += more
        self.on_progress(self.stage, self.done, self.total)


@contextmanager
def timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """Record how long the stage takes."""
    started = perf_counter()
    yield
    seconds[stage] = perf_counter() - started


def _count(part: History) -> PartCounts:
    customers = part.customer[np.unique(part.order)]
    return PartCounts(
        orders=len(customers),
        lines=part.baskets().nnz,
        products=int(part.seen().sum()),
        customers=len(np.unique(customers[customers != ANONYMOUS])),
    )
