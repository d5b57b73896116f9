"""What depends on the currency of a product: it cannot change meanwhile."""

from collections.abc import Callable, Collection, Mapping

from django.utils.translation import gettext as _

from catalog.services.amounts import listed

# Returns by SKU the names of what depends on the currency of these products.
FindDependents = Callable[[Collection[str]], Mapping[str, Collection[str]]]

SHOWN_NAMES = 10
_finders: list[FindDependents] = []


def register_dependents(finder: FindDependents) -> None:
    """Ask the finder before the currency of a product changes; for `AppConfig.ready()`."""
    _finders.append(finder)


def refusals_of_currency(skus: Collection[str]) -> dict[str, str]:
    """Return why the currency of these products cannot change, by SKU; nothing for those of which it can."""
    names: dict[str, set[str]] = {}
    for finder in _finders if skus else ():
        for sku, found in finder(skus).items():
            names.setdefault(sku, set()).update(found)
    words = _("The currency cannot change while these depend on it: %(names)s")
    return {sku: words % {"names": listed(sorted(found)[:SHOWN_NAMES])} for sku, found in names.items()}
