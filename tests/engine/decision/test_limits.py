"""An offer that is used up is not proposed, and what is left of a budget is known."""

from pathlib import Path

import pytest

from engine.conditions import UsageLimits
from engine.conditions.circumstances import Used
from engine.conditions.limits import UNUSED
from engine.decision.kinds.threshold import NextReward
from engine.decision.types import CartItem, Decision, KnownCustomer
from engine.pricing import EVERYTHING, Benefit
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.pricing.kinds.upgrade import UpgradeTerms
from engine.snapshot.counters import COUNTERS, read_counters, write_counters
from engine.snapshot.store import SnapshotStore
from tests.engine.shop import Shop, ask, offered

HALF = Benefit("percent", 5000)


def half_price(limits: UsageLimits) -> Shop:
    """Sell tea, and butter at half its price of ¥500 with the tea; the offer has these limits."""
    shop = Shop()
    shop.sell("tea", price=1000)
    shop.sell("butter", price=500)
    terms = CrossSellTerms(shop.only("butter"), HALF, shop.only("tea"))
    shop.priced("half", terms, curated=["butter"], benefit_kind="percent", benefit_value=5000, limits=limits)
    return shop


def decided(
    folder: Path, limits: UsageLimits, used: Used = UNUSED, customer: KnownCustomer | None = None
) -> Decision:
    snapshot = half_price(limits).publish(folder)
    snapshot.used = {1: used}
    return ask(snapshot, cart=(CartItem("tea", 1),), customer=customer, explain=True)


@pytest.mark.parametrize(
    ("limits", "used"),
    [(UsageLimits(1, uses=2), Used(2)), (UsageLimits(1, budget_minor=900), Used(4, 900))],
)
def test_offer__used_up__is_not_proposed(tmp_path: Path, limits: UsageLimits, used: Used) -> None:
    decision = decided(tmp_path, limits, used)

    assert offered(decision) == []
    assert [one.failed for one in decision.trace or ()] == ["limits"]


def test_offer__something_left__is_proposed(tmp_path: Path) -> None:
    assert offered(decided(tmp_path, UsageLimits(1, uses=2), Used(1))) == [("butter",)]


@pytest.mark.parametrize(("left", "proposed"), [(250, [("butter",)]), (249, [])])
def test_offer__budget__must_suffice_for_the_discount(
    tmp_path: Path, left: int, proposed: list[tuple[str, ...]]
) -> None:
    decision = decided(tmp_path, UsageLimits(1, budget_minor=1000), Used(3, 1000 - left))

    assert offered(decision) == proposed


@pytest.mark.parametrize(("budget", "named"), [(2000, [("pot", 1500)]), (1999, [])])
def test_reward__more_than_its_budget_has_left__names_no_product_that_would_reach_it(
    tmp_path: Path, budget: int, named: list[tuple[str, int]]
) -> None:
    shop = Shop()
    shop.sell("tea", price=1000)
    shop.sell("pot", price=3000)
    shop.together("tea", ("pot", 1, 0.5))
    terms = ThresholdTerms("spend", 3000, benefit=HALF)
    shop.priced("half", terms, limits=UsageLimits(1, budget_minor=budget))

    (proposal,) = ask(shop.publish(tmp_path), cart=(CartItem("tea", 1),)).proposals

    # Half of ¥4,000 is ¥2,000.
    assert isinstance(proposal.detail, NextReward)
    assert [(one.sku, one.offer_minor) for one in proposal.detail.reached_by] == named


@pytest.mark.parametrize(("own_uses", "proposed"), [({}, 1), ({1: 1}, 1), ({1: 2}, 0), ({2: 9}, 1)])
def test_offer__limit_for_each_customer__counts_their_own_uses(
    tmp_path: Path, own_uses: dict[int, int], proposed: int
) -> None:
    customer = KnownCustomer(own_uses=own_uses)

    decision = decided(tmp_path, UsageLimits(1, uses_per_customer=2), customer=customer)

    assert len(decision.proposals) == proposed


@pytest.mark.parametrize(("is_for_guests", "proposed"), [(False, 0), (True, 1)])
def test_offer__limit_for_each_customer__is_for_guests_only_if_the_shop_allows_it(
    tmp_path: Path, is_for_guests: bool, proposed: int
) -> None:
    limits = UsageLimits(1, uses_per_customer=2, is_for_guests=is_for_guests)

    assert len(decided(tmp_path, limits).proposals) == proposed


def test_store__counters_change__are_seen_without_a_new_version(tmp_path: Path) -> None:
    seconds = iter(range(100))
    store = SnapshotStore(tmp_path, clock=lambda: float(next(seconds)))
    snapshot = half_price(UsageLimits(1, uses=1)).publish(tmp_path)

    before = store.current()
    assert before is not None
    is_written = write_counters(tmp_path, {1: Used(1)})
    after = store.current()

    assert after is before
    assert (is_written, dict(after.used)) == (True, {1: Used(1)})
    assert snapshot.version == after.version
    assert not write_counters(tmp_path, {1: Used(1)})


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"a": 1}', b'{"1": [1]}', b"\xff"])
def test_counters__damaged_file__count_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / COUNTERS).write_bytes(content)

    assert dict(read_counters(tmp_path)) == {}


@pytest.mark.parametrize(("budget", "proposed"), [(500, [("pot",)]), (499, [])])
def test_upgrade__more_than_its_budget_has_left__gives_way_although_another_offer_saves(
    tmp_path: Path, budget: int, proposed: list[tuple[str, ...]]
) -> None:
    shop = Shop()
    shop.sell("tea", price=1000)
    shop.sell("pot", price=2000)
    shop.priced(
        "up",
        UpgradeTerms(EVERYTHING, frozenset([shop.pk("pot")]), Benefit("amount", 500)),
        curated=["pot"],
        benefit_kind="amount",
        benefit_value=500,
        limits=UsageLimits(1, budget_minor=budget),
    )
    shop.priced("pots", ThresholdTerms("spend", 1500, benefit=HALF), rules={"lane": "cart"})

    decision = ask(shop.publish(tmp_path), cart=(CartItem("tea", 1),))

    assert [products for products in offered(decision) if products] == proposed
