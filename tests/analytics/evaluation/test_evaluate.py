from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analytics.evaluation.evaluate import Evaluation, NothingToMeasureError, evaluate
from analytics.evaluation.history import History, split
from analytics.evaluation.product_file import Catalogue
from analytics.evaluation.publication import learn_from, snapshot_data
from analytics.stats.settings import LearningSettings
from tests.analytics.evaluation.shop import PAIR_COUNT, SECOND_US, history, pair_shop

SETTINGS = LearningSettings()
CUT = 3 * PAIR_COUNT * SECOND_US  # three rounds of the pair shop for training, the fourth for testing


def measured(
    shop: History, catalogue: Catalogue | None = None, *, before_us: int | None = CUT, seed: int = 0
) -> Evaluation:
    return evaluate(shop, catalogue or bare(shop), before_us=before_us, seed=seed, settings=SETTINGS)


def bare(shop: History) -> Catalogue:
    return Catalogue.bare([f"p{number:02}" for number in range(shop.product_count)])


def hit_rates(evaluation: Evaluation) -> dict[str, dict[str, float | None]]:
    return {
        question.code: {result.contender: result.scores.hit_rate_10.mean for result in question.results}
        for question in evaluation.questions
    }


def test_evaluate__shop_with_fixed_pairs__finds_each_one() -> None:
    evaluation = measured(pair_shop())

    served = [question.results[0] for question in evaluation.questions]
    assert [result.contender for result in served] == ["served"] * 4
    assert [result.scores.ndcg_10.mean for result in served] == [1.0] * 4
    # A page or cart is answered with its one partner first, then with best sellers: all partners of the 40
    # products are shown.
    assert all(result.scores.coverage_10 == 1.0 for result in served)


def test_evaluate__shop_with_fixed_pairs__popularity_finds_only_its_top_ten() -> None:
    rates = hit_rates(measured(pair_shop()))

    # Products 0 to 9 are ten of forty hidden items; product 10, whose partner is 11, replaces the context.
    assert rates["cart_completion"]["popularity"] == rates["product_page"]["popularity"] == 10 / 40
    assert rates["next_basket"]["popularity"] == 5 / 20
    assert rates["cart_completion"]["copurchase_count"] == rates["next_basket"]["own_purchases"] == 1.0


def test_evaluate__test_orders__do_not_affect_training() -> None:
    shop, other = pair_shop(), pair_shop()
    future = other.order >= 3 * PAIR_COUNT
    other.product[future] = np.random.default_rng(1).permutation(other.product[future])

    training, same = (split(one, before_us=CUT)[0] for one in (shop, other))
    data, again = (learn_from(part, bare(shop), settings=SETTINGS).data for part in (training, same))

    assert data.partners.tobytes() == again.partners.tobytes()
    assert data.popular.tobytes() == again.popular.tobytes()
    assert data.purchases.tobytes() == again.purchases.tobytes()


def test_evaluate__pairs_only_in_test_orders__are_not_found() -> None:
    # After the cut each even product is paired with another odd one: 0 with 3, 2 with 5, …
    shop = pair_shop()
    future = (shop.order >= 3 * PAIR_COUNT) & (shop.product % 2 == 1)
    shop.product[future] = (shop.product[future] + 2) % (2 * PAIR_COUNT)

    rates = hit_rates(measured(shop))["cart_completion"]

    assert rates["copurchase_count"] == 0.0
    # The former partner is first; the best sellers after it hit no more often than popularity.
    assert rates["served"] is not None
    assert rates["served"] <= 10 / 40


def test_snapshot_data__product_sold_only_after_the_cut__is_excluded() -> None:
    shop = history([(0, 1), (0, 1), (2, 3)])
    training, _test = split(shop, before_us=2 * SECOND_US)

    generation = learn_from(training, bare(shop), settings=SETTINGS).data
    data = snapshot_data(generation, training, bare(shop), slot_count=10)

    assert list(data.products.sku) == ["p00", "p01"]


def test_evaluate__same_seed__gives_the_same_result_except_timings() -> None:
    shop = history([(0, 1, 2, 3, 4), (1, 2, 3, 4), (0, 2, 4)] * 40)

    def figures(seed: int) -> list[list[Any]]:
        found = measured(shop, before_us=60 * SECOND_US, seed=seed)
        return [[result.scores for result in question.results] for question in found.questions]

    assert figures(5) == figures(5)
    assert figures(5) != figures(6)


def test_evaluate__hidden_product__is_never_used() -> None:
    shop = pair_shop()
    catalogue = replace(bare(shop), is_hidden=np.arange(2 * PAIR_COUNT) < 2)

    evaluation = measured(shop, catalogue)

    carts, _strangers, _pages, baskets = evaluation.questions
    assert evaluation.product_count == 2 * PAIR_COUNT - 2
    assert (carts.basket_count, baskets.basket_count) == (PAIR_COUNT - 1, PAIR_COUNT - 1)
    assert all(
        result.scores.coverage_10 is not None and result.scores.coverage_10 <= 1.0
        for question in evaluation.questions
        for result in question.results
    )


def test_evaluate__unknown_products__are_skipped() -> None:
    shop = pair_shop()
    catalogue = replace(bare(shop), is_known=np.arange(2 * PAIR_COUNT) >= 2)

    evaluation = measured(shop, catalogue)

    assert (evaluation.training.orders, evaluation.test.orders) == (3 * (PAIR_COUNT - 1), PAIR_COUNT - 1)
    assert evaluation.training.products == 2 * PAIR_COUNT - 2


@pytest.mark.parametrize(
    ("cut", "message"),
    [
        (
            0,
            "placed before 1970-01-01T00:00:00.*nothing to learn from.*from 1970-01-01T00:00:00",
        ),
        (
            10**12,
            "placed after 1970-01-12T13:46:40.*nothing to test with.*to 1970-01-01T00:01:19",
        ),
    ],
)
def test_evaluate__cut_outside_the_orders__reports_their_period(cut: int, message: str) -> None:
    with pytest.raises(NothingToMeasureError, match=message):
        measured(pair_shop(), before_us=cut)


def test_evaluate__all_orders_at_one_time__have_no_training_orders() -> None:
    shop = history([(0, 1), (0, 1)])
    shop.placed_us[:] = 5

    with pytest.raises(NothingToMeasureError, match="nothing to learn from"):
        measured(shop, before_us=None)


def test_evaluate__no_orders__raises() -> None:
    with pytest.raises(NothingToMeasureError, match="no order line"):
        measured(history([]), before_us=None)


def test_evaluate__single_item_orders_without_customer__give_no_questions() -> None:
    with pytest.raises(NothingToMeasureError, match="can be used for testing"):
        measured(history([(0, 1), (0,)]), before_us=SECOND_US)
