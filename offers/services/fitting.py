"""How many customers fit conditions, while somebody edits them: counted for a moment, or at least so many."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.conditions.audiences import Audiences
from engine.conditions.tree.tree import Group, Node, Tree
from offers.services.audience.conditions import stored_trees
from offers.services.audience.evaluate import scan_members
from offers.services.generation import newest_generation

# Longer than this nobody waits for a figure beside a form.
PATIENCE_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Fit:
    """How many customers fit: all of them if `percent` is 100, or of so many percent of the customers.

    `facts_at` is when what is known of customers was worked out, None where it never was.
    """

    count: int
    percent: int
    facts_at: datetime | None


def shopper_part(tree: Tree) -> Tree | None:
    """Return the part of a tree that customers can be counted by, None where there is none.

    Of a tree of which all, or none, of the nodes must hold, that is the nodes about the shopper alone. One of
    which any may hold has a part only if all its conditions are about the shopper.
    """
    nodes = tuple(node for node in tree.nodes if _is_about_shoppers(node))
    if not nodes or (tree.match == "any" and len(nodes) < len(tree.nodes)):
        return None
    return Tree(tree.match, nodes)


def _is_about_shoppers(node: Node) -> bool:
    leaves = node.nodes if isinstance(node, Group) else (node,)
    return all(leaf.about == "shopper" for leaf in leaves)


def count_fitting(tree: Tree, *, at: datetime, patience: float = PATIENCE_SECONDS) -> Fit:
    """Count the customers who meet conditions on the shopper, for `patience` seconds at most."""
    newest = newest_generation().first()
    facts_at = newest.published_at if newest else None
    until = time.monotonic() + patience
    count = 0
    for scanned in scan_members(trees={0: tree}, audiences=Audiences(stored_trees()), at=at):
        count += len(scanned.members[0])
        if time.monotonic() > until:
            return Fit(count, scanned.percent, facts_at)
    return Fit(count, 100, facts_at)
