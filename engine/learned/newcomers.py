"""What customers buy who are like a new one: those who have the same value of an attribute.

A trait is an attribute with one of its values. For each trait, products have an affinity: the logarithm of
how many times more often they are bought by customers with the trait than by all whose attributes are known.
A customer with several traits has the mean of their affinities. The weight is fitted on held-out orders.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct


class Preference(Struct, frozen=True, array_like=True):
    """A product of a trait: its primary key, its affinity and the orders of the recent window with it."""

    product: int
    affinity: float
    orders: int


class Newcomers(Struct, frozen=True):
    """What customers with each trait prefer, by the name of the trait.

    A product scores ln(1 + recent orders / POPULAR_UNIT) + weight · affinity; one that no trait of the
    customer lists has affinity 0.
    """

    weight: float
    traits: Mapping[str, tuple[Preference, ...]]

    def preferred(self, attributes: Mapping[str, object]) -> dict[int, Preference]:
        """Return what the traits of this customer list, by primary key; nothing without such traits."""
        found = [self.traits[name] for name in trait_names(attributes) if name in self.traits]
        preferred: dict[int, Preference] = {}
        for one in (one for listed in found for one in listed):
            before = preferred.get(one.product)
            affinity = one.affinity / len(found) + (before.affinity if before else 0.0)
            preferred[one.product] = Preference(one.product, affinity, one.orders)
        return preferred


def trait_names(attributes: Mapping[str, object]) -> Iterator[str]:
    """Yield the names of a customer's traits: one for each text, yes or no; numbers are none."""
    for code, value in attributes.items():
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, bool):
                yield f"{code}={'yes' if one else 'no'}"
            elif isinstance(one, str):
                yield f"{code}={one}"
