"""Every requested unit is found in the priced lines exactly once."""

from collections import Counter

from hypothesis import given

from checkout.services.quote.basket import AskedUnits
from checkout.services.quote.shares import share_lines
from engine.pricing import (
    Acceptance,
    Benefit,
    Cart,
    OfferIndex,
    PricingCartLine,
    PricingOffer,
    PricingProduct,
    Rules,
    Selector,
    price_cart,
)
from engine.pricing.kinds.upgrade import UpgradeTerms
from tests.engine.pricing.strategies import carts, offer_lists, rules

TEA, OOLONG = PricingProduct(1, 1000), PricingProduct(4, 1500)


def asked_in(cart: Cart) -> list[AskedUnits]:
    """Return the cart's lines as a request would have asked for them."""
    return [
        AskedUnits(
            index,
            line.product.id,
            line.quantity,
            line.interval_days,
            line.cycle if line.interval_days else 1,
            tuple(sorted(_options(line).items())),
        )
        for index, line in enumerate(cart.lines)
    ]


def _options(line: PricingCartLine) -> Counter[int]:
    counts: Counter[int] = Counter()
    for option in line.options:
        counts[option.product.id] += option.quantity
    return counts


@given(cart=carts(), offers=offer_lists(), by=rules)
def test_shares__of_any_cart__add_up_to_its_units_and_prices(
    cart: Cart, offers: list[PricingOffer], by: Rules
) -> None:
    priced = price_cart(cart=cart, offers=OfferIndex(offers), rules=by)

    shares = share_lines(asked=asked_in(cart), priced=priced)

    found: Counter[int] = Counter()
    for line, ours in zip(priced.lines, shares, strict=True):
        found.update({share.index: share.quantity for share in ours})
        if line.parent is None and line.gift_of is None:
            assert sum(share.quantity for share in ours) == line.quantity
            assert sum(share.total_minor for share in ours) == line.total_minor
        else:
            assert ours == ()
    assert found == {index: line.quantity for index, line in enumerate(cart.lines)}


def test_shares__exchanged_units__are_found_in_their_new_lines() -> None:
    terms = UpgradeTerms(Selector(frozenset([1])), frozenset([4]), Benefit("fixed", 1300))
    cart = Cart((PricingCartLine(TEA, 3), PricingCartLine(OOLONG)), accepted=(Acceptance(1, OOLONG, 1, 2),))
    priced = price_cart(cart=cart, offers=OfferIndex([PricingOffer(id=1, terms=terms)]), rules=Rules())

    tea, oolong = share_lines(asked=asked_in(cart), priced=priced)

    assert [(share.index, share.quantity, share.total_minor) for share in tea] == [(0, 1, 1000)]
    # The more expensive unit, at list price, goes to the first line.
    assert [(share.index, share.quantity, share.total_minor) for share in oolong] == [
        (0, 2, 2800),
        (1, 1, 1300),
    ]
