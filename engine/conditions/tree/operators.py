"""The operators that conditions share, with the messages that name them."""

from collections.abc import Mapping
from typing import Final

from engine.wording import gettext_noop

IS: Final = ("is", "is_not")
CONTAINS: Final = ("contains", "contains_not")
BETWEEN: Final = ("between",)
AMOUNTS: Final = ("at_least", "at_most")
COUNTS: Final = ("at_least", "at_most", "equals")
BOUGHT: Final = ("within", "not_within", "ever", "never")

NEGATED: Final = frozenset({"is_not", "contains_not"})

OPERATOR_LABELS: Final[Mapping[str, str]] = {
    "is": gettext_noop("is"),
    "is_not": gettext_noop("is not"),
    "contains": gettext_noop("contains"),
    "contains_not": gettext_noop("does not contain"),
    "between": gettext_noop("is between"),
    "at_least": gettext_noop("is at least"),
    "at_most": gettext_noop("is at most"),
    "equals": gettext_noop("is exactly"),
    "within": gettext_noop("in the last"),
    "not_within": gettext_noop("not in the last"),
    "ever": gettext_noop("at any time"),
    "never": gettext_noop("never"),
    "any": gettext_noop("any product"),
    "from": gettext_noop("is on or after"),
    "before": gettext_noop("is before"),
}
