"""The text field of a tree of conditions, with all that a script needs to show it as rows."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

from engine.conditions.tree.leaf import About, Leaf, Name
from engine.conditions.tree.leaves import LEAVES
from engine.conditions.tree.operators import OPERATOR_LABELS
from engine.conditions.tree.say import Kind
from offers.admin.conditions.inputs import SEARCHED, Inputs
from offers.services.condition_text import sentence_of
from offers.services.speech import speech_for

ALL_ABOUTS: tuple[About, ...] = ("cart", "page", "shopper", "moment", "place")
# The kind of things that a search chooses.
KINDS: Mapping[str, Kind] = {"products": "product", "categories": "category"}


class TreeWidget(UnfoldAdminExpandableTextareaWidget):  # type: ignore[misc] # Unfold ships no types
    """A text field with JSON, which a script replaces with rows; `abouts` are the conditions it offers."""

    class Media:
        # What searches need, as Unfold names it: a form may have no other field that searches.
        js = (
            f"admin/js/vendor/jquery/jquery{'' if settings.DEBUG else '.min'}.js",
            "admin/js/vendor/select2/select2.full.js",
            "admin/js/jquery.init.js",
            "admin/js/autocomplete.js",
            "offers/conditions/inputs.js",
            "offers/conditions/builder.js",
        )
        css: ClassVar[dict[str, tuple[str, ...]]] = {
            "screen": ("admin/css/vendor/select2/select2.css", "admin/css/autocomplete.css")
        }

    def __init__(self, abouts: Collection[About] = ALL_ABOUTS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.abouts = abouts

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> str:
        """Return the text field with the script's plan and the sentence of the tree."""
        given = {**(attrs or {}), "data-conditions": ""}
        identity = given.setdefault("id", f"id_{name}")
        tree = json_of(value)
        context = {
            "area": super().render(name, value, given, renderer),
            "plan": self._plan(tree),
            "plan_id": f"{identity}-plan",
            "panel_id": f"{identity}-panel",
            "sentence": sentence_of(tree),
        }
        return render_to_string("admin/offers/condition_tree.html", context)

    def _plan(self, tree: Any) -> dict[str, Any]:
        inputs = Inputs(str(node.get("currency", "")) for node in nodes_of(tree))
        leaves = [leaf for leaf in LEAVES.values() if leaf.operators and leaf.about in self.abouts]
        return {
            "words": words(),
            "matches": matches(),
            "abouts": [
                (about, str(label)) for about, label in about_labels().items() if about in self.abouts
            ],
            "types": [described(leaf, inputs) for leaf in leaves],
            "names": chosen_names(tree),
            "sentence_url": reverse("condition_sentence"),
            "count_url": reverse("condition_count"),
        }


def described(leaf: type[Leaf], inputs: Inputs) -> dict[str, Any]:
    """Return a type of condition with its operators and inputs."""
    # What belongs to the operator follows it: "in the last 60 days: Coffee".
    fields = sorted(leaf.fields, key=lambda field: field.operators is None)
    return {
        "type": leaf.type,
        "about": leaf.about,
        "label": _(leaf.label),
        "note": _(leaf.note) if leaf.note else "",
        "operators": [(operator, _(OPERATOR_LABELS[operator])) for operator in leaf.operators],
        "fields": [inputs.input_of(field, leaf) for field in fields],
    }


def chosen_names(tree: Any) -> dict[str, dict[str, str]]:
    """Return the names of the rows that a tree has chosen, by what searches for them and by primary key."""
    chosen: dict[str, set[int]] = {source: set() for source in SEARCHED}
    for node in nodes_of(tree):
        leaf = LEAVES.get(str(node.get("type")))
        for field in leaf.fields if leaf else ():
            if field.widget in chosen and isinstance(node.get(field.name), list):
                chosen[field.widget] |= {key for key in node[field.name] if isinstance(key, int)}
    names = {Name(KINDS[source], key) for source, keys in chosen.items() for key in keys}
    known = speech_for(names).names
    return {
        source: {
            str(key): known[Name(KINDS[source], key)] for key in keys if Name(KINDS[source], key) in known
        }
        for source, keys in chosen.items()
    }


def json_of(text: str) -> Any:
    """Return the value in a JSON text, None where there is none."""
    try:
        return json.loads(text or "null")
    except (ValueError, RecursionError):
        return None


def nodes_of(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield the conditions in what may be a tree."""
    for node in tree.get("nodes", ()) if isinstance(tree, dict) else ():
        if isinstance(node, dict) and "nodes" in node:
            yield from nodes_of(node)
        elif isinstance(node, dict):
            yield node


def about_labels() -> dict[About, str]:
    """Return what conditions look at, in the order in which the page lists them."""
    return {
        "shopper": _("Customer"),
        "cart": _("Cart"),
        "page": _("Product on the page"),
        "moment": _("Day and time"),
        "place": _("Where it is shown"),
    }


def matches() -> list[tuple[str, str]]:
    """Return how the conditions of a group combine."""
    return [
        ("all", _("All must hold")),
        ("any", _("At least one must hold")),
        ("none", _("None may hold")),
    ]


def words() -> dict[str, str]:
    """Return what the script writes; %s is the number of a row, or what was deleted."""
    return {
        "conditions": _("Conditions"),
        "condition": _("Condition"),
        "choose": _("Choose a condition…"),
        "operator": _("Comparison"),
        "match": _("How the conditions combine"),
        "matchGroup": _("How the conditions of the group combine"),
        "nthCondition": _("Condition %s"),
        "nthGroup": _("Group %s"),
        "gone": _("No longer there: %s"),
        "add": _("Add a condition"),
        "addGroup": _("Add a group"),
        "duplicate": _("Duplicate %s"),
        "remove": _("Remove %s"),
        "duplicated": _("Duplicated."),
        "removed": _("Removed."),
        "undo": _("Undo"),
        "failed": _(
            "The sentence could not be written. Check your connection, and that you are still signed in."
        ),
    }
