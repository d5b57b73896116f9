"""The ledger of an order: worked numbers, and what holds for any order of refunds."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.promise.ledger import Ledger
from engine.promise.refunds import PaidLine, Share, balance_without_quote

# Bread at 8 % for 1,080 and wine at 10 % for 1,100: 180 of the 2,180 are tax.
PAID = Share(2000, 180)


def test_amount__of_an_order_with_two_rates__contains_both_in_proportion() -> None:
    assert Ledger(PAID).divide(218, like=PAID) == Share(200, 18)


def test_units__after_a_refund_by_amount__pay_their_share() -> None:
    ledger = Ledger(PAID, refunded=Share(100, 9))

    assert ledger.due_minor(1080) == 1080


def test_units__beyond_what_is_left__pay_the_rest_with_the_rest_of_the_tax() -> None:
    ledger = Ledger(PAID, refunded=Share(1100, 99), units_minor=1080)

    assert ledger.due_minor(2180) == 981
    assert ledger.divide(981, like=Share(1000, 100)) == Share(900, 81)


@pytest.mark.parametrize("owed", [-50, 0, 1080])
def test_units__if_more_was_refunded_for_them__pay_nothing(owed: int) -> None:
    assert Ledger(PAID, refunded=Share(1000, 80), units_minor=1080).due_minor(owed) == 0


def test_shipping__is_divided_as_the_goods_are() -> None:
    assert Ledger.of(PAID, 500).paid == Share(2000 + 459, 180 + 41)


@pytest.mark.parametrize("goods", [Share(0, 0), Share(1000, 0)])
def test_shipping__of_goods_without_tax__has_none(goods: Share) -> None:
    assert Ledger.of(goods, 500).paid == Share(goods.net_minor + 500, 0)


lines = st.dictionaries(
    st.integers(0, 5),
    st.builds(
        lambda quantity, net, tax: PaidLine(quantity, net + tax, tax),
        st.integers(1, 6),
        st.integers(0, 400),
        st.integers(0, 60),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=300)
@given(bought=lines, shipping=st.sampled_from([0, 0, 1, 500]), data=st.data())
def test_any_refunds__of_units_and_by_amount__add_up_and_never_exceed_what_was_paid(
    bought: dict[int, PaidLine], shipping: int, data: st.DataObject
) -> None:
    gross = sum(line.gross_minor for line in bought.values())
    tax = sum(line.tax_minor for line in bought.values())
    ledger = Ledger.of(Share(gross - tax, tax), shipping)
    assert ledger.paid.gross_minor == gross + shipping
    returned = dict.fromkeys(bought, 0)

    while returned != {place: line.quantity for place, line in bought.items()}:
        if ledger.left_minor and data.draw(st.booleans()):
            amount = data.draw(st.integers(1, ledger.left_minor))
            part, units = ledger.divide(amount, like=ledger.paid), 0
        else:
            place = data.draw(
                st.sampled_from([place for place, line in bought.items() if returned[place] < line.quantity])
            )
            step = data.draw(st.integers(1, bought[place].quantity - returned[place]))
            before = balance_without_quote(lines=bought, returned=returned)
            returned[place] += step
            after = balance_without_quote(lines=bought, returned=returned)
            exact = Fraction(bought[place].gross_minor * step, bought[place].quantity)
            units = ledger.due_minor(after.keep_minor)
            share = after.keep_minor - before.keep_minor
            assert abs(share - exact) < 1
            assert units == min(share, ledger.left_minor)
            part = ledger.divide(units, like=Share(share, 0))
        assert min(part.net_minor, part.tax_minor) >= 0
        refunded = Share(
            ledger.refunded.net_minor + part.net_minor, ledger.refunded.tax_minor + part.tax_minor
        )
        ledger = Ledger(ledger.paid, refunded, ledger.units_minor + units)
        assert refunded.net_minor <= ledger.paid.net_minor
        assert refunded.tax_minor <= ledger.paid.tax_minor

    assert ledger.left_minor <= shipping
    rest = ledger.divide(ledger.left_minor, like=ledger.paid)
    refunded = ledger.refunded
    assert Share(refunded.net_minor + rest.net_minor, refunded.tax_minor + rest.tax_minor) == ledger.paid
