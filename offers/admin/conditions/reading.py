"""Read what was entered as a tree of conditions."""

import json
from collections.abc import Collection
from typing import Any

from engine.conditions.tree.leaf import About
from engine.conditions.tree.tree import Tree, TreeError, decode
from engine.wording import gettext_noop


def read_text(text: str, abouts: Collection[About]) -> Tree | None:
    """Return the tree in a text, None in an empty one. Raises TreeError, also for conditions not allowed."""
    if not text.strip():
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TreeError("", "not_a_tree", gettext_noop("Conditions must be a JSON object.")) from error
    return None if value is None else read_value(value, abouts)


def read_value(value: Any, abouts: Collection[About]) -> Tree:
    """Return the tree that a value is. Raises TreeError."""
    tree = decode(value)
    for place, leaf in tree.leaves():
        if leaf.about not in abouts:
            raise TreeError(f"{place}/type", "not_here", gettext_noop("This condition cannot be used here."))
    return tree
