"""A kind of offer that no product file knows: registered here, it works wherever offers are priced."""

from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest
from msgspec import Struct
from msgspec.structs import replace

from engine.pricing import (
    Acceptance,
    Benefit,
    Cart,
    Gift,
    Missing,
    PricingCartLine,
    PricingOffer,
    PricingProduct,
    Selector,
    Terms,
)
from engine.pricing.claim import Claim
from engine.pricing.kinds import KINDS, decode_terms, register
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.lines import CanonicalLines, Roles
from engine.pricing.offer import Need
from engine.pricing.running_prices import RunningPrices, count
from engine.pricing.selector import ACCEPTED
from engine.promise.frozen_quote import UnreadableQuoteError, freeze, thaw
from tests.engine.pricing.build import goods, offer, only, percent, price, takes, tiers
from tests.engine.promise.freezing import owed, quote_of
from tests.engine.shop import Shop

HALF = Benefit("percent", 5000)
TEAS = {1: 1000, 2: 400}


class EveryThirdTerms(Terms, Struct, frozen=True, tag="every_third"):
    """Every third unit of the products at half price, the cheapest first, and a gift with it."""

    products: Selector
    gift: Gift | None = None

    @property
    def selectors(self) -> tuple[Selector | None, ...]:
        return (self.products,)

    @property
    def need(self) -> Need:
        return Need(3, self.products, together=True)

    def claim(
        self, offer: PricingOffer, roles: Roles, _lines: CanonicalLines, prices: RunningPrices
    ) -> Claim:
        pool = prices.pool(roles[0])
        units = count(pool) // 3
        if not units:
            return Claim(missing=(Missing("units", 3 - count(pool), self.products),))
        return Claim(takes=prices.draw(pool, units, HALF, offer.base), gift=self.gift)

    def narrowed(self, products: frozenset[int]) -> Self:
        return replace(self, products=self.products.narrowed(products))


class MemberPriceTerms(Terms, Struct, frozen=True, tag="member_price"):
    """A tenth off what the shopper accepted."""

    @property
    def selectors(self) -> tuple[Selector | None, ...]:
        return (ACCEPTED,)

    def claim(
        self, offer: PricingOffer, roles: Roles, _lines: CanonicalLines, prices: RunningPrices
    ) -> Claim:
        return Claim(takes=prices.take_all(roles[0], percent(10), offer.base))


@pytest.fixture(autouse=True)
def invented_kinds() -> Iterator[None]:
    for terms in (EveryThirdTerms, MemberPriceTerms):
        register(terms)
    yield
    for code in ("every_third", "member_price"):
        KINDS.pop(code, None)


@pytest.mark.parametrize(("cart", "saving"), [({1: 3}, 500), ({1: 2, 2: 1}, 200), ({1: 7}, 1000)])
def test_price_cart__a_registered_kind__gives_what_it_claims(cart: dict[int, int], saving: int) -> None:
    assert takes(price(goods(TEAS, cart), offer(EveryThirdTerms(only(1, 2))))) == {1: saving}


def test_price_cart__a_registered_kind_with_too_few_units__reports_how_many_are_missing() -> None:
    priced = price(goods(TEAS, {1: 2}), offer(EveryThirdTerms(only(1))))

    assert priced.outcomes[1].missing == (Missing("units", 1, only(1)),)


def test_price_cart__a_registered_kind_by_acceptance__needs_to_be_accepted() -> None:
    lines = goods(TEAS, {1: 1, 2: 1})
    member = offer(MemberPriceTerms())

    accepted = quote_of(Cart(lines, accepted=(Acceptance(1, PricingProduct(2, 400)),)), [member])

    assert price(lines, member).outcomes == {}
    assert takes(accepted.priced) == {1: 40}


def test_snapshot__an_offer_of_a_registered_kind__is_read_as_it_was_written(tmp_path: Path) -> None:
    shop = Shop()
    shop.sell("tea", "cup")
    terms = EveryThirdTerms(shop.only("tea"), Gift(shop.facts("cup")))
    shop.priced("third", terms, kind="cross_sell")

    (read,) = shop.publish(tmp_path).pricing.index.offers

    assert read.terms == terms


def test_quote__an_offer_of_a_registered_kind__is_narrowed_kept_and_refunded() -> None:
    terms = EveryThirdTerms(only(1, 2, 3), Gift(PricingProduct(9, 300)))
    quote = thaw(freeze(quote_of(Cart((PricingCartLine(PricingProduct(1, 1000), 3),)), [offer(terms)])))

    assert quote.offers[0].offer.terms == EveryThirdTerms(only(1), terms.gift)
    # One of three units comes back: a third of the 2,500 is owed. The others cost 2,000 by themselves, but
    # 1,667 were charged for them, and the gift of 300 is not sent back.
    assert owed(quote, {0: 1}) == (833, 833 - 333 - 300)


def test_quote__of_a_kind_that_is_no_longer_registered__is_not_read() -> None:
    content = freeze(
        quote_of(Cart((PricingCartLine(PricingProduct(1, 1000), 3),)), [offer(EveryThirdTerms(only(1)))])
    )
    del KINDS["every_third"]

    with pytest.raises(UnreadableQuoteError):
        thaw(content)


def test_register__a_code_that_is_taken__is_refused() -> None:
    class OtherTerms(Terms, Struct, frozen=True, tag="every_third"):
        pass

    with pytest.raises(ValueError, match="every_third is registered already"):
        register(OtherTerms)


def test_register__terms_without_a_code__are_refused() -> None:
    class OtherTerms(Terms, Struct, frozen=True):
        pass

    with pytest.raises(TypeError, match="needs the code of its kind"):
        register(OtherTerms)


@pytest.mark.parametrize("value", [{"type": "nowhere"}, {}, 4])
def test_decode_terms__no_kind__is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="no kind of offer"):
        decode_terms(Terms, value)


def test_register__two_kinds_in_one_cart__share_the_units() -> None:
    cart = goods(TEAS, {1: 3})
    bulk = offer(QuantityTerms(only(1), tiers(u3=10)), number=2)

    assert takes(price(cart, offer(EveryThirdTerms(only(1))), bulk)) == {1: 500}
