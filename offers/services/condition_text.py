"""Trees of conditions as text: their sentence, and the condition that failed with the value that it saw."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from engine.conditions.tree.evaluate import Failing
from engine.conditions.tree.leaf import Leaf, Name, Seen
from engine.conditions.tree.sentence import sentence
from engine.conditions.tree.tree import Tree, TreeError, decode
from offers.services.speech import Speech, speech_for


def sentences_of(values: Iterable[Any]) -> list[str]:
    """Return the sentence of each stored tree, "" for none, by one query for each kind of thing they name."""
    trees = [None if value is None else read_stored(value) for value in values]
    speech = speech_for(name for tree in trees if isinstance(tree, Tree) for name in names_of_tree(tree))
    return ["" if tree is None else _said(tree, speech) for tree in trees]


def sentence_of(value: Any) -> str:
    """Return the sentence of one stored tree, "" for none."""
    return sentences_of([value])[0]


def read_stored(value: Any) -> Tree | TreeError:
    """Return a stored tree, or why it is none: another version stored it, or it was not written by us."""
    try:
        return decode(value)
    except TreeError as error:
        return error


def names_of_tree(tree: Tree) -> Iterator[Name]:
    """Yield what the conditions refer to."""
    for _place, leaf in tree.leaves():
        yield from leaf.names()


def failures_of(failings: Iterable[Failing]) -> list[str]:
    """Return each condition that failed, with the value that it saw, by one query for each kind of thing."""
    known = list(failings)
    names = (name for one in known for name in (*one.leaf.names(), *_seen_names(one.leaf, one.seen)))
    speech = speech_for(names)
    return [_failure(one, speech) for one in known]


def _said(tree: Tree | TreeError, speech: Speech) -> str:
    if isinstance(tree, TreeError):
        return _("These conditions cannot be read.")
    return sentence(tree, speech)


def _seen_names(leaf: Leaf, seen: Seen) -> Iterator[Name]:
    """Yield what the seen values are names of."""
    for key in () if seen is None else (seen,) if isinstance(seen, int | float | str) else seen:
        if isinstance(key, int | str) and (name := leaf.name_of_seen(key)) is not None:
            yield name


def _failure(failing: Failing, speech: Speech) -> str:
    """Return "Only for shoppers with at least ¥5,000 in the cart. The cart has ¥4,200."."""
    leaf = failing.leaf
    return _("%(needs)s %(seen)s") % {
        "needs": _needs(failing) % {"condition": leaf.sentence(speech)},
        "seen": _seen(leaf, failing.seen, speech),
    }


def _needs(failing: Failing) -> str:
    if failing.leaf.about == "moment":
        return _("Not when: %(condition)s.") if failing.is_unwanted else _("Only when: %(condition)s.")
    if failing.is_unwanted:
        return _("Not for shoppers %(condition)s.")
    return _("Only for shoppers %(condition)s.")


def _seen(leaf: Leaf, seen: Seen, speech: Speech) -> str:
    if leaf.type == "known":
        return _("The customer is known.") if seen else _("The customer is not known.")
    value = {"seen": leaf.say_seen(seen, speech)}
    is_missing = seen is None or seen == ()
    match leaf.about:
        case "cart":
            return _("The cart has none.") if is_missing else _("The cart has %(seen)s.") % value
        case "page":
            return _("The page has none.") if is_missing else _("The page has %(seen)s.") % value
        case "shopper":
            return _("This customer: none.") if is_missing else _("This customer: %(seen)s.") % value
        case "moment":
            return _("It is %(seen)s.") % value
    return _("None was given.") if is_missing else _("Here: %(seen)s.") % value
