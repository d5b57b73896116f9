"""Say a tree of conditions in one sentence."""

from collections.abc import Mapping
from typing import Final

from engine.conditions.tree.say import Say
from engine.conditions.tree.tree import Group, Match, Node, Tree
from engine.wording import gettext_noop

WHOLE: Final[Mapping[Match, str]] = {
    "all": gettext_noop("For shoppers %(conditions)s"),
    "any": gettext_noop("For shoppers %(conditions)s"),
    "none": gettext_noop("For shoppers who match none of these: %(conditions)s"),
}
# Of trees on nothing but the time.
ALWAYS: Final[Mapping[Match, str]] = {
    "all": gettext_noop("For all shoppers, %(conditions)s"),
    "any": gettext_noop("For all shoppers, %(conditions)s"),
    "none": gettext_noop("For all shoppers, except: %(conditions)s"),
}
WITHIN: Final[Mapping[Match, str]] = {
    "all": gettext_noop("(%(conditions)s)"),
    "any": gettext_noop("(%(conditions)s)"),
    "none": gettext_noop("(none of: %(conditions)s)"),
}


def sentence(tree: Tree, say: Say) -> str:
    """Return the tree in words: “For shoppers in the segment loyal, Monday to Friday, 17:00–22:00”.

    Days and hours come last: “For shoppers Monday to Friday” is no sentence.
    """
    ordered = sorted(tree.nodes, key=_is_about_time)
    nodes = [_group(node, say) if isinstance(node, Group) else node.sentence(say) for node in ordered]
    messages = ALWAYS if _is_about_time(ordered[0]) else WHOLE
    return say.text(messages[tree.match], conditions=_joined(tree.match, nodes, say))


def _is_about_time(node: Node) -> bool:
    """Tell whether a node looks at nothing but the moment."""
    leaves = node.nodes if isinstance(node, Group) else (node,)
    return all(leaf.about == "moment" for leaf in leaves)


def _group(group: Group, say: Say) -> str:
    """Return a group within the tree; one of a single condition needs no brackets."""
    nodes = [leaf.sentence(say) for leaf in group.nodes]
    if len(nodes) == 1 and group.match != "none":
        return nodes[0]
    return say.text(WITHIN[group.match], conditions=_joined(group.match, nodes, say))


def _joined(match: Match, nodes: list[str], say: Say) -> str:
    return say.either(nodes) if match == "any" else say.all_of(nodes)
