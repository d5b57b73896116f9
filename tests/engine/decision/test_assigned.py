"""Arms and groups: who is shown what, and what the journal is told of it."""

from pathlib import Path

from engine.decision import decide_page
from engine.decision.types import DecisionRequest, KnownCustomer
from engine.experiments.running import Experiments, RunningExperiment, ShopGroups
from engine.experiments.split import ArmSplit
from engine.snapshot.data import PlacementData
from engine.snapshot.reader import Snapshot
from tests.engine.shop import NOON, Shop, ask, offered

# Everybody has the position of their number: half of all, and the rest.
HALF = ArmSplit("texts", ((0.0, 0.5), (0.5, 1.0)))
FIRST, SECOND = (
    next(f"v:{number}" for number in range(99) if HALF.arm_of(f"v:{number}") == arm) for arm in (0, 1)
)
CONTROL = ("texts", ["", "control"])
TREATMENT = ("texts", ["new"])


def shop() -> Shop:
    """Sell what two offers propose: butter to all, and jam to those who are in the arm."""
    shop = Shop(placements=[PlacementData("cart", 2), PlacementData("page", 2)])
    shop.sell("tea", "butter", "jam", "cup")
    shop.offer("always", curated=["butter"])
    shop.offer("jam", curated=["jam"], arms=TREATMENT)
    running = RunningExperiment("texts", HALF, ("control", "new"), NOON, offers=frozenset({2}))
    shop.experiments = Experiments((running,))
    return shop


def grouped(*ranges: tuple[float, float]) -> Experiments:
    return Experiments((), ShopGroups(ArmSplit("shop", ranges)))


def test_treatment__its_offer_drawn__is_exposed(tmp_path: Path) -> None:
    decision = ask(shop().publish(tmp_path), "tea", unit=SECOND)

    assert offered(decision) == [("butter",), ("jam",)]
    assert (decision.arms, decision.withheld) == ({"texts": "new"}, ())


def test_control__offer_would_have_been_drawn__is_exposed_with_what_was_withheld(tmp_path: Path) -> None:
    decision = ask(shop().publish(tmp_path), "tea", unit=FIRST)

    assert offered(decision) == [("butter",)]
    assert decision.arms == {"texts": "control"}
    assert [(one.by, one.proposal.offer) for one in decision.withheld] == [("texts", "jam")]


def test_both_arms__offer_not_drawn_by_either__are_not_exposed(tmp_path: Path) -> None:
    snapshot = shop().publish(tmp_path)

    decisions = [ask(snapshot, "jam", unit=unit) for unit in (FIRST, SECOND)]

    assert [(one.arms, one.withheld) for one in decisions] == [({}, ()), ({}, ())]


def test_treatment__control_would_show_another_version__is_exposed(tmp_path: Path) -> None:
    sold = shop()
    sold.offer("old", curated=["cup"], arms=CONTROL)
    running = RunningExperiment("texts", HALF, ("control", "new"), NOON, offers=frozenset({2, 3}))
    sold.experiments = Experiments((running,))

    decision = ask(sold.publish(tmp_path), "jam", unit=SECOND)

    assert decision.arms == {"texts": "new"}
    assert [one.proposal.offer for one in decision.withheld] == ["old"]


def test_nobody__sees_what_the_control_sees(tmp_path: Path) -> None:
    sold = shop()
    sold.offer("old", curated=["cup"], arms=CONTROL)

    decision = ask(sold.publish(tmp_path), "tea", explain=True)

    assert offered(decision) == [("butter",), ("cup",)]
    assert [one.failed for one in decision.trace or () if one.offer == "jam"] == ["arm"]
    assert decision.arms == {}


def test_private_shopper__is_assigned_to_nothing(tmp_path: Path) -> None:
    private = KnownCustomer(consents={("personalisation", ""): False})

    decision = ask(shop().publish(tmp_path), "tea", unit=SECOND, customer=private)

    assert (offered(decision), decision.arms) == ([("butter",)], {})


def test_preview__offer_of_an_arm__is_shown_with_a_note(tmp_path: Path) -> None:
    decision = ask(shop().publish(tmp_path), "tea", only="jam")

    assert offered(decision) == [("jam",)]
    assert [note.code for note in decision.notes] == ["not_live"]


def test_holdout__is_shown_nothing_and_the_trace_says_why(tmp_path: Path) -> None:
    sold = shop()
    sold.experiments = grouped((0.0, 1.0))

    decision = ask(sold.publish(tmp_path), "tea", unit=FIRST, explain=True)

    assert (decision.proposals, decision.notes) == ((), ())
    assert {one.failed for one in decision.trace or ()} == {"holdout"}
    assert decision.arms == {"holdout": "holdout"}
    assert [(one.by, one.proposal.offer) for one in decision.withheld] == [("holdout", "always")]


def test_holdout__nothing_to_show__is_not_exposed(tmp_path: Path) -> None:
    sold = shop()
    sold.experiments = grouped((0.0, 1.0))

    assert ask(sold.publish(tmp_path), "butter", unit=FIRST).arms == {}


def test_holdout__only_an_experiment_would_show_anything__is_exposed_like_others(tmp_path: Path) -> None:
    sold = shop()
    groups = grouped((0.0, 1.0)).groups
    sold.experiments = Experiments(sold.experiments.running, groups)
    snapshot = sold.publish(tmp_path)

    decisions = [ask(snapshot, "butter", unit=unit) for unit in (FIRST, SECOND)]

    assert [one.arms for one in decisions] == [{}, {"holdout": "holdout"}]
    assert [one.proposal.offer for one in decisions[1].withheld] == ["jam"]


def test_business_as_usual__is_shown_only_what_was_picked(tmp_path: Path) -> None:
    sold = shop()
    sold.popular = {None: [("cup", 9)]}
    sold.offer("best", "popular")
    sold.experiments = grouped((0.0, 0.0), (0.0, 1.0))

    decision = ask(sold.publish(tmp_path), "tea", unit=FIRST, explain=True)

    assert offered(decision) == [("butter",)]
    reasons = [one.removed_by for trace in decision.trace or () for one in trace.candidates]
    assert "business_as_usual" in reasons
    assert decision.arms == {"holdout": "usual"}


def test_everybody_else__shown_anything__is_exposed_to_the_holdout(tmp_path: Path) -> None:
    sold = shop()
    sold.experiments = grouped((0.0, 0.0), (0.0, 0.0))
    snapshot = sold.publish(tmp_path)

    assert ask(snapshot, "tea", unit=FIRST).arms == {"holdout": "everything"}
    assert ask(snapshot, "butter", unit=FIRST).arms == {}


def page(snapshot: Snapshot, unit: str) -> list[tuple[list[tuple[str, ...]], dict[str, str]]]:
    request = DecisionRequest("", NOON, unit=unit)
    decided = decide_page(snapshot=snapshot, request=request, placements=["cart", "page"])
    return [(offered(one), dict(one.arms)) for one in decided.placements]


def test_page__is_exposed_where_the_offer_is_or_would_be_shown(tmp_path: Path) -> None:
    snapshot = shop().publish(tmp_path)

    assert page(snapshot, SECOND) == [([("butter",), ("jam",)], {"texts": "new"}), ([], {})]
    assert page(snapshot, FIRST) == [([("butter",)], {"texts": "control"}), ([], {})]
