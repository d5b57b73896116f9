"""Format an evaluation as a table and as a JSON document."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.evaluation.evaluate import FEWEST_PRODUCTS, Evaluation, QuestionResults, Result
from analytics.evaluation.history import moment
from analytics.evaluation.metrics import DEPTH, Estimate
from analytics.evaluation.publication import STRATEGIES
from analytics.evaluation.questions import HIDES, MAX_BASKETS
from analytics.evaluation.sources import Sources

FORMAT_NUMBER = 1
NO_FIGURE = "–"
NAME_WIDTH, CELL_WIDTH = 20, 15
COLUMNS = ("HitRate@5", "HitRate@10", "NDCG@10", "coverage@10")

TITLES = {
    "cart_completion": gettext_lazy(
        "Cart completion: find a hidden item from the rest of a known customer's cart"
    ),
    "cart_of_stranger": gettext_lazy("Cart completion for the same carts, customer unknown"),
    "product_page": gettext_lazy("Product page: find a hidden item from one other item of the cart"),
    "next_basket": gettext_lazy("Next basket: find any item of a known customer's next order"),
}
NAMES = {
    "served": gettext_lazy("Awase"),
    "own_purchases": gettext_lazy("own purchases"),
    "copurchase_count": gettext_lazy("co-purchase count"),
    "popularity": gettext_lazy("popularity"),
}


def render_table(evaluation: Evaluation, sources: Sources) -> str:
    """Return the counts, a table for each question, and an explanation."""
    counts = "\n".join([_reading(sources), _cut(evaluation)])
    if evaluation.has_too_few_products:
        return f"{counts}\n\n{_too_few(evaluation)}"
    legend = _(
        "± is one standard error, clustered by basket. Coverage is the share of "
        "%(count)s products recommended at least once."
    )
    parts = [
        counts,
        *("\n".join(_table(question)) for question in evaluation.questions),
        legend % {"count": f"{evaluation.product_count:,}"},
    ]
    return "\n\n".join(parts)


def _reading(sources: Sources) -> str:
    orders = sources.orders
    return _(
        "Read %(lines)s lines. Skipped: %(below)s with a quantity below 1, %(unreadable)s "
        "invalid, %(cancelled)s of cancelled orders, %(unknown)s with products missing from the "
        "products file. Hidden products: %(hidden)s."
    ) % {
        "lines": f"{orders.line_count:,}",
        "below": f"{orders.below_one_count:,}",
        "cancelled": f"{orders.cancelled_count:,}",
        "unreadable": f"{orders.log.row_count:,}",
        "unknown": f"{sources.unknown_line_count:,}",
        "hidden": f"{sources.hidden_product_count:,}",
    }


def _cut(evaluation: Evaluation) -> str:
    return _(
        "Trained on %(training)s orders before %(before)s, tested on %(test)s orders after it. Seed %(seed)d."
    ) % {
        "training": f"{evaluation.training.orders:,}",
        "before": moment(evaluation.before_us),
        "test": f"{evaluation.test.orders:,}",
        "seed": evaluation.seed,
    }


def _too_few(evaluation: Evaluation) -> str:
    return _(
        "There are too few products to tell how good the recommendations are: with %(count)s products, a "
        "list of %(depth)d finds most of what shoppers buy, however it is made. At least %(fewest)d are "
        "needed."
    ) % {"count": f"{evaluation.product_count:,}", "depth": DEPTH, "fewest": FEWEST_PRODUCTS}


def _table(question: QuestionResults) -> list[str]:
    """Return the title, the header and a line for each contender."""
    count = _("(%(questions)s questions from %(baskets)s baskets)") % {
        "questions": f"{question.question_count:,}",
        "baskets": f"{question.basket_count:,}",
    }
    return [f"{TITLES[question.code]} {count}", _row("", *COLUMNS), *map(_line, question.results)]


def _line(result: Result) -> str:
    scores = result.scores
    return _row(
        str(NAMES.get(result.contender, result.contender)),
        _percent(scores.hit_rate_5),
        _percent(scores.hit_rate_10),
        _decimal(scores.ndcg_10),
        NO_FIGURE if scores.coverage_10 is None else f"{scores.coverage_10:.1%}",
    )


def _row(name: str, *cells: str) -> str:
    return f"  {name:<{NAME_WIDTH}}" + "".join(f"{cell:>{CELL_WIDTH}}" for cell in cells)


def _percent(estimate: Estimate) -> str:
    """Return "13.4 ± 0.4%"."""
    if estimate.mean is None:
        return NO_FIGURE
    error = "" if estimate.standard_error is None else f" ± {100 * estimate.standard_error:.1f}"
    return f"{100 * estimate.mean:.1f}{error} %"


def _decimal(estimate: Estimate) -> str:
    """Return "0.078 ± 0.003"."""
    if estimate.mean is None:
        return NO_FIGURE
    error = "" if estimate.standard_error is None else f" ± {estimate.standard_error:.3f}"
    return f"{estimate.mean:.3f}{error}"


def json_document(evaluation: Evaluation, sources: Sources) -> dict[str, Any]:
    """Return all figures, unrounded, with their constants and counts; times are in seconds."""
    orders = sources.orders
    return {
        "format": FORMAT_NUMBER,
        "files": {
            "orders": sources.orders_path.name,
            "products": sources.products_path.name if sources.products_path else None,
        },
        "before": moment(evaluation.before_us),
        "seed": evaluation.seed,
        "constants": {
            "max_baskets": MAX_BASKETS,
            "hides": HIDES,
            "depth": DEPTH,
            "strategies": {code: list(strategies) for code, strategies in STRATEGIES.items()},
            "learning": asdict(evaluation.settings),
        },
        "counts": {
            "lines": orders.line_count,
            "left_out": {
                "quantity_below_1": orders.below_one_count,
                "cancelled": orders.cancelled_count,
                "unreadable": orders.log.row_count,
                "unknown_product": sources.unknown_line_count,
            },
            "hidden_products": sources.hidden_product_count,
            "candidates": evaluation.product_count,
            "too_few_candidates": evaluation.has_too_few_products,
            "training": asdict(evaluation.training),
            "test": asdict(evaluation.test),
        },
        "questions": [asdict(question) for question in evaluation.questions],
        "seconds": evaluation.seconds,
    }
