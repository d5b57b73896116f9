"""What shoppers accept ranks higher, and an explanation says so."""

from pathlib import Path

import pytest

from engine.conditions.tree.leaves.audience import AudienceLeaf
from engine.conditions.tree.leaves.segment import SegmentLeaf
from engine.conditions.tree.tree import Tree, encode
from engine.decision.types import KnownCustomer
from engine.experiments.running import Assignment
from engine.learned.acceptance import (
    ALL_PRODUCTS,
    AcceptanceFigure,
    AcceptanceTable,
    FitFigure,
    LearnedAcceptance,
)
from engine.snapshot.reader import Snapshot
from tests.engine.shop import Shop, ask, offered


def learn(snapshot: Snapshot, *figures: tuple[int, int, float], placement: str = "cart") -> None:
    """Let decisions know these ratios of offers and products."""
    found = tuple(AcceptanceFigure(offer, placement, pk, 340, 4, 12, ratio) for offer, pk, ratio in figures)
    snapshot.acceptance = AcceptanceTable(LearnedAcceptance(found))


def two_offers(tmp_path: Path) -> Snapshot:
    shop = Shop()
    shop.sell("tea", "jam", "honey")
    shop.offer("first", curated=("jam",))
    shop.offer("second", curated=("honey",))
    return shop.publish(tmp_path)


def test_offer__accepted_more_often_than_expected__comes_first(tmp_path: Path) -> None:
    snapshot = two_offers(tmp_path)
    assert offered(ask(snapshot, "tea")) == [("jam",), ("honey",)]

    learn(snapshot, (1, ALL_PRODUCTS, 0.5), (2, ALL_PRODUCTS, 2.0))

    assert offered(ask(snapshot, "tea")) == [("honey",), ("jam",)]


def test_offer__learned_elsewhere__stays(tmp_path: Path) -> None:
    snapshot = two_offers(tmp_path)

    learn(snapshot, (2, ALL_PRODUCTS, 9.0), placement="page")

    assert offered(ask(snapshot, "tea")) == [("jam",), ("honey",)]


def test_offer__business_as_usual__learns_nothing(tmp_path: Path) -> None:
    snapshot = two_offers(tmp_path)

    learn(snapshot, (2, ALL_PRODUCTS, 9.0))

    usual = ask(snapshot, "tea", assignment=Assignment(group="usual"))
    assert offered(usual) == [("jam",), ("honey",)]


def test_products__learned__are_ordered_by_score_and_ratio_but_picked_ones_stay(tmp_path: Path) -> None:
    shop = Shop()
    shop.sell("tea", "scone", "jam", "honey")
    shop.together("tea", ("scone", 0.5, 0.2), ("jam", 0.4, 0.2))
    shop.offer("learned", "bought_together", max_proposals=2)
    shop.offer("picked", curated=("honey", "jam"), priority=-1)
    snapshot = shop.publish(tmp_path)

    learn(snapshot, (1, shop.pk("jam"), 2.0), (2, shop.pk("jam"), 9.0))

    assert offered(ask(snapshot, "tea")) == [("jam",), ("scone",), ("honey",)]


@pytest.mark.parametrize("ratios", [(1, 1, 1, 1, 1, 1), (0.2, 0.9, 1, 1.5, 0.4, 3), (2, 0.1, 5, 2, 2.6, 0.3)])
def test_products__any_ratios__are_in_the_order_of_score_times_ratio(
    tmp_path: Path, ratios: tuple[float, ...]
) -> None:
    scores = {"scone": 0.5, "jam": 0.42, "honey": 0.4, "milk": 0.33, "mug": 0.2, "spoon": 0.17}
    shop = Shop()
    shop.sell("tea", *scores)
    shop.together("tea", *[(sku, score, score) for sku, score in scores.items()])
    shop.offer("learned", "bought_together", max_proposals=4)
    snapshot = shop.publish(tmp_path)
    ratio_of = dict(zip(scores, ratios, strict=True))

    learn(snapshot, *[(1, shop.pk(sku), ratio) for sku, ratio in ratio_of.items()])

    best = sorted(scores, key=lambda sku: -scores[sku] * ratio_of[sku])
    shown = [sku for skus in offered(ask(snapshot, "tea")) for sku in skus]
    assert shown == best[: len(shown)]
    assert len(shown) >= 2


def test_explanation__known_answers__says_them(tmp_path: Path) -> None:
    snapshot = two_offers(tmp_path)
    learn(snapshot, (2, ALL_PRODUCTS, 2.0))

    decision = ask(snapshot, "tea", explain=True)

    details = {one.sku: one.detail for trace in decision.trace or () for one in trace.candidates}
    assert "acceptance_ratio" not in details["jam"]
    assert {
        name: details["honey"][name] for name in ("answers_shown", "answers_accepted", "acceptance_ratio")
    } == {
        "answers_shown": 340,
        "answers_accepted": 12,
        "acceptance_ratio": 2.0,
    }
    assert details["honey"]["value"] == 2 * details["jam"]["value"]


def test_audience__answers_differently__has_an_order_of_its_own(tmp_path: Path) -> None:
    shop = Shop(audiences={5: Tree(match="all", nodes=(SegmentLeaf(op="is", values=("loyal",)),))})
    shop.sell("tea", "jam", "honey")
    shop.offer("first", curated=("jam",))
    shop.offer("second", curated=("honey",))
    shop.offer(
        "for-members",
        curated=("jam",),
        tree=encode(Tree(match="all", nodes=(AudienceLeaf(op="is", audiences=(5,)),))),
    )
    snapshot = shop.publish(tmp_path)
    figure = AcceptanceFigure(2, "cart", shop.pk("honey"), 340, 4, 12, 3.0, audience=5)
    snapshot.acceptance = AcceptanceTable(LearnedAcceptance((figure,), audiences=(7, 5)))

    member, other = KnownCustomer(segment="loyal"), KnownCustomer(segment="new")

    assert offered(ask(snapshot, "tea", customer=member))[0] == ("honey",)
    assert offered(ask(snapshot, "tea", customer=other))[0] == ("jam",)


def test_product__does_not_fit_the_category__sinks_on_its_pages_only(tmp_path: Path) -> None:
    shop = Shop()
    shop.categories["drinks"] = None
    shop.sell("tea", category="drinks")
    shop.sell("bread", "jam", "honey")
    shop.offer("first", curated=("jam",))
    shop.offer("second", curated=("honey",))
    snapshot = shop.publish(tmp_path)
    fit = FitFigure(category=1, product=shop.pk("jam"), declined=8, accepted=1, share=0.4)
    snapshot.acceptance = AcceptanceTable(LearnedAcceptance(fits=(fit,)))

    assert offered(ask(snapshot, product="tea")) == [("honey",), ("jam",)]
    assert offered(ask(snapshot, product="bread")) == [("jam",), ("honey",)]
