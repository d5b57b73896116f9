"""The condition tree of an offer as conditions: one for each thing that its nodes look at."""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final, Literal

from engine.conditions.circumstances import Circumstances
from engine.conditions.condition import Condition, Subject
from engine.conditions.tree.evaluate import Failing, first_failing, holds
from engine.conditions.tree.leaf import Leaf, Name
from engine.conditions.tree.leaves.cart_category import CartCategoryLeaf
from engine.conditions.tree.leaves.cart_product import CartProductLeaf
from engine.conditions.tree.tree import Group, Node, Tree

Asked = Literal["moment", "shopper", "page", "cart"]


class TreeRequired(Condition, frozen=True):
    """The part of an offer's condition tree that looks at the same."""

    tree: Tree

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether this part of the tree holds."""
        return holds(self.tree, circumstances)

    def failing(self, circumstances: Circumstances) -> Failing | None:
        """Return the first single condition that keeps the part from holding, None if it holds."""
        return first_failing(self.tree, circumstances)


class MomentRequired(TreeRequired, frozen=True, tag="moment"):
    """The part that looks at the time alone."""

    name: ClassVar[str] = "moment"
    reason: ClassVar[str] = "moment"
    subject: ClassVar[Subject] = "offer"


class ShopperRequired(TreeRequired, frozen=True, tag="shopper"):
    """The part that looks at the shopper, and at what a request says about them."""

    name: ClassVar[str] = "shopper"
    reason: ClassVar[str] = "shopper"
    subject: ClassVar[Subject] = "shopper"


class PageRequired(TreeRequired, frozen=True, tag="page"):
    """The part that looks at what only a page knows; where a cart is priced, nobody asks it."""

    name: ClassVar[str] = "page"
    reason: ClassVar[str] = "page"
    subject: ClassVar[Subject] = "shopper"

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether this part of the tree holds, or there is no page."""
        return circumstances.page is None or holds(self.tree, circumstances)


class CartRequired(TreeRequired, frozen=True, tag="cart"):
    """The part that looks at the cart."""

    name: ClassVar[str] = "cart"
    reason: ClassVar[str] = "cart"
    subject: ClassVar[Subject] = "cart"

    @property
    def grows(self) -> bool:
        """Tell whether it goes on holding for a cart that holds more."""
        return self.closed_by == frozenset()

    @property
    def closed_by(self) -> frozenset[Name] | None:
        """Return the products and categories of which one more may close it, None where anything may."""
        names: frozenset[Name] = frozenset()
        for leaf in _closing(self.tree, holding=True):
            if not isinstance(leaf, CartProductLeaf | CartCategoryLeaf):
                return None
            names |= leaf.names()
        return names


AnyRequired = MomentRequired | ShopperRequired | PageRequired | CartRequired
REQUIRED: Final[Mapping[Asked, type[AnyRequired]]] = {
    "moment": MomentRequired,
    "shopper": ShopperRequired,
    "page": PageRequired,
    "cart": CartRequired,
}


def parts_of(tree: Tree) -> Iterator[AnyRequired]:
    """Yield the tree as conditions, in the order in which they are asked.

    A tree of which all nodes must hold, or none, falls into parts; one of which any may hold is asked as a
    whole.
    """
    groups: dict[Asked, list[int]] = {}
    if tree.match == "any":
        groups[_looks_at(leaf for _place, leaf in tree.leaves())] = list(range(len(tree.nodes)))
    else:
        for at, node in enumerate(tree.nodes):
            groups.setdefault(_looks_at(_leaves(node)), []).append(at)
    for asked, kind in REQUIRED.items():
        if asked in groups:
            places = tuple(groups[asked])
            yield kind(Tree(tree.match, tuple(tree.nodes[at] for at in places), places))


def _looks_at(leaves: Iterable[Leaf]) -> Asked:
    """Return what a condition on all of these looks at."""
    found = list(leaves)
    if any(leaf.needs_page for leaf in found):
        return "page"
    if any(leaf.about == "cart" for leaf in found):
        return "cart"
    return "moment" if all(leaf.about == "moment" for leaf in found) else "shopper"


def _leaves(node: Node) -> tuple[Leaf, ...]:
    return node.nodes if isinstance(node, Group) else (node,)


def _closing(node: Tree | Node, *, holding: bool) -> Iterator[Leaf]:
    """Yield the conditions that may not go on holding, or not holding, for a cart that holds more."""
    if isinstance(node, Leaf):
        if not (node.grows if holding else node.shrinks):
            yield node
        return
    inner = holding if node.match != "none" else not holding
    for one in node.nodes:
        yield from _closing(one, holding=inner)
