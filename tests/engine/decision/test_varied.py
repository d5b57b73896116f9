"""Arms that rank, order or hold back differently."""

from pathlib import Path

from engine.experiments.running import Experiments, RunningExperiment
from engine.experiments.variation import AS_THE_SHOP, Variation, combined
from engine.restraint.policy import Policies, ShownCap
from engine.snapshot.data import PlacementData
from engine.snapshot.reader import Snapshot
from tests.engine.decision.test_assigned import FIRST, HALF, SECOND
from tests.engine.shop import NOON, Shop, ask, offered


def shop(variation: Variation) -> Shop:
    """Sell what two offers pick and best sellers; the second arm has the variation."""
    shop = Shop(placements=[PlacementData("cart", 2), PlacementData("other", 2, order=(2, 1))])
    shop.sell("tea", "butter", "jam")
    shop.offer("butter", curated=["butter"])
    shop.offer("jam", curated=["jam"])
    running = RunningExperiment("order", HALF, ("control", "new"), NOON, variations={"new": variation})
    shop.experiments = Experiments((running,))
    return shop


def answers(snapshot: Snapshot, cart: str = "tea") -> list[tuple[list[tuple[str, ...]], dict[str, str]]]:
    decisions = [ask(snapshot, cart, unit=unit) for unit in (FIRST, SECOND)]
    return [(offered(one), dict(one.arms)) for one in decisions]


def test_arm__with_the_board_of_another_placement__has_its_order(tmp_path: Path) -> None:
    snapshot = shop(Variation(boards={"cart": "other"})).publish(tmp_path)

    assert answers(snapshot) == [
        ([("butter",), ("jam",)], {"order": "control"}),
        ([("jam",), ("butter",)], {"order": "new"}),
    ]


def test_arms__that_are_shown_the_same__are_not_exposed(tmp_path: Path) -> None:
    snapshot = shop(Variation(boards={"cart": "other"})).publish(tmp_path)

    assert answers(snapshot, "jam") == [([("butter",)], {}), ([("butter",)], {})]


def test_arm__with_a_cap__is_shown_less(tmp_path: Path) -> None:
    restraint = Policies(caps=(ShownCap(1, 7),))
    snapshot = shop(Variation(restraint=restraint)).publish(tmp_path)

    assert answers(snapshot) == [
        ([("butter",), ("jam",)], {"order": "control"}),
        ([("butter",)], {"order": "new"}),
    ]


def test_arm__that_ranks_what_was_picked__is_shown_nothing_learned(tmp_path: Path) -> None:
    sold = shop(Variation(ranking="picked"))
    sold.popular = {None: [("jam", 5), ("butter", 3)]}
    sold.offers.clear()
    sold.offer("sellers", strategy="popular")

    [control, treated] = answers(sold.publish(tmp_path))

    assert control[0]
    assert treated == ([], {"order": "new"})


def test_variations__of_two_experiments__are_combined() -> None:
    order, ranking = Variation(boards={"cart": "other"}), Variation(ranking="unanswered")

    assert combined([order, AS_THE_SHOP, ranking]) == Variation("unanswered", {"cart": "other"})
    assert combined([]) == AS_THE_SHOP
