"""What is lost when rows that others name are deleted."""

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fate(models.TextChoices):
    """What becomes of something that loses what is deleted."""

    CONTINUES = "continues", _("It continues with what is left.")
    INACTIVE = "inactive", _("It is paused.")
    EMPTIED = "emptied", _("Nothing else is left, so it will be paused.")
    UNMET = "unmet", _("Its conditions can then never be met, so it will be paused.")
    FREED = "freed", _("The two no longer exclude each other. Its version changes.")
    NOBODY = "nobody", _("Nobody can belong to it any more.")
    IDLE = "idle", _("Nothing else is left, so it no longer excludes anything.")
    WITHHELD = "withheld", _("Nobody can have the value any more, so its products are no longer proposed.")
    NEXT = "next", _("After a decline, it shows the next offers instead.")
    COMPARED = "compared", _("The arms are compared without it from now on.")
    UNRESERVED = "unreserved", _("The reserved slot becomes free.")


# What somebody should think about before the deletion.
GRAVE = frozenset(
    {Fate.EMPTIED, Fate.UNMET, Fate.FREED, Fate.NOBODY, Fate.IDLE, Fate.WITHHELD, Fate.NEXT, Fate.COMPARED}
)


class Loss(NamedTuple):
    """What something loses by a deletion, and what becomes of it: a row of `model` with the key `pk`."""

    model: type[models.Model]
    pk: int
    name: str
    names: tuple[str, ...]
    fate: Fate

    @property
    def is_paused(self) -> bool:
        """Tell whether the deletion pauses it."""
        return self.fate in (Fate.EMPTIED, Fate.UNMET)

    @property
    def is_grave(self) -> bool:
        """Tell whether somebody should think about it before the deletion."""
        return self.fate in GRAVE

    @property
    def kind(self) -> str:
        """Return what it is: "offer"."""
        return str(self.model._meta.verbose_name)  # noqa: SLF001 (Django's documented model API)

    @property
    def page(self) -> str:
        """Return the name of its page in the admin."""
        return f"admin:{self.model._meta.label_lower.replace('.', '_')}_change"  # noqa: SLF001
