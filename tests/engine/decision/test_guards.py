"""Each guard removes what it is for, with its reason code."""

from pathlib import Path
from typing import Any

import pytest

from engine.decision.guards import GUARDS
from engine.decision.kinds import KINDS
from engine.decision.types import CartItem, DecisionRequest, KnownCustomer
from engine.experiments.running import Assignment
from engine.snapshot.data import PlacementData
from tests.engine.known import used_to_paying
from tests.engine.refusals import refusing
from tests.engine.shop import Shop, ask, offered


class GuardCase:
    """One removal: the offer, the request, and what is left afterwards."""

    def __init__(self, offer: dict[str, Any], request: dict[str, Any], left: list[tuple[str, ...]]) -> None:
        self.offer: dict[str, Any] = {"max_proposals": 4, "strategy": "curated"} | offer
        self.request = request
        self.left = left


UPGRADE = {"kind": "upgrade", "strategy": "ladder"}
DESK = 1  # the primary key of the only category
WRITER = used_to_paying((DESK, 600))
CASES = {
    "hidden": GuardCase({"curated": ["secret", "pen"]}, {}, [("pen",)]),
    "out_of_stock": GuardCase({"curated": ["sold-out", "pen"]}, {}, [("pen",)]),
    "excluded": GuardCase({"curated": ["ink", "pen"]}, {"exclude": ("ink",)}, [("pen",)]),
    "declined": GuardCase(
        {"curated": ["ink", "pen"]},
        {"customer": KnownCustomer(ledger=refusing(products=["ink"]))},
        [("pen",)],
    ),
    "other_currency": GuardCase({"curated": ["import", "pen"]}, {}, [("pen",)]),
    "in_cart": GuardCase({"curated": ["ink", "pen"]}, {"cart": (CartItem("ink", 1),)}, [("pen",)]),
    "is_context_product": GuardCase({"curated": ["ink", "pen"]}, {"product": "ink"}, [("pen",)]),
    "price_not_higher": GuardCase(UPGRADE, {"product": "pen"}, [("quill",)]),
    "step_too_high": GuardCase(UPGRADE | {"max_step_bp": 10_000}, {"product": "ink"}, [("brush",)]),
    "above_comfort_band": GuardCase(UPGRADE, {"product": "ink", "customer": WRITER}, [("brush",)]),
    "no_part_present": GuardCase(
        {"kind": "bundle", "strategy": "bundle", "bundles": ["desk-set", "ink-set"]},
        {"cart": (CartItem("ink", 1),)},
        [("ink", "brush")],
    ),
    "ruled_out": GuardCase({"curated": ["ink", "pen"]}, {"placement": "no-ink"}, [("pen",)]),
    "restricted": GuardCase({"curated": ["knife", "pen"]}, {}, [("pen",)]),
    "fill_in": GuardCase(
        {"strategy": "bought_together"}, {"placement": "picked", "cart": (CartItem("ink", 1),)}, [("pen",)]
    ),
    "business_as_usual": GuardCase(
        {"strategy": "bought_together"},
        {"assignment": Assignment("usual"), "cart": (CartItem("ink", 1),)},
        [("pen",)],
    ),
    "nothing_to_replace": GuardCase({"kind": "upgrade", "curated": ["pen"]}, {}, []),
}


def stationer() -> Shop:
    shop = Shop(categories={"desk": None})
    shop.sell("pen", "ink", "fountain", price=300)
    shop.sell("brush", price=500, category="desk")
    shop.sell("scroll", price=1200, category="desk")
    shop.sell("quill", price=900)
    shop.sell("secret", is_hidden=True)
    shop.sell("sold-out", stock=0)
    shop.sell("last-one", stock=1, price=700)
    shop.sell("import", currency="USD")
    shop.sell("knife")
    shop.together("ink", ("pen", 2, 0.2), ("quill", 1, 0.1))
    shop.pins = {("ink", "pen")}
    shop.placements += [PlacementData("no-ink", 4), PlacementData("picked", 4, fill_ins="none")]
    shop.exclude("ink", placements=(1,), with_picked=True)
    shop.restrict("knife")
    # Someone set up a step that costs no more: no shopper is asked to climb it.
    shop.ladders = [
        [("pen", "a", "", ""), ("fountain", "b", "", ""), ("quill", "c", "", "")],
        [("ink", "a", "", ""), ("brush", "b", "", ""), ("scroll", "c", "", "")],
    ]
    shop.bundles = [("desk-set", {"pen": 1, "quill": 1}, {}), ("ink-set", {"ink": 1, "brush": 1}, {})]
    return shop


REASONS = {
    guard.reason: None for guard in (*GUARDS, *(guard for one in KINDS.values() for guard in one.guards))
}


@pytest.mark.parametrize("reason", REASONS)
def test_guard__matching_candidate__is_removed_with_its_reason(tmp_path: Path, reason: str) -> None:
    case = CASES[reason]
    shop = stationer()
    shop.offer("only", **case.offer)

    decision = ask(shop.publish(tmp_path), explain=True, **case.request)

    assert offered(decision) == case.left
    (trace,) = decision.trace or ()
    assert [one.removed_by for one in trace.candidates if one.removed_by] == [reason]


@pytest.mark.parametrize(
    ("items", "removed_by"),
    [
        ({"pen": 1, "ink": 2}, None),
        ({"pen": 1, "secret": 1}, "hidden"),
        ({"pen": 1, "last-one": 2}, "out_of_stock"),
        ({"pen": 1, "last-one": 1}, None),
        ({"pen": 1, "quill": 1}, "excluded"),
        ({"pen": 1, "import": 1}, "other_currency"),
        ({"pen": 1, "fountain": 1}, "in_cart"),
    ],
)
def test_bundle__each_part__must_pass(tmp_path: Path, items: dict[str, int], removed_by: str | None) -> None:
    shop = stationer()
    shop.bundles = [("set", items, {})]
    shop.offer("only", "bundle", kind="bundle")

    decision = ask(shop.publish(tmp_path), "pen", "fountain", exclude=("quill",), explain=True)

    (trace,) = decision.trace or ()
    assert [one.removed_by for one in trace.candidates] == [removed_by]


def test_bundle__in_another_currency_than_its_offer__is_removed(tmp_path: Path) -> None:
    shop = stationer()
    shop.bundles = [("set", {"pen": 1, "ink": 1}, {"currency": "USD"})]
    shop.offer("only", "bundle", kind="bundle")

    assert ask(shop.publish(tmp_path), "pen").proposals == ()


def test_upgrade__more_units_in_the_cart_than_in_stock__is_removed(tmp_path: Path) -> None:
    shop = stationer()
    shop.ladders = [[("pen", "a", "", ""), ("last-one", "b", "", "")]]
    shop.offer("only", "ladder", kind="upgrade")
    snapshot = shop.publish(tmp_path)

    one = ask(snapshot, "pen")
    two = ask(snapshot, cart=(CartItem("pen", 2),))

    assert (offered(one), offered(two)) == ([("last-one",)], [])


@pytest.mark.parametrize("quantity", [-(10**30), -1, 0, 10**30])
def test_cart__any_quantity__is_answered(tmp_path: Path, quantity: int) -> None:
    shop = stationer()
    shop.bundles = [("set", {"pen": 1, "ink": 1}, {})]
    shop.offer("up", "ladder", kind="upgrade")
    shop.offer("set", "bundle", kind="bundle")

    decision = ask(shop.publish(tmp_path), cart=(CartItem("pen", quantity),))

    assert set(offered(decision)) == {("quill",), ("pen", "ink")}


@pytest.mark.parametrize(("limit", "count"), [(None, 2), (99, 2), (1, 1), (0, 0), (-3, 0)])
def test_limit__of_the_request__never_raises_the_slots(tmp_path: Path, limit: int | None, count: int) -> None:
    shop = stationer()
    shop.offer("only", curated=["pen", "ink"], max_proposals=4)
    request: dict[str, Any] = {"limit": limit}

    assert len(ask(shop.publish(tmp_path), **request).proposals) == count


def test_request__every_field_left_out__is_answered(tmp_path: Path) -> None:
    shop = stationer()
    shop.offer("only", curated=["pen"])

    assert DecisionRequest(placement="cart", at=0).cart == ()
    assert offered(ask(shop.publish(tmp_path), at=0)) == [("pen",)]
