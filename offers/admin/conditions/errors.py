"""What is wrong with a tree of conditions, in a merchandiser's words and by its place."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from engine.conditions.tree.tree import MAX_NODES, TreeError
from offers.admin.conditions.inputs import label_of

_NODE: Final = re.compile(r"/nodes/(\d+)")
# How msgspec, which checks the types of values, begins its messages.
_TECHNICAL: Final = ("Expected", "Invalid", "Object")

ERRORS: Mapping[str, Any] = {
    "not_a_tree": gettext_lazy("Conditions must be a JSON object."),
    "unknown_version": gettext_lazy("These conditions have an unknown version."),
    "too_many_nodes": gettext_lazy("There may be at most %(limit)s conditions and groups."),
    "unknown_match": gettext_lazy("A group must match all, any or none of its conditions."),
    "empty_group": gettext_lazy("A group needs at least one condition."),
    "too_deep": gettext_lazy("A group in a group may not contain groups."),
    "unknown_type": gettext_lazy("Choose a condition."),
    "unknown_operator": gettext_lazy("Choose a comparison."),
    "unknown_field": gettext_lazy("This condition has a field that does not belong to it: %(field)s."),
    "missing_field": gettext_lazy("Enter a value: %(label)s."),
    "not_here": gettext_lazy("This condition cannot be used here."),
}


def error_text(error: TreeError) -> str:
    """Return what is wrong, without its place."""
    field = error.place.rpartition("/")[2]
    if error.code in ERRORS:
        return str(ERRORS[error.code]) % {"limit": MAX_NODES, "field": field, "label": label_of(field)}
    if error.detail.startswith(_TECHNICAL):
        name = next((part for part in reversed(error.place.split("/")) if not part.isdecimal()), "")
        return _("This value cannot be used: %(label)s.") % {"label": label_of(name)}
    return _(error.detail)


def placed_text(error: TreeError) -> str:
    """Return what is wrong, after the number of the condition as the page shows it."""
    number = ".".join(str(int(place) + 1) for place in _NODE.findall(error.place))
    text = error_text(error)
    return _("Condition %(number)s: %(error)s") % {"number": number, "error": text} if number else text
