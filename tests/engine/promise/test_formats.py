"""Stored quotes say in which format they are: what cannot be read is refused, never half understood."""

import base64
from pathlib import Path

import pytest

from engine.pricing import Cart, PricingCartLine, PricingProduct, price_cart
from engine.promise.frozen_quote import FORMAT, UnreadableQuoteError, freeze, thaw
from tests.engine.promise.freezing import owed, quote_of

QUOTE = quote_of(Cart((PricingCartLine(PricingProduct(1, 1000), 2),)), [])


def test_quote__decoded__equals_the_encoded_one() -> None:
    content = freeze(QUOTE)

    assert content[0] == FORMAT
    assert thaw(content) == thaw(memoryview(content)) == QUOTE


@pytest.mark.parametrize(
    "content",
    [b"", bytes([FORMAT]), bytes([FORMAT + 1]) + freeze(QUOTE)[1:], freeze(QUOTE)[1:], freeze(QUOTE)[:-1]],
    ids=["nothing", "no quote", "a later format", "no format", "cut short"],
)
def test_quote__in_another_format__is_not_read(content: bytes) -> None:
    with pytest.raises(UnreadableQuoteError):
        thaw(content)


def test_quote__stored_in_format_1__is_read_priced_and_refunded_as_it_was() -> None:
    # Three teas at 1,000, 900 and 800, two syrups at 50, an oolong at 1,300 in the place of a fourth tea,
    # two deliveries of beans at 1,080, and a cup given away. A release that cannot read it counts FORMAT up.
    content = base64.b64decode((Path(__file__).parent / "stored_quotes/format-1.b64").read_text())

    quote = thaw(content)

    priced = price_cart(cart=quote.cart, offers=quote.index, rules=quote.rules)
    assert priced.lines == quote.priced.lines
    assert (priced.gross_minor, quote.gifts) == (2700 + 100 + 1300 + 2160, {4: 1})
    assert owed(quote, {place: line.quantity for place, line in enumerate(priced.lines)}) == (6260, 6260)
