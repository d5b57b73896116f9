from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.pricing import Benefit, BenefitKind, BundleLine, allocate, percent_of, price_bundle, price_with

amounts = st.integers(0, 2**53 - 1)
kinds: st.SearchStrategy[BenefitKind] = st.sampled_from(["none", "percent", "amount", "fixed"])


@st.composite
def benefits(draw: st.DrawFn) -> Benefit:
    kind = draw(kinds)
    return Benefit(kind, draw(st.integers(1, 10_000) if kind == "percent" else amounts))


bundle_lines = st.lists(
    st.builds(BundleLine, unit_minor=st.integers(0, 10**9), quantity=st.integers(1, 999)),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize(
    ("amount", "basis_points", "share"),
    [
        (1000, 1000, 100),  # 10 % of ¥1,000
        (1990, 1500, 299),  # 15 % of 1,990 is 298.5: half up
        (1999, 1000, 200),  # 199.9
        (333, 3333, 111),  # 110.9889
        (1, 4999, 0),
        (1, 5000, 1),
        (0, 10_000, 0),
        (2**53 - 1, 10_000, 2**53 - 1),
    ],
)
def test_percent_of__worked_numbers__round_half_up_once(amount: int, basis_points: int, share: int) -> None:
    assert percent_of(amount, basis_points) == share


@given(amounts, st.integers(0, 10_000))
def test_percent_of__any_amount__is_the_nearest_integer_half_up(amount: int, basis_points: int) -> None:
    exact = Fraction(amount * basis_points, 10_000)

    assert percent_of(amount, basis_points) == floor(exact + Fraction(1, 2))


@pytest.mark.parametrize(
    ("benefit", "list_minor", "price"),
    [
        (Benefit("none"), 1980, 1980),
        (Benefit("percent", 1000), 398, 358),  # 39.8 off
        (Benefit("percent", 10_000), 1980, 0),
        (Benefit("amount", 300), 1980, 1680),
        (Benefit("amount", 5000), 1980, 0),  # never below nothing
        (Benefit("fixed", 1500), 1980, 1500),
        (Benefit("fixed", 2500), 1980, 1980),  # an offer never makes it dearer
        (Benefit("fixed", 0), 1980, 0),
    ],
)
def test_price_with__worked_numbers__are_exact(benefit: Benefit, list_minor: int, price: int) -> None:
    assert price_with(benefit, list_minor) == price


@given(benefits(), amounts)
def test_price_with__any_benefit__is_between_zero_and_the_list_price(
    benefit: Benefit, list_minor: int
) -> None:
    assert 0 <= price_with(benefit, list_minor) <= list_minor


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),  # ties go to the earlier line
        (100, [500, 300, 200], [50, 30, 20]),
        (10, [398, 248, 198], [5, 3, 2]),  # 4.715…, 2.938…, 2.345…
        (1, [1, 2, 1], [0, 1, 0]),
        (0, [5, 5], [0, 0]),
        (0, [], []),
        (3, [0, 0], [2, 1]),
        # Ten seats over 1,000 voters by Hamilton's method: 4.30, 3.53, 2.17.
        (10, [430, 353, 217], [4, 4, 2]),
    ],
)
def test_allocate__worked_numbers__lose_no_minor_unit(
    total: int, weights: list[int], shares: list[int]
) -> None:
    assert allocate(total, weights) == shares


def test_allocate__an_amount_without_lines__is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to split"):
        allocate(1, [])


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=30), st.floats(0, 1))
def test_allocate__part_of_the_sum__adds_up_and_exceeds_no_line(weights: list[int], part: float) -> None:
    total = int(sum(weights) * part)

    shares = allocate(total, weights)

    assert sum(shares) == total
    assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=12, unique=True), st.data())
def test_allocate__lines_in_another_order__get_the_same_shares_within_one(
    weights: list[int], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(weights))))
    total = data.draw(st.integers(0, sum(weights)))

    shares = allocate(total, weights)
    moved = allocate(total, [weights[line] for line in order])

    assert sorted(moved) == pytest.approx(sorted(shares), abs=1)


@pytest.mark.parametrize(
    ("lines", "benefit", "offer", "shares"),
    [
        # 398 + 248 + 198 = 844 for 780: 64 off, split 30.18, 18.81, 15.01.
        ([(398, 1), (248, 1), (198, 1)], Benefit("fixed", 780), 780, (368, 229, 183)),
        ([(398, 1), (248, 1), (198, 1)], Benefit("amount", 100), 744, (351, 219, 174)),
        # 10 % off each unit: 39.8 → 40, 24.8 → 25 twice.
        ([(398, 1), (248, 2)], Benefit("percent", 1000), 804, (358, 446)),
        ([(500, 2)], Benefit("none"), 1000, (1000,)),
        ([(500, 1), (0, 1)], Benefit("amount", 900), 0, (0, 0)),
        ([], Benefit("fixed", 100), 0, ()),
    ],
)
def test_price_bundle__worked_numbers__are_split_over_the_parts(
    lines: list[tuple[int, int]], benefit: Benefit, offer: int, shares: tuple[int, ...]
) -> None:
    priced = price_bundle([BundleLine(*line) for line in lines], benefit)

    assert (priced.offer_minor, priced.line_minor) == (offer, shares)


@given(bundle_lines, benefits())
def test_price_bundle__any_parts__cost_between_zero_and_their_list_price(
    lines: list[BundleLine], benefit: Benefit
) -> None:
    priced = price_bundle(lines, benefit)

    assert 0 <= priced.offer_minor <= priced.list_minor == sum(line.list_minor for line in lines)
    assert sum(priced.line_minor) == priced.offer_minor
    assert all(0 <= share <= line.list_minor for share, line in zip(priced.line_minor, lines, strict=True))
