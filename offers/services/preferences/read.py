"""Read the preferences of a customer: nothing is stored for them besides consents and the ledger."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from django.utils.translation import get_language, pgettext
from msgspec import Struct

from catalog.models import Category, Product
from engine.restraint import RestraintLedger
from engine.restraint.consent import CHANNELS, allows_offers
from offers.kinds.registry import all_kinds
from offers.models import Customer, Offer
from offers.services.customer import by_two_keys
from offers.services.restraint.ledger import KnownLedger, Person, read_known_ledger
from offers.services.restraint.refusals import Refusal, Subject, refusals_in

# The categories that are listed besides those turned off: the roots, by path.
MAX_CATEGORIES: Final = 100
TOPIC_SCOPES: Final = ("kind", "category")


class Topic(Struct, frozen=True):
    """A kind of offer or a category, which can be turned off; `name` identifies it within its scope."""

    scope: str
    name: str
    title: str
    is_on: bool


class HeldBack(Struct, frozen=True):
    """Something that is not shown for now, what it is called, and why."""

    refusal: Refusal
    title: str


class Preferences(Struct, frozen=True):
    """All preferences of a customer; those of a stranger are the defaults."""

    is_personalised: bool
    channels: Mapping[str, bool]
    topics: tuple[Topic, ...]
    held_back: tuple[HeldBack, ...]
    paused_until: datetime | None

    def topic(self, subject: Subject) -> Topic | None:
        """Return the topic with this scope and name."""
        return next((one for one in self.topics if (one.scope, one.name) == subject), None)


def read_preferences(*, customer: str, at: datetime) -> Preferences:
    """Return the preferences of the customer that an id stands for, in at most seven queries."""
    row = Customer.objects.known_as(customer).first()
    known = read_known_ledger(person=Person(row.pk)) if row else KnownLedger(RestraintLedger())
    ledger = known.ledger
    statements = by_two_keys(row.consents) if row else {}
    complained = {entry.channel for entry in ledger if entry.outcome == "complaint"}
    refusals = refusals_in(known, at=at)
    turned_off = [one for one in refusals if is_turned_off(one)]
    return Preferences(
        is_personalised=row is None or row.is_personalised,
        channels={one: allows_offers(statements, one) and one not in complained for one in CHANNELS},
        topics=_topics(turned_off),
        held_back=_named([one for one in refusals if not is_turned_off(one)]),
        paused_until=paused_until(ledger, at),
    )


def is_turned_off(refusal: Refusal) -> bool:
    """Return whether it is a topic that the person turned off."""
    return refusal.scope in TOPIC_SCOPES and refusal.reason == "never"


def paused_until(ledger: RestraintLedger, at: datetime) -> datetime | None:
    """Return when the pause of all offers ends that the person asked for; None without one."""
    now = int(at.timestamp())
    ends = [entry.until for entry in ledger if entry.outcome == "later" and entry.scope == "everything"]
    latest = max(ends, default=0)
    return datetime.fromtimestamp(latest, UTC) if latest > now else None


def _topics(turned_off: Sequence[Refusal]) -> tuple[Topic, ...]:
    """Return the installed kinds, then the roots of the categories and what is turned off."""
    off = {(one.scope, one.name) for one in turned_off}
    kinds = [
        Topic("kind", kind.code, str(kind.invitation), ("kind", kind.code) not in off) for kind in all_kinds()
    ]
    chosen = [int(name) for scope, name in off if scope == "category"]
    roots = Category.objects.filter(parent=None).order_by("path").values_list("pk", "path")[:MAX_CATEGORIES]
    paths = dict(roots)
    if missing := [key for key in chosen if key not in paths]:
        paths |= dict(Category.objects.filter(pk__in=missing).values_list("pk", "path"))
    categories = [
        Topic("category", str(key), path, ("category", str(key)) not in off)
        for key, path in sorted(paths.items(), key=lambda pair: (pair[1], pair[0]))
    ]
    return (*kinds, *categories)


def _named(refusals: Sequence[Refusal]) -> tuple[HeldBack, ...]:
    """Return the refusals with what shoppers call them; what was deleted is left out."""
    offers = {one.name for one in refusals if one.scope == "offer"}
    skus = {sku for one in refusals if one.scope == "product" for sku in one.name.split(" ")}
    categories = {int(one.name) for one in refusals if one.scope == "category"}
    titles: dict[Subject, str] = {("kind", kind.code): str(kind.invitation) for kind in all_kinds()}
    titles["everything", ""] = pgettext("preferences", "All offers")
    titles |= {("offer", code): title for code, title in _headlines(offers).items()}
    if skus:
        named = dict(Product.objects.filter(sku__in=skus).values_list("sku", "name"))
        titles |= {
            ("product", one.name): " + ".join(named[sku] for sku in one.name.split(" ") if sku in named)
            for one in refusals
            if one.scope == "product"
        }
    if categories:
        paths = Category.objects.filter(pk__in=categories).values_list("pk", "path")
        titles |= {("category", str(key)): path for key, path in paths}
    found = ((one, titles.get((one.scope, one.name), "")) for one in refusals)
    return tuple(HeldBack(one, title) for one, title in found if title)


def _headlines(codes: set[str]) -> dict[str, str]:
    """Return the headlines of offers by code, in the language of the reader if possible."""
    if not codes:
        return {}
    is_japanese = (get_language() or "")[:2] == "ja"
    rows = Offer.objects.filter(code__in=codes).values_list("code", "headline_en", "headline_ja")
    return {code: (ja if is_japanese else en) or en or ja for code, en, ja in rows}
