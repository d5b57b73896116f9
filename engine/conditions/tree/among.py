"""Ask conditions on shoppers of many customers at once; the answers are those of `evaluate`."""

import numpy as np

from engine.conditions.shoppers import Flags, Part, Shoppers
from engine.conditions.tree.tree import Group, Tree


def among(tree: Tree | Group, shoppers: Shoppers) -> Flags:
    """Return for which customers the conditions hold together: (n,)."""
    answers = [
        among(node, shoppers) if isinstance(node, Group) else node.among(shoppers) for node in tree.nodes
    ]
    if tree.match == "all":
        return np.asarray(np.logical_and.reduce(answers))
    found = np.logical_or.reduce(answers)
    return np.asarray(found if tree.match == "any" else ~found)


def parts_of(tree: Tree) -> frozenset[Part]:
    """Return what has to be read of each customer."""
    return frozenset(part for _place, leaf in tree.leaves() for part in leaf.parts)
