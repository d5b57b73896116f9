"""Read what a customer did, in the names of the catalogue."""

from datetime import UTC, datetime

from msgspec import Struct

from catalog.models import Category, Product
from engine.behaviour import Act, Behaviour, What
from offers.models import PersonLedger

_TYPES = {
    What.VIEWED_PRODUCT: "view",
    What.VIEWED_CATEGORY: "view",
    What.SEARCHED: "search",
    What.ADDED_PRODUCT: "add_to_cart",
    What.ADDED_CATEGORY: "add_to_cart",
}
_CATEGORIES = (What.VIEWED_CATEGORY, What.ADDED_CATEGORY)


class StoredAct(Struct, frozen=True):
    """What a customer did how often, the last time at `at`; one of `sku`, `category` and `text` is set."""

    type: str
    at: datetime
    count: int
    sku: str | None = None
    category: str | None = None
    text: str | None = None


def find_behaviour(*, customer: int) -> tuple[StoredAct, ...]:
    """Return what a customer did, the newest first, by three queries at most.

    What was done with a product or category that is deleted is left out.
    """
    packed = PersonLedger.objects.filter(customer_id=customer).values_list("behaviour", flat=True).first()
    acts = Behaviour.read(bytes(packed or b""))
    categories = {act.subject for act in acts if act.what in _CATEGORIES}
    products = {act.subject for act in acts if act.what not in _CATEGORIES} - _texts(acts)
    skus = dict(Product.objects.filter(pk__in=products).values_list("pk", "sku")) if products else {}
    paths = dict(Category.objects.filter(pk__in=categories).values_list("pk", "path")) if categories else {}
    found = (_named(act, skus, paths) for act in acts)
    return tuple(one for one in found if one.sku or one.category or one.text)


def _texts(acts: Behaviour) -> set[int | str]:
    return {act.subject for act in acts if act.what == What.SEARCHED}


def _named(act: Act, skus: dict[int, str], paths: dict[int, str]) -> StoredAct:
    kind, at = _TYPES[What(act.what)], datetime.fromtimestamp(act.at, UTC)
    if not isinstance(act.subject, int):
        return StoredAct(kind, at, act.count, text=act.subject)
    if act.what in _CATEGORIES:
        return StoredAct(kind, at, act.count, category=paths.get(act.subject))
    return StoredAct(kind, at, act.count, sku=skus.get(act.subject))
