from typing import Literal

import msgspec
import pytest

from engine.pricing import LaneMode, PricingBundle, PricingLane, PricingOffer, Rules
from engine.pricing.kinds.bundle import BundleTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from tests.engine.pricing.build import amount, fixed, goods, offer, one_lane, only, percent, price, takes

THOUSAND = goods({1: 1000}, {1: 1})


def off(
    points: int, *, number: int, priority: int = 0, excludes: tuple[int, ...] = (), lane: str = "line"
) -> PricingOffer:
    terms = CrossSellTerms(only(1), percent(points))
    return PricingOffer(id=number, terms=terms, priority=priority, excludes=frozenset(excludes), lane=lane)


@pytest.mark.parametrize(
    ("mode", "saved"),
    [
        ("best", {2: 200}),  # the larger saving
        ("first", {1: 100}),  # the higher priority
        ("stack", {1: 100, 2: 180}),  # 10 % of 1,000, then 20 % of the 900 that are left
    ],
)
def test_lane__two_percentages_on_one_line__apply_by_mode(mode: LaneMode, saved: dict[int, int]) -> None:
    offers = off(10, number=1, priority=5), off(20, number=2)

    priced = price(THOUSAND, *offers, rules=one_lane(mode))

    assert takes(priced) == saved
    beaten = {1, 2} - set(saved)
    assert all(priced.outcomes[one].status == "superseded" for one in beaten)
    assert {priced.outcomes[one].by for one in beaten} <= set(saved)


def test_lane__percentage_of_the_list_price__ignores_earlier_discounts() -> None:
    of_list = msgspec.structs.replace(off(20, number=2), base="list")

    priced = price(THOUSAND, off(10, number=1, priority=5), of_list, rules=one_lane("stack"))

    assert takes(priced) == {1: 100, 2: 200}


def test_lane__equal_priority_and_saving__prefers_the_older_offer() -> None:
    assert takes(price(THOUSAND, off(10, number=7), off(10, number=3), rules=one_lane("first"))) == {3: 100}
    assert takes(price(THOUSAND, off(10, number=7), off(10, number=3), rules=one_lane("best"))) == {3: 100}


def test_lanes__line_then_bundle_then_cart__each_sees_the_running_price() -> None:
    offers = (
        off(10, number=1),
        offer(BundleTerms((PricingBundle(((1, 1), (2, 1)), fixed(1200)),)), number=2, lane="bundle"),
        offer(ThresholdTerms("spend", 1000, benefit=percent(10)), number=3, lane="cart"),
    )

    priced = price(goods({1: 1000, 2: 500}, {1: 1, 2: 1}), *offers)

    # 900 + 500 = 1,400 for 1,200: 128.57 and 71.43 off; then 10 % of 771 and of 429.
    assert [line.taken for line in priced.lines] == [{1: 100, 2: 129, 3: 77}, {2: 71, 3: 43}]
    assert priced.total_minor == 1080


@pytest.mark.parametrize(("base", "status"), [("lane_entry", "applied"), ("running", "superseded")])
def test_threshold__base__is_the_spend_at_lane_entry_or_now(
    base: Literal["lane_entry", "running"], status: str
) -> None:
    later = offer(ThresholdTerms("spend", 950, benefit=amount(50), base=base), number=2)

    priced = price(THOUSAND, off(10, number=1, priority=5), later, rules=one_lane("stack"))

    assert priced.outcomes[2].status == status


@pytest.mark.parametrize("sayer", [1, 2])
def test_exclusion__whichever_offer_names_the_other__lets_the_higher_priority_win(sayer: int) -> None:
    offers = (
        off(10, number=1, priority=5, excludes=(2,) if sayer == 1 else ()),
        off(20, number=2, excludes=(1,) if sayer == 2 else (), lane="cart"),
    )

    priced = price(THOUSAND, *offers)

    assert takes(priced) == {1: 100}
    assert (priced.outcomes[2].status, priced.outcomes[2].by) == ("superseded", 1)


def test_exclusion__a_later_lane_with_higher_priority__blocks_the_earlier_offer() -> None:
    priced = price(THOUSAND, off(30, number=1, excludes=(2,)), off(10, number=2, priority=5, lane="cart"))

    assert takes(priced) == {2: 100}
    assert priced.outcomes[1].by == 2


def test_exclusion__equal_priority__lets_the_larger_saving_win() -> None:
    assert takes(price(THOUSAND, off(10, number=1, excludes=(2,)), off(20, number=2, lane="cart"))) == {
        2: 200
    }


def test_exclusion__the_winner_does_not_apply_after_all__the_other_does() -> None:
    # 1 would exclude 2, but 3 saves more on the same unit; so 2, on another line, is free.
    terms = CrossSellTerms(only(2), percent(50))
    offers = (
        off(10, number=1, priority=5, excludes=(2,)),
        offer(terms, number=2),
        off(30, number=3),
    )

    priced = price(goods({1: 1000, 2: 400}, {1: 1, 2: 1}), *offers)

    assert takes(priced) == {2: 200, 3: 300}


def test_exclusion__a_chain_of_three__excludes_the_middle_one() -> None:
    offers = (
        off(10, number=1, priority=3, excludes=(2,)),
        off(20, number=2, priority=2, excludes=(3,)),
        off(30, number=3, priority=1),
    )

    assert takes(price(THOUSAND, *offers, rules=one_lane("stack"))) == {1: 100, 3: 270}


def test_lane__that_the_shop_does_not_have__leaves_its_offers_out() -> None:
    outcome = price(
        THOUSAND, off(10, number=1, lane="gone"), rules=Rules(lanes=(PricingLane("line"),))
    ).outcomes[1]

    assert (outcome.status, outcome.reason) == ("not_eligible", "no_lane")
