"""Tiers are checked where they turn only; that finds what a check of every quantity finds."""

from hypothesis import given
from hypothesis import strategies as st

from engine.pricing import Benefit, Tier, Tiers, find_tier_fault, price_with, tiered_total

benefits = st.one_of(
    st.builds(Benefit, st.just("percent"), st.integers(0, 10_000)),
    st.builds(Benefit, st.sampled_from(["amount", "fixed"]), st.integers(0, 1500)),
)
steps = st.dictionaries(st.integers(1, 12), benefits, min_size=1, max_size=4)
tiers_of_all_sorts = st.builds(
    lambda chosen, mode, after: Tiers(
        tuple(Tier(start, chosen[start]) for start in sorted(chosen)), mode, after
    ),
    steps,
    st.sampled_from(["graduated", "volume"]),
    st.sampled_from(["hold", "repeat", "list"]),
)


def first_fault(tiers: Tiers, dear: int, cheap: int, *, is_cheap_deepest: bool) -> int | None:
    """Return the first of all quantities after which a unit more costs less in total."""
    for quantity in range(1, 4 * tiers.last_quantity + 3):
        places = [place for place, count in enumerate(tiers.counts(quantity + 1)) if count]
        benefit = tiers.benefit_at(places[-1] if is_cheap_deepest else places[0])
        swapped = price_with(benefit, cheap) - price_with(benefit, dear)
        if tiered_total(tiers, quantity + 1, dear) + swapped < tiered_total(tiers, quantity, dear):
            return quantity
    return None


@given(tiers_of_all_sorts, st.integers(1, 2000))
def test_find_tier_fault__of_one_product__is_the_first_of_all_quantities(tiers: Tiers, price: int) -> None:
    fault = find_tier_fault(tiers, [price])

    expected = first_fault(tiers, price, price, is_cheap_deepest=True)
    assert (fault and fault.fewer) == expected


@given(tiers_of_all_sorts, st.integers(1, 2000), st.integers(1, 2000), st.booleans())
def test_find_tier_fault__of_a_set__is_found_wherever_one_is(
    tiers: Tiers, one: int, other: int, is_cheap_deepest: bool
) -> None:
    dear, cheap = max(one, other), min(one, other)

    fault = find_tier_fault(
        tiers, [one, other], together="cheapest_first" if is_cheap_deepest else "most_expensive_first"
    )

    by_itself = [first_fault(tiers, price, price, is_cheap_deepest=True) for price in (cheap, dear)]
    mixed = first_fault(tiers, dear, cheap, is_cheap_deepest=is_cheap_deepest)
    assert (fault is None) == (by_itself == [None, None] and mixed is None)


def test_find_tier_fault__tiers_at_a_million_units__is_found_without_trying_each() -> None:
    tiers = Tiers((Tier(999_999, Benefit("percent", 5000)),), "volume")

    fault = find_tier_fault(tiers, [1000])

    assert fault is not None
    assert (fault.fewer, fault.more) == (999_998, 999_999)
