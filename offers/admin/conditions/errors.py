"""What is wrong with a tree of conditions, in a merchandiser's words and by its place."""

import re
from typing import Final

from django.utils.translation import gettext as _

from engine.conditions.tree.tree import TreeError
from offers.admin.conditions.inputs import NAMED

_NODE: Final = re.compile(r"/nodes/(\d+)")


def error_text(error: TreeError) -> str:
    """Return what is wrong with a condition, after the name of the input that is wrong."""
    if error.code == "unknown_type":
        return _("Choose a condition.")
    names = [name for name in error.place.split("/") if name in NAMED]
    detail = _(error.detail)
    return _("%(label)s: %(error)s") % {"label": NAMED[names[-1]], "error": detail} if names else detail


def placed_text(error: TreeError) -> str:
    """Return what is wrong, after the number of the condition as the page shows it."""
    number = ".".join(str(int(place) + 1) for place in _NODE.findall(error.place))
    text = error_text(error)
    return _("Condition %(number)s: %(error)s") % {"number": number, "error": text} if number else text
