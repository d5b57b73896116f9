"""An entry of a ledger: one thing that happened between the shop and a person."""

from typing import Final, Literal

from msgspec import Struct

Scope = Literal["offer", "product", "category", "kind", "everything"]
Outcome = Literal["shown", "clicked", "dismissed", "later", "declined", "never", "accepted", "complaint"]
WhyNot = Literal["", "price", "fit", "timing", "have_it", "never", "comparison", "shipping_cost", "other"]

# What the codes in the records stand for: a code is the position in its tuple. Append only.
SCOPES: Final[tuple[Scope, ...]] = ("offer", "product", "category", "kind", "everything")
OUTCOMES: Final[tuple[Outcome, ...]] = (
    "shown",
    "clicked",
    "dismissed",
    "later",
    "declined",
    "never",
    "accepted",
    "complaint",
)
WHY_NOT: Final[tuple[WhyNot, ...]] = (
    "",
    "price",
    "fit",
    "timing",
    "have_it",
    "never",
    "comparison",
    "shipping_cost",
    "other",
)
# The outcomes that ask not to be shown something.
REFUSALS: Final = frozenset({"later", "declined", "never", "complaint"})
SCOPE_CODE: Final = {scope: code for code, scope in enumerate(SCOPES)}
OUTCOME_CODE: Final = {outcome: code for code, outcome in enumerate(OUTCOMES)}
WHY_NOT_CODE: Final = {reason: code for code, reason in enumerate(WHY_NOT)}

# Moments are seconds since 1970-01-01 UTC, below 2**32.
NO_END: Final = 0
NEXT_VISIT: Final = 2**32 - 1
NO_NAME: Final = 2**16 - 1
# The packed form: one column after the other, wide ones first, so that each is aligned, in the formats of
# `array`. Channels and placements are places in a list of where something happened, subjects and products
# in a list of names; NO_NAME for none.
COLUMNS: Final = (
    ("at", "I"),
    ("until", "I"),
    ("channel", "H"),
    ("placement", "H"),
    ("subject", "H"),
    ("products", "H"),
    ("scope", "B"),
    ("reason", "B"),
)


class LedgerEntry(Struct, frozen=True):
    """What happened, `at` when, and what the answer is about.

    `subject` is the code of the offer, for a category its primary key as text, for a kind its code; "" for
    none. `products` are the SKUs that the offer proposed, ascending, with a space between. An answer of the
    scope `offer` is about the offer and these products, one of the scope `product` about the products only.
    `until` ends what was put off or declined; NO_END where the policies decide, NEXT_VISIT until the next
    visit begins. Never and a complaint have no end.
    """

    outcome: Outcome
    at: int
    scope: Scope = "offer"
    subject: str = ""
    products: str = ""
    reason: WhyNot = ""
    channel: str = ""
    placement: str = ""
    until: int = NO_END


def products_key(skus: "list[str] | tuple[str, ...] | frozenset[str]") -> str:
    """Return the name of products that were proposed together: SKUs contain no white space."""
    return " ".join(sorted(set(skus)))
