"""Read which traits customers have: values of attributes with choices, and of those that are yes or no."""

from collections.abc import Mapping

import numpy as np

from analytics.stats.traits import CustomerTraits
from engine.learned.newcomers import trait_names
from offers.models import AttributeType, CustomerAttribute
from offers.services.audience.batches import read_batches

_TYPES = (AttributeType.CHOICE, AttributeType.LIST, AttributeType.YES_NO)


def read_traits() -> CustomerTraits | None:
    """Return the traits of all customers, None where no such attribute is declared."""
    codes = set(CustomerAttribute.objects.filter(type__in=_TYPES).values_list("code", flat=True))
    if not codes:
        return None
    numbers: dict[str, int] = {}
    customers, traits = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for shoppers, _percent in read_batches(["attributes"], today=0):
        # Customers with the same attributes share them.
        distinct = {id(attributes): attributes for attributes in shoppers.attributes}
        known = {key: _numbers(attributes, codes, numbers) for key, attributes in distinct.items()}
        of_each = [known[id(attributes)] for attributes in shoppers.attributes]
        customers.append(np.repeat(shoppers.keys, [len(of_one) for of_one in of_each]))
        traits.append(np.array([trait for of_one in of_each for trait in of_one], np.int64))
    return CustomerTraits(
        customer=np.concatenate(customers), trait=np.concatenate(traits), names=tuple(numbers)
    )


def _numbers(attributes: Mapping[str, object], codes: set[str], numbers: dict[str, int]) -> list[int]:
    """Return the numbers of the traits; those not met before get the next ones."""
    declared = {code: value for code, value in attributes.items() if code in codes}
    return [numbers.setdefault(name, len(numbers)) for name in trait_names(declared)]
