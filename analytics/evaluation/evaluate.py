"""Cut the orders in two, learn from the earlier, ask about the later, and score what is answered."""

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
Contender = Callable[[Sequence[Question], Callable[[int], object]], Answers]
# Called with a kind of question and the orders to learn from; returns further contenders by name.
Peers = Callable[[str, History], dict[str, Contender]]


class NothingToMeasureError(Exception):
    """The orders leave nothing to learn or nothing to ask; the message is for the person who asked."""


@dataclass(frozen=True, slots=True)
class PartCounts:
    """How large one side of the cut is."""

    orders: int
    lines: int  # a product of an order once
    products: int
    customers: int


@dataclass(frozen=True, slots=True)
class Result:
    """What one contender reached, and how long all its answers took."""

    contender: str
    scores: Scores
    seconds: float


@dataclass(frozen=True, slots=True)
class QuestionResults:
    """All contenders on one set of questions; the served scorer is the first."""

    code: str
    question_count: int
    basket_count: int
    results: list[Result]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome; equal orders, cut, seed and settings give an equal one but for the seconds."""

    before_us: int
    seed: int
    settings: LearningSettings
    training: PartCounts
    test: PartCounts
    product_count: int  # seen in training and not hidden: what can be proposed
    questions: list[QuestionResults]
    quality: tuple[QuestionQuality, ...]  # what was chosen, and how it did on the end of the training orders
    seconds: dict[str, float]  # by stage


def no_peers(_code: str, _training: History) -> dict[str, Contender]:
    """Add nobody."""
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
    """Evaluate what is served beside its rivals; without `before_us` the last tenth of the orders tests.

    `peers` adds more of them.
    Products that the catalogue hides are learned from, as a recompute does, but neither asked for nor shown.
    Raises NothingToMeasureError.
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
    questions = []
    with timed(seconds, "ask"):
        for one in sets:
            contenders: dict[str, Contender] = {SERVED: partial(served.answer, one.code)}
            contenders |= _rivals(one.code, visible) | peers(one.code, visible)
            questions.append(_compare(one, contenders, product_count, on_progress))
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
    """Publish what was learned, and answer from it as a web worker does at `at` (seconds)."""
    with TemporaryDirectory(prefix="awase-evaluate-") as folder:
        # The snapshot stays mapped after its folder is gone.
        snapshot = publish(generation, training, catalogue, slot_count=DEPTH, folder=Path(folder))
    return ServedScorer(snapshot, generation, catalogue, at=at)


def _require_lines(training: History, test: History, whole: History, cut: int) -> None:
    """Refuse a cut with nothing on one side of it."""
    if len(training.order) and len(test.order):
        return
    if not len(whole.order):
        raise NothingToMeasureError(_("There is no order line to learn from."))
    message = (
        _("No order was placed before %(cut)s: nothing to learn from.")
        if not len(training.order)
        else _("No order was placed since %(cut)s: nothing to ask about.")
    )
    span = _("The orders are from %(first)s to %(last)s.") % {
        "first": moment(whole.placed_us[0]),
        "last": moment(whole.placed_us[-1]),
    }
    raise NothingToMeasureError(f"{message % {'cut': moment(cut)}} {span}")


def _draw(training: History, test: History, *, cut: int, seed: int) -> list[QuestionSet]:
    """Draw the questions; refuse orders that give none."""
    sets = draw_questions(training, test, seed=seed)
    if any(one.questions for one in sets):
        return sets
    raise NothingToMeasureError(
        _(
            "No order since %(cut)s can be asked about: none holds two products that were sold before, "
            "or one that a customer of before bought."
        )
        % {"cut": moment(cut)}
    )


def _rivals(code: str, training: History) -> dict[str, Contender]:
    """Return the baselines that can answer this kind of question."""
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
    """Put all questions to each contender."""
    results = []
    # Who answers knows only this much; to ask the same twice would cost time and change nothing.
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
    """Turn "so many more" into "so many of all"."""

    stage: str
    total: int
    on_progress: Progress
    done: int = 0

    def __call__(self, more: int) -> None:
        self.done += more
        self.on_progress(self.stage, self.done, self.total)


@contextmanager
def timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """Note how long the stage takes."""
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
