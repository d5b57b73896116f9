"""Stored quotes say in which format they are: what cannot be read is refused, never half understood."""

import pytest

from offers.frozen_quote import FORMAT, UnreadableQuoteError, freeze, thaw
from offers.pricing import Cart, CartLine, Product
from tests.offers.freezing import quote_of

QUOTE = quote_of(Cart((CartLine(Product(1, 1000), 2),)), [])


def test_quote__thawed__is_what_was_frozen() -> None:
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
