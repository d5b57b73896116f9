"""What a person does not want to be shown: listed, lifted, and lifted by a purchase."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Final

from django.db import transaction
from msgspec import Struct
from msgspec.structs import replace

from engine.behaviour import Behaviour
from engine.restraint import Consent, Drop, Hold, LedgerEntry, Restraint, RestraintLedger, restrain
from engine.restraint.entry import products_key
from offers.models import PersonLedger
from offers.services.behaviour.retention import forget_bought
from offers.services.restraint.ledger import (
    KnownLedger,
    Person,
    lock_ledgers,
    read_known_ledger,
    rewrite,
)
from offers.services.restraint.policies import directory_in_force, policies_in_force

# The answers that lifting a refusal takes back.
_REFUSING: Final = frozenset({"dismissed", "later", "declined", "never"})
# The rulings that follow from a no; others follow from what was counted.
_NO: Final = frozenset({"declined", "never", "owned"})
_PUT_OFF: Final = frozenset({"later"})
_WITH_SWITCH: Final = frozenset({"paused", "complaint"})

Change = Callable[[LedgerEntry], LedgerEntry | None]
# A scope and a name.
Subject = tuple[str, str]


class Refused(Struct, frozen=True):
    """What a person refuses now: codes of offers, and keys of products (`products_key`).

    Also codes of kinds, primary keys of categories as text, codes of offers that they put off, and whether
    they want no offers at all.
    """

    offers: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    put_off: frozenset[str] = frozenset()
    everything: bool = False


class Refusal(Struct, frozen=True):
    """Something that is held back because of what the person said.

    `name` is the code of an offer, the SKUs of products, the primary key of a category, the code of a kind or
    "" for everything, by `scope`. `until` is None where it holds for good; `reason` is a code of
    `engine.restraint.rulings`. `is_answer` says whether the person can take it back: what was only counted
    ends by itself.
    """

    scope: str
    name: str
    reason: str
    said_at: datetime | None
    until: datetime | None
    is_answer: bool


NOTHING_REFUSED: Final = Refused()


def load_refused(*, person: Person, visitor: str = "", at: datetime) -> Refused:
    """Return what a person refuses, also as a visitor before logging in, in one query."""
    return refused_in(read_known_ledger(person=person, visitor=visitor), at=at)


def refused_in(known: KnownLedger, *, at: datetime) -> Refused:
    """Return what the person behind a ledger refuses."""
    if not len(known.ledger):
        return NOTHING_REFUSED
    restraint = _restraint_of(known, at=at)
    everything = restraint.everything
    return Refused(
        offers=_with_reason(restraint.offers, _NO),
        products=_with_reason(restraint.products, _NO),
        kinds=_with_reason(restraint.kinds, _NO),
        categories=_with_reason(restraint.categories, _NO),
        put_off=_with_reason(restraint.offers, _PUT_OFF),
        everything=everything is not None and everything.reason in _NO | _WITH_SWITCH,
    )


def _with_reason(rulings: Mapping[str, Hold | Drop], reasons: Collection[str]) -> frozenset[str]:
    return frozenset([name for name, one in rulings.items() if one.reason in reasons])


def list_refusals(*, person: Person, at: datetime) -> list[Refusal]:
    """Return what is held back from a person and why, in one query; the newest answers first."""
    return refusals_in(read_known_ledger(person=person), at=at)


def _restraint_of(known: KnownLedger, *, at: datetime) -> Restraint:
    """Return what is held back from a person in the web shop by what they did, at any hour of the day."""
    policies = replace(policies_in_force(), caps=(), quiet=())
    directory = directory_in_force(due=known.due)
    return restrain(
        known.ledger, policies, Consent(), now=int(at.timestamp()), channel="web", directory=directory
    )


def refusals_in(known: KnownLedger, *, at: datetime) -> list[Refusal]:
    """Return what is held back from the person behind a ledger; the newest answers first.

    A pause and a complaint are not: each has a switch of its own.
    """
    restraint = _restraint_of(known, at=at)
    everything = restraint.everything
    said: dict[str, int] = {}
    entries = list(known.ledger)
    for entry in entries:
        said |= {entry.subject: entry.at, entry.products: entry.at}
    said.pop("", None)
    has_switch = everything is None or everything.reason in _WITH_SWITCH
    held: tuple[tuple[str, Mapping[str, Hold | Drop]], ...] = (
        ("everything", {} if everything is None or has_switch else {"": everything}),
        ("offer", restraint.offers),
        ("product", restraint.products),
        ("category", restraint.categories),
        ("kind", restraint.kinds),
    )
    found = [
        Refusal(
            scope,
            name,
            one.reason,
            _moment(said.get(name)),
            _end_of(one),
            scope != "everything" and any(_without(entry, scope, name) != entry for entry in entries),
        )
        for scope, rulings in held
        for name, one in rulings.items()
    ]
    latest = datetime.max.replace(tzinfo=UTC)
    return sorted(found, key=lambda one: one.said_at or latest, reverse=True)


@transaction.atomic
def lift_refusals(*, person: Person, subjects: Collection[Subject]) -> bool:
    """Take back the answers about these subjects; return whether there was one.

    A subject is a scope and a name as of `Refusal`. The scope `everything` has no name and is a pause, and
    `channel` takes back complaints about a channel.
    """
    row = lock_ledgers(existing=[person]).get(person)
    return row is not None and _rewrite(row, lambda entry: _without_all(entry, subjects))


def lift_bought(*, customer: int, products: Mapping[str, int], placed_at: datetime) -> None:
    """Take back the refusals of products that were bought later, in the caller's transaction.

    `products` are primary keys by SKU. That the customer looked at them before is forgotten, too.
    """
    bought, until = products.keys(), int(placed_at.timestamp())

    def change(entry: LedgerEntry) -> LedgerEntry | None:
        is_over = (
            entry.products
            and entry.outcome in ("declined", "later")
            and entry.at <= until
            and bought >= set(entry.products.split(" "))
        )
        return _without_products(entry) if is_over else entry

    person, keys = Person(customer), frozenset(products.values())
    stored = PersonLedger.objects.filter(customer_id=customer).first()
    if stored is None:
        return
    is_lifted = any(change(entry) != entry for entry in RestraintLedger.read(bytes(stored.entries)))
    looked_at = Behaviour.read(bytes(stored.behaviour))
    if is_lifted or len(looked_at.without_products(keys, until)) < len(looked_at):
        row = lock_ledgers(persons=[person])[person]
        _rewrite(row, change)
        forget_bought(row=row, products=keys, until=until)


def _rewrite(row: PersonLedger, change: Change) -> bool:
    """Change the entries of a locked row; return whether any is another now."""
    before = list(RestraintLedger.read(bytes(row.entries)))
    after = [changed for entry in before if (changed := change(entry)) is not None]
    if after == before:
        return False
    rewrite(row=row, ledger=RestraintLedger.of(after))
    return True


def _without_all(entry: LedgerEntry, subjects: Collection[Subject]) -> LedgerEntry | None:
    left: LedgerEntry | None = entry
    for scope, name in subjects:
        if left is not None:
            left = _without(left, scope, name)
    return left


def _without(entry: LedgerEntry, scope: str, name: str) -> LedgerEntry | None:
    if scope == "channel":
        return None if entry.outcome == "complaint" and entry.channel == name else entry
    if entry.outcome not in _REFUSING:
        return entry
    if scope == "product" and entry.products == products_key(name.split(" ")):
        return _without_products(entry)
    if scope == "offer" and entry.scope == "offer" and entry.subject == name:
        return replace(entry, scope="product", subject="") if entry.products else None
    return None if entry.scope == scope and entry.subject == name else entry


def _without_products(entry: LedgerEntry) -> LedgerEntry | None:
    return replace(entry, products="") if entry.scope == "offer" and entry.subject else None


def _end_of(ruling: Hold | Drop) -> datetime | None:
    return _moment(ruling.until) if isinstance(ruling, Hold) else None


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
