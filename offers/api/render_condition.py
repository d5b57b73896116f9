"""Turn the condition that kept an offer from being shown into a part of a trace."""

from typing import Any

from engine.conditions.tree.evaluate import Failing
from engine.conditions.tree.leaf import Amount, Leaf, Seen
from engine.conditions.tree.tree import encode_leaf
from gateway.api.render import money
from offers.api.shapes.offer import FailedConditionAnswer


def render_failing(failing: Failing) -> FailedConditionAnswer:
    """Return the condition with what it needs and what it saw; amounts as everywhere in the API."""
    leaf = failing.leaf
    return FailedConditionAnswer(
        type=leaf.type,
        place=failing.place,
        op=leaf.op,
        needed=_needed(leaf),
        seen=_seen(failing.seen),
        unwanted=failing.is_unwanted,
    )


def _needed(leaf: Leaf) -> dict[str, Any]:
    """Return the values of a condition by the names of their fields, amounts without “minor”."""
    values = encode_leaf(leaf)
    amounts = [name for name in ("minor", "from_minor", "to_minor") if name in values]
    currency = values.pop("currency", "") if amounts else ""
    for name in amounts:
        short = name.removesuffix("minor").removesuffix("_") or "amount"
        values[short] = money(values.pop(name), currency)
    return {name: value for name, value in values.items() if name not in ("type", "op")}


def _seen(seen: Seen) -> Any:
    if isinstance(seen, Amount):
        return money(seen.minor, seen.currency)
    if isinstance(seen, tuple):
        return [money(one.minor, one.currency) if isinstance(one, Amount) else one for one in seen]
    return seen
