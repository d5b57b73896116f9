"""What is known of the names in a ledger."""

from typing import Final


class Directory:
    """What is known of the names in a ledger; this one knows nothing.

    `knows_due` is False where `due_at` would answer None about everything.
    """

    knows_due: bool = True

    def kind_of(self, offer: str) -> str:
        """Return the code of an offer's kind, "" if it is not known."""
        del offer
        return ""

    def category_of(self, products: str) -> str:
        """Return the primary key, as text, of the category of the first product; "" for none."""
        del products
        return ""

    def due_at(self, products: str, after: int) -> int | None:
        """Return when the person needs a product again that they got at `after`; None if not known."""
        del products, after
        return None


NOTHING_KNOWN: Final = Directory()
