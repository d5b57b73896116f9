from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from engine.conditions import Schedule
from engine.pricing import (
    Cart,
    OfferIndex,
    PricingCartLine,
    PricingOffer,
    PricingOutcome,
    PricingProduct,
    Rules,
    price_cart,
)
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.pricing.kinds.upgrade import UpgradeTerms
from tests.engine.pricing.build import fixed, goods, offer, only, percent, price

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TENTH = offer(CrossSellTerms(only(1), percent(10)))


def outcome_of(
    one: PricingOffer, *, exhausted: frozenset[int] = frozenset(), barred: dict[int, str] | None = None
) -> PricingOutcome:
    cart = Cart((PricingCartLine(PricingProduct(1, 1000)),), exhausted=exhausted, barred=barred or {})
    return price_cart(cart=cart, offers=OfferIndex([one]), rules=Rules(at=NOON)).outcomes[1]


@pytest.mark.parametrize(
    ("starts", "ends", "status", "reason"),
    [
        (None, None, "applied", None),
        (NOON, NOON + HOUR, "applied", None),
        (NOON - HOUR, NOON, "expired", None),  # half-open: over at its end
        (NOON + HOUR, None, "not_eligible", "not_started"),
    ],
)
def test_price_cart__an_offer_with_a_period__applies_within_it(
    starts: datetime | None, ends: datetime | None, status: str, reason: str | None
) -> None:
    schedule = Schedule(*(None if one is None else int(one.timestamp()) for one in (starts, ends)))

    outcome = outcome_of(msgspec.structs.replace(TENTH, schedule=schedule))

    assert (outcome.status, outcome.reason) == (status, reason)


def test_price_cart__an_offer_that_is_closed_to_the_cart__has_a_reason() -> None:
    assert outcome_of(TENTH, exhausted=frozenset([1])).status == "limit_reached"
    assert outcome_of(TENTH, barred={1: "audience"}) == PricingOutcome(1, "not_eligible", reason="audience")
    dollars = msgspec.structs.replace(TENTH, currency="USD")
    assert outcome_of(dollars) == PricingOutcome(1, "not_eligible", reason="currency")


def test_price_cart__a_fixed_price_above_list__saves_nothing() -> None:
    outcome = outcome_of(offer(CrossSellTerms(only(1), fixed(1200))))

    assert (outcome.status, outcome.reason) == ("not_eligible", "no_saving")


def test_price_cart__an_offer_on_nothing_in_the_cart__is_not_eligible_and_not_listed() -> None:
    priced = price(goods({1: 1000}, {1: 1}), offer(CrossSellTerms(only(2), percent(10))))

    assert priced.outcomes == {}
    assert priced.outcome_of(1) == PricingOutcome(1, "not_eligible", reason="not_in_cart")


def test_price_cart__an_offer_at_list_price__applies_and_takes_nothing() -> None:
    outcome = outcome_of(offer(CrossSellTerms(only(1))))

    assert (outcome.status, outcome.discount_minor, outcome.lines) == ("applied", 0, ())


def test_price_cart__an_empty_cart__costs_nothing() -> None:
    priced = price([], TENTH)

    assert (priced.lines, priced.total_minor, priced.gross_minor) == ((), 0, 0)


@pytest.mark.parametrize(
    "lines",
    [
        (PricingCartLine(PricingProduct(1, 1000), 0),),
        (PricingCartLine(PricingProduct(1, 1000)), PricingCartLine(PricingProduct(1, 900))),
    ],
)
def test_price_cart__invalid_lines__are_refused(lines: tuple[PricingCartLine, ...]) -> None:
    with pytest.raises(ValueError, match=r"at least one unit|two sets of facts"):
        price(lines)


@pytest.mark.parametrize(
    "offers",
    [
        [TENTH, TENTH],
        [offer(ThresholdTerms("spend", 100, benefit=fixed(50)))],
        [offer(UpgradeTerms(only(1), frozenset()))],
    ],
)
def test_offer_index__invalid_offers__are_refused(offers: list[PricingOffer]) -> None:
    with pytest.raises(ValueError, match=r"share an id|no fixed price|names the products"):
        OfferIndex(offers)
