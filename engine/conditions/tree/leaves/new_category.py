"""The shopper has never bought from the category of the page's product."""

from collections.abc import Hashable
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.tree.leaf import About, Field, Leaf, Seen
from engine.conditions.tree.operators import IS
from engine.conditions.tree.say import Kind, Say
from engine.wording import gettext_noop


class NewCategoryLeaf(Leaf, frozen=True, tag="new_category"):
    """The page's product is of a category from which the shopper has never bought, or is not."""

    type: ClassVar[str] = "new_category"
    label: ClassVar[str] = gettext_noop("First time in the page’s category")
    about: ClassVar[About] = "page"
    needs_page: ClassVar[bool] = True
    operators: ClassVar[tuple[str, ...]] = IS
    fields: ClassVar[tuple[Field, ...]] = ()
    sees: ClassVar[Kind | None] = "category"

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether a known customer bought from the category, or did not."""
        shopper, category = circumstances.shopper, own_category(circumstances)
        if shopper is None or category is None:
            return False
        return (category in shopper.bought_categories) == (self.op == "is_not")

    def seen(self, circumstances: Circumstances) -> Seen:
        """Return the category of the page's product."""
        category = own_category(circumstances)
        return None if category is None else (category,)

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return whether the shopper bought from the category, None where one of them is not known."""
        shopper, category = circumstances.shopper, own_category(circumstances)
        return None if shopper is None or category is None else category in shopper.bought_categories

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        if self.op == "is":
            return say.text(gettext_noop("who have never bought from the category of the page"))
        return say.text(gettext_noop("who have bought from the category of the page"))


def own_category(circumstances: Circumstances) -> int | None:
    """Return the category of the page's product itself, without those above it."""
    return None if circumstances.page is None else circumstances.page.category
