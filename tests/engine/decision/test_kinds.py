"""What the kinds of offer with terms of their own propose, with exact prices."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.decision.kinds.add_on import Choice
from engine.decision.kinds.quantity import NextTier
from engine.decision.kinds.subscription import Recurring
from engine.decision.kinds.threshold import NextReward
from engine.decision.types import CartItem, Decision, Proposal
from engine.pricing import EVERYTHING, Benefit, Gift, Selector, Tier, Tiers
from engine.pricing.kinds.add_on import AddOnTerms
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.subscription import SubscriptionTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.pricing.kinds.upgrade import UpgradeTerms
from engine.snapshot.history import PriceHistory
from tests.engine.shop import NOON, Shop, ask

TENTH, FIFTH = Benefit("percent", 1000), Benefit("percent", 2000)
FREE = Benefit("percent", 10_000)
# The worked example: the second unit 10 % off, the third 20 %.
STEPS = Tiers((Tier(2, TENTH), Tier(3, FIFTH)))


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.sell("tea", price=1000)
    shop.sell("cup", price=600)
    shop.sell("syrup", price=50)
    shop.sell("shot", price=80)
    return shop


def decided(shop: Shop, folder: Path, *cart: tuple[str, int], **given: Any) -> Decision:
    lines = tuple(CartItem(sku, units) for sku, units in cart)
    return ask(shop.publish(folder), **({"cart": lines} | given))


def only_proposal(decision: Decision) -> Proposal:
    (proposal,) = decision.proposals
    return proposal


def test_quantity__on_the_page__one_more_and_two_cost_1900(shop: Shop, tmp_path: Path) -> None:
    shop.priced("more", QuantityTerms(shop.only("tea"), STEPS))

    proposal = only_proposal(decided(shop, tmp_path, product="tea"))

    assert proposal.detail == NextTier(more=1, quantity=2, total_minor=1900, gain_minor=100)
    assert (proposal.list_minor, proposal.offer_minor) == (2000, 1900)
    assert [(part.sku, part.quantity, part.offer_minor) for part in proposal.products] == [("tea", 2, 1900)]


@pytest.mark.parametrize(
    ("tiers", "held", "detail"),
    [
        (STEPS, 2, NextTier(1, 3, 2700, 200)),
        (STEPS, 3, NextTier(1, 4, 3500, 200)),  # after the last tier it goes on
        (Tiers(STEPS.steps, "volume"), 1, NextTier(1, 2, 1800, 200)),
        (Tiers(STEPS.steps, after="repeat"), 3, NextTier(2, 5, 4600, 100)),
        (Tiers((Tier(6, TENTH),)), 2, NextTier(4, 6, 5900, 100)),
    ],
)
def test_quantity__units_in_the_cart__names_the_next_gain(
    shop: Shop, tmp_path: Path, tiers: Tiers, held: int, detail: NextTier
) -> None:
    shop.priced("more", QuantityTerms(EVERYTHING, tiers))

    assert only_proposal(decided(shop, tmp_path, ("tea", held))).detail == detail


def test_quantity__after_the_last_tier_at_list__has_nothing_to_gain(shop: Shop, tmp_path: Path) -> None:
    shop.priced("more", QuantityTerms(EVERYTHING, Tiers(STEPS.steps, after="list")))

    assert decided(shop, tmp_path, ("tea", 3)).proposals == ()


def test_quantity__counted_over_the_set__includes_other_products(shop: Shop, tmp_path: Path) -> None:
    shop.priced("mix", QuantityTerms(shop.only("tea", "cup"), Tiers((Tier(3, TENTH),)), "set"))

    proposal = only_proposal(decided(shop, tmp_path, ("cup", 1), product="tea"))

    # ¥600 + 2 × ¥1,000; the third unit's 10 % falls on the cheapest.
    assert proposal.detail == NextTier(more=1, quantity=2, total_minor=2000, gain_minor=60)


def test_quantity__too_few_in_stock__is_not_proposed(shop: Shop, tmp_path: Path) -> None:
    shop.sell("rare", stock=1)
    shop.priced("more", QuantityTerms(EVERYTHING, STEPS))

    assert decided(shop, tmp_path, product="rare").proposals == ()


@pytest.mark.parametrize(
    ("terms", "units", "missing", "amount"),
    [
        (ThresholdTerms("spend", 5000, benefit=TENTH), 4, "spend", 1000),
        (ThresholdTerms("quantity", 5, benefit=TENTH), 4, "units", 1),
        (ThresholdTerms("spend", 5000, free_shipping=True), 0, "spend", 5000),
    ],
)
def test_threshold__not_reached__names_what_is_missing(
    shop: Shop, tmp_path: Path, terms: ThresholdTerms, units: int, missing: str, amount: int
) -> None:
    shop.priced("reward", terms)

    cart = [("tea", units)] if units else []
    proposal = only_proposal(decided(shop, tmp_path, *cart))

    benefit = (terms.benefit.kind, terms.benefit.value)
    assert proposal.detail == NextReward(missing, amount, benefit, terms.free_shipping)
    assert (proposal.products, proposal.offer_minor) == ((), 0)


def test_threshold__with_a_gift__shows_its_value(shop: Shop, tmp_path: Path) -> None:
    shop.sell("cap", price=400, is_hidden=True)
    shop.priced("reward", ThresholdTerms("spend", 5000, gift=Gift(shop.facts("cap"), 2)))

    proposal = only_proposal(decided(shop, tmp_path, ("tea", 1)))

    assert (proposal.list_minor, proposal.offer_minor) == (800, 0)
    assert [(part.sku, part.quantity) for part in proposal.products] == [("cap", 2)]


def test_threshold__gift_out_of_stock__promises_nothing(shop: Shop, tmp_path: Path) -> None:
    shop.sell("cap", price=400, stock=1)
    shop.priced("reward", ThresholdTerms("spend", 5000, gift=Gift(shop.facts("cap"), 2)))

    assert decided(shop, tmp_path, ("tea", 1)).proposals == ()


def test_threshold__gift_out_of_stock_beside_free_shipping__promises_only_free_shipping(
    shop: Shop, tmp_path: Path
) -> None:
    shop.sell("cap", price=400, stock=1)
    terms = ThresholdTerms("spend", 5000, gift=Gift(shop.facts("cap"), 2), free_shipping=True)
    shop.priced("reward", terms)

    proposal = only_proposal(decided(shop, tmp_path, ("tea", 1)))

    assert (proposal.products, proposal.list_minor) == ((), 0)
    assert proposal.detail == NextReward("spend", 4000, ("none", 0), True)


def test_threshold__reached__is_no_proposal(shop: Shop, tmp_path: Path) -> None:
    shop.priced("reward", ThresholdTerms("spend", 5000, free_shipping=True))

    assert decided(shop, tmp_path, ("tea", 5)).proposals == ()


def test_threshold__several_rewards__are_proposed_together(shop: Shop, tmp_path: Path) -> None:
    shop.priced("shipping", ThresholdTerms("spend", 5000, free_shipping=True))
    shop.priced("tenth", ThresholdTerms("spend", 8000, benefit=TENTH))

    decision = decided(shop, tmp_path, ("tea", 1))

    assert {proposal.offer for proposal in decision.proposals} == {"shipping", "tenth"}


def test_subscription__intro_then_recurring__names_both_prices(shop: Shop, tmp_path: Path) -> None:
    terms = SubscriptionTerms(shop.only("tea"), TENTH, Benefit("percent", 3000), 2, frozenset([60, 30]))
    shop.priced("often", terms)

    proposal = only_proposal(decided(shop, tmp_path, ("tea", 2)))

    assert proposal.detail == Recurring(1400, 1800, 3, (30, 60))
    assert (proposal.list_minor, proposal.offer_minor) == (2000, 1400)


def test_add_on__options__have_their_surcharge(shop: Shop, tmp_path: Path) -> None:
    options = frozenset(map(shop.pk, ("syrup", "shot")))
    shop.priced(
        "extras", AddOnTerms(shop.only("tea"), options, benefit=TENTH, max_count=3), curated=("shot", "syrup")
    )

    proposal = only_proposal(decided(shop, tmp_path, product="tea"))

    choice = proposal.detail
    assert isinstance(choice, Choice)
    assert [(option.sku, option.offer_minor) for option in choice.options] == [("shot", 72), ("syrup", 45)]
    assert (choice.on, choice.min_count, choice.max_count) == ("tea", 0, 3)
    assert [(part.sku, part.offer_minor) for part in proposal.products] == [("syrup", 45)]


def test_add_on__some_included__the_smallest_choice_is_free(shop: Shop, tmp_path: Path) -> None:
    terms = AddOnTerms(shop.only("tea"), frozenset([shop.pk("syrup")]), min_count=2, included_count=1)
    shop.priced("extras", terms, curated=("syrup",))

    proposal = only_proposal(decided(shop, tmp_path, ("tea", 3)))

    # Two a unit, one of them free: 3 × ¥50.
    assert (proposal.list_minor, proposal.offer_minor) == (300, 150)


def test_add_on__page_of_an_option__proposes_none(shop: Shop, tmp_path: Path) -> None:
    options = frozenset([shop.pk("syrup"), shop.pk("shot")])
    shop.priced("extras", AddOnTerms(EVERYTHING, options), curated=("shot", "syrup"))

    assert decided(shop, tmp_path, product="syrup").proposals == ()


def test_add_on__no_option_in_stock__is_not_proposed(shop: Shop, tmp_path: Path) -> None:
    shop.sell("foam", stock=0)
    shop.priced("extras", AddOnTerms(EVERYTHING, frozenset([shop.pk("foam")])), curated=("foam",))

    assert decided(shop, tmp_path, product="tea").proposals == ()


@pytest.mark.parametrize(
    ("held", "quantity", "pays"),
    [(1, 3, 2000), (2, 3, 2000), (3, 6, 4000), (4, 6, 4000)],
)
def test_buy_get__two_and_a_free_one__names_the_units_and_their_cost(
    shop: Shop, tmp_path: Path, held: int, quantity: int, pays: int
) -> None:
    tea = shop.only("tea")
    shop.priced("three-for-two", BuyGetTerms(tea, 2, tea, 1, FREE))

    proposal = only_proposal(decided(shop, tmp_path, ("tea", held)))

    assert [(part.sku, part.quantity) for part in proposal.products] == [("tea", quantity)]
    assert (proposal.list_minor, proposal.offer_minor) == (quantity * 1000, pays)


def test_buy_get__as_often_as_it_may__is_not_proposed_again(shop: Shop, tmp_path: Path) -> None:
    tea = shop.only("tea")
    shop.priced("three-for-two", BuyGetTerms(tea, 2, tea, 1, FREE, max_times=1))

    assert decided(shop, tmp_path, ("tea", 3)).proposals == ()


def test_buy_get__another_product__is_proposed(shop: Shop, tmp_path: Path) -> None:
    terms = BuyGetTerms(shop.only("tea"), 2, shop.only("cup"), 1, Benefit("percent", 5000))
    shop.priced("cup-for-tea", terms, curated=("cup",))

    proposal = only_proposal(decided(shop, tmp_path, ("tea", 1)))

    parts = [(part.sku, part.quantity, part.offer_minor) for part in proposal.products]
    assert parts == [("tea", 2, 2000), ("cup", 1, 300)]


def test_buy_get__a_category__gives_its_best_seller(shop: Shop, tmp_path: Path) -> None:
    shop.categories = {"cups": None}
    shop.sell("mug", price=800, category="cups")
    shop.popular = {None: [("syrup", 9), ("mug", 5)]}
    terms = BuyGetTerms(shop.only("tea"), 1, Selector(categories=frozenset([1])), 1, FREE)
    shop.priced("mug-for-tea", terms)

    proposal = only_proposal(decided(shop, tmp_path, ("tea", 1)))

    assert [part.sku for part in proposal.products] == ["tea", "mug"]


def test_kinds__about_one_product__are_proposed_together(shop: Shop, tmp_path: Path) -> None:
    shop.priced("more", QuantityTerms(EVERYTHING, STEPS))
    shop.priced("often", SubscriptionTerms(EVERYTHING, TENTH))
    shop.priced("still-more", QuantityTerms(EVERYTHING, STEPS), priority=-1)

    decision = decided(shop, tmp_path, product="tea", explain=True)

    assert sorted(proposal.offer for proposal in decision.proposals) == ["more", "often"]


def test_offer__that_asks_for_a_code__is_not_proposed(shop: Shop, tmp_path: Path) -> None:
    shop.priced("more", QuantityTerms(EVERYTHING, STEPS), codes=["SPRING"])

    decision = decided(shop, tmp_path, product="tea", explain=True)

    assert decision.proposals == ()
    assert decision.trace is not None
    assert decision.trace[0].failed == "code"


def test_offer__without_terms__is_not_proposed(shop: Shop, tmp_path: Path) -> None:
    for kind in ("quantity", "subscription", "add_on", "threshold", "buy_get"):
        shop.offer(kind, kind=kind)

    assert decided(shop, tmp_path, ("tea", 1)).proposals == ()


def test_cross_sell__limited_by_the_largest_discount__has_the_price_of_the_core(
    shop: Shop, tmp_path: Path
) -> None:
    benefit: dict[str, Any] = {"benefit_kind": "percent", "benefit_value": 5000}
    terms = CrossSellTerms(EVERYTHING, Benefit("percent", 5000), shop.only("tea"), by_acceptance=True)
    shop.priced("half", terms, curated=("cup",), rules={"max_discount_minor": 100}, **benefit)

    proposal = only_proposal(decided(shop, tmp_path, ("tea", 1)))

    assert (proposal.list_minor, proposal.offer_minor) == (600, 500)


def test_upgrade__limited_by_the_largest_discount__has_the_price_of_the_core(
    shop: Shop, tmp_path: Path
) -> None:
    benefit: dict[str, Any] = {"benefit_kind": "amount", "benefit_value": 200}
    terms = UpgradeTerms(EVERYTHING, frozenset([shop.pk("tea")]), Benefit("amount", 200))
    shop.priced("step", terms, curated=("tea",), rules={"max_discount_minor": 300}, **benefit)

    proposal = only_proposal(decided(shop, tmp_path, ("cup", 2)))

    assert (proposal.list_minor, proposal.offer_minor, proposal.replaces) == (2000, 1700, "cup")


def test_prior_price__with_a_saving__is_that_of_all_its_products(shop: Shop, tmp_path: Path) -> None:
    shop.history = PriceHistory(
        0, np.array([0, 0]), np.array([0, NOON - 86_400]), np.array([1000, 900], np.int64)
    )
    shop.priced("more", QuantityTerms(shop.only("tea", "cup"), STEPS), reduced_at=NOON)
    shop.priced("syrup", ThresholdTerms("spend", 9000, gift=Gift(shop.facts("syrup"))))

    decision = decided(shop, tmp_path, product="tea")

    assert {one.offer: one.prior_minor for one in decision.proposals} == {"more": 1800, "syrup": None}


def test_add_on__product_of_the_page_in_another_currency__is_not_proposed(tmp_path: Path) -> None:
    shop = Shop()
    shop.sell("import", currency="USD")
    shop.sell("wrap")
    shop.priced("options", AddOnTerms(EVERYTHING, shop.only("wrap").products), curated=["wrap"])

    assert ask(shop.publish(tmp_path), product="import").proposals == ()
