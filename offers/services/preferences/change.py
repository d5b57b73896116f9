"""Change the preferences of a customer: consents and entries of the ledger, in one transaction."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from msgspec import UNSET, Struct, UnsetType

from catalog.models import Category
from catalog.services.values import FieldError
from engine.restraint import LedgerEntry
from engine.restraint.consent import CHANNELS, allows_offers
from engine.restraint.entry import Scope
from engine.restraint.policy import DAY
from offers.kinds.registry import find_kind
from offers.models import ALL_CHANNELS, ConsentPurpose, Customer
from offers.services.customer import by_two_keys, lock_customers
from offers.services.customer_input import ConsentInput, CustomerInput
from offers.services.customer_update import update_customers
from offers.services.restraint.ledger import Person, add_entries
from offers.services.restraint.refusals import Subject, lift_refusals

MAX_PAUSE_DAYS: Final = 365
# What can be taken back.
TAKEN_BACK: Final = ("offer", "product", "category", "kind")


class PreferenceChange(Struct, frozen=True, kw_only=True):
    """What changes; what is left out stays as it is.

    `topics` say by scope and name what is on. `pause_days` counts from now; None ends the pause.
    """

    is_personalised: bool | UnsetType = UNSET
    channels: Mapping[str, bool] = {}
    topics: Mapping[Subject, bool] = {}
    take_back: tuple[Subject, ...] = ()
    pause_days: int | UnsetType | None = UNSET


class Statement(Struct, frozen=True, kw_only=True):
    """Where a change was made, and the words beside a switch: of a channel, "" for personalisation."""

    source: str
    page: str = ""
    wording: Callable[[str], str] = lambda _channel: ""


class UnknownTopicError(LookupError):
    """A topic that does not exist; `subject` is its scope and name."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(f"There is no {subject[0]} {subject[1]!r}.")
        self.subject = subject


class StatementError(Exception):
    """A statement that cannot be recorded; `field` is the part of it that is wrong."""

    def __init__(self, error: FieldError) -> None:
        super().__init__(error.detail)
        self.field = error.pointer.rpartition("/")[2]
        self.code, self.detail = error.code, error.detail


@transaction.atomic
def change_preferences(
    *, customer: str, change: PreferenceChange, statement: Statement, at: datetime
) -> None:
    """Store what changes of the preferences of a customer, who is created if they are new.

    Raises UnknownTopicError or StatementError, and then changes nothing. What is as it was writes nothing.
    """
    _require_topics(change.topics)
    row = lock_customers(external_ids=[customer])[customer]
    consents = tuple(_consents(row, change, statement, at))
    if consents:
        (verdict,) = update_customers(items=[CustomerInput(id=customer, consents=consents)], at=at)
        if verdict.errors:
            raise StatementError(verdict.errors[0])
    _change_ledger(Person(row.pk), change, at)


def _require_topics(topics: Mapping[Subject, bool]) -> None:
    """Refuse to turn off what does not exist; what was deleted can still be turned on."""
    off = [subject for subject, is_on in topics.items() if not is_on]
    keys = {int(name) for scope, name in off if scope == "category" and _is_key(name)}
    known = set(Category.objects.filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
    for scope, name in off:
        is_known = (
            _is_key(name) and int(name) in known
            if scope == "category"
            else scope == "kind" and find_kind(name) is not None
        )
        if not is_known:
            raise UnknownTopicError((scope, name))


def _is_key(name: str) -> bool:
    """Return whether a name is a primary key as the ledger writes it."""
    return name.isascii() and name.isdecimal() and len(name) <= 18 and name == str(int(name))  # noqa: PLR2004


def _consents(
    row: Customer, change: PreferenceChange, statement: Statement, at: datetime
) -> Iterable[ConsentInput]:
    """Yield the statements that differ from what is in force."""
    known = by_two_keys(row.consents)
    changed: list[tuple[ConsentPurpose, str, bool]] = []
    personalised = change.is_personalised
    if personalised is not UNSET and personalised != row.is_personalised:
        changed.append((ConsentPurpose.PERSONALISATION, ALL_CHANNELS, personalised))
    changed += [
        (ConsentPurpose.MARKETING, channel, is_on)
        for channel, is_on in change.channels.items()
        if channel in CHANNELS and is_on != allows_offers(known, channel)
    ]
    for purpose, channel, is_granted in changed:
        yield ConsentInput(
            purpose=purpose,
            channel=channel,
            granted=is_granted,
            stated_at=at,
            source=statement.source,
            page=statement.page,
            wording=statement.wording("" if channel == ALL_CHANNELS else channel),
        )


def _change_ledger(person: Person, change: PreferenceChange, at: datetime) -> None:
    now = int(at.timestamp())
    # A topic that is turned off again is kept once.
    lifted = [*change.take_back, *change.topics]
    lifted += [("channel", channel) for channel, is_on in change.channels.items() if is_on]
    entries = [_topic_off(subject, now) for subject, is_on in change.topics.items() if not is_on]
    if change.pause_days is not UNSET:
        lifted.append(("everything", ""))
        if change.pause_days is not None:
            until = now + change.pause_days * DAY
            entries.append(LedgerEntry("later", now, scope="everything", until=until))
    if lifted:
        lift_refusals(person=person, subjects=lifted)
    if entries:
        add_entries(person=person, entries=entries)


def _topic_off(subject: Subject, now: int) -> LedgerEntry:
    scope: Scope = "kind" if subject[0] == "kind" else "category"
    return LedgerEntry("never", now, scope=scope, subject=subject[1])
