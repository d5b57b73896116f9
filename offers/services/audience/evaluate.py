"""Find the customers who meet conditions, in sets: a million in less time than a minute."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

import numpy as np
from django.conf import settings

from engine.conditions.audiences import Audiences
from engine.conditions.shoppers import Ints
from engine.conditions.tree.among import among
from engine.conditions.tree.local import local_day
from engine.conditions.tree.tree import Tree
from offers.services.audience.batches import read_batches
from offers.services.audience.conditions import stored_trees


class Scanned(NamedTuple):
    """Who of some more customers is in each audience, and how many percent of all have been seen."""

    members: Mapping[int, Ints]
    percent: int


def scan_members(*, trees: Mapping[int, Tree], audiences: Audiences, at: datetime) -> Iterator[Scanned]:
    """Yield the members of several trees, by their keys, in one pass over all customers, ascending."""
    asked = list(trees.values())
    needed = audiences.needed_by(asked)
    today = local_day(int(at.timestamp()), settings.TIME_ZONE)
    for shoppers, percent in read_batches(audiences.parts_of(asked), today=today):
        audiences.fill(shoppers, needed)
        yield Scanned({key: shoppers.keys[among(tree, shoppers)] for key, tree in trees.items()}, percent)


def members_of(tree: Tree, *, at: datetime) -> Ints:
    """Return the primary keys of the customers who meet the conditions at a moment, ascending."""
    blocks = [scanned.members[0] for scanned in _scan(tree, at)]
    return np.concatenate([np.empty(0, np.int64), *blocks])


def count_customers(tree: Tree, *, at: datetime) -> int:
    """Return how many customers meet the conditions at a moment."""
    return sum(len(scanned.members[0]) for scanned in _scan(tree, at))


def _scan(tree: Tree, at: datetime) -> Iterator[Scanned]:
    return scan_members(trees={0: tree}, audiences=Audiences(stored_trees()), at=at)
