"""What a shopper has been shown, as the shop's own server reads it: the cap of a day, and pauses."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from msgspec import Struct
from msgspec.structs import replace

from engine.restraint import Consent, Policies, Restraint, RestraintLedger, ShownCap, restrain
from offers.models import Channel, Customer
from offers.services.customer import load_known_customer, load_visitor
from offers.services.restraint.ledger import Person, lock_ledgers, rewrite
from offers.services.restraint.policies import directory_in_force, policies_in_force

_CHANNEL = str(Channel.WEB)


class ShownToday(Struct, frozen=True):
    """How many offers a shopper was shown within 24 hours, the cap, and how many offers a policy pauses.

    `cap` is the one that is reached first, None without one.
    """

    shown: int
    cap: int | None
    paused: int


def read_seen(*, customer: str | None, session: str, at: datetime) -> ShownToday:
    """Return what a customer, or a visitor by session, was shown; in one query."""
    packed = (
        load_known_customer(external_id=customer, visitor=session).ledger
        if customer
        else load_visitor(visitor=session).ledger
    )
    ledger, policies = RestraintLedger.read(packed), policies_in_force()
    now = int(at.timestamp())
    paused = _restraint(ledger, replace(policies, caps=()), now).offers.values()
    left = [
        (_restraint(ledger, replace(policies, caps=(cap,)), now).room or 0, cap) for cap in _daily(policies)
    ]
    room, cap = min(left, key=lambda one: one[0], default=(0, None))
    return ShownToday(
        shown=cap.count - room if cap else 0,
        cap=cap.count if cap else None,
        paused=sum(one.reason == "enough_shown" for one in paused),
    )


@transaction.atomic
def forget_seen(*, customer: str | None, session: str) -> None:
    """Forget what a shopper was shown, so that a tour can begin again; answers stay."""
    persons = [Person(visitor=session)]
    if customer:
        keys = Customer.objects.known_as(customer).values_list("pk", flat=True)
        persons += [Person(key) for key in keys]
    for row in lock_ledgers(existing=persons).values():
        kept = [entry for entry in RestraintLedger.read(bytes(row.entries)) if entry.outcome != "shown"]
        rewrite(row=row, ledger=RestraintLedger.of(kept))


def _daily(policies: Policies) -> Sequence[ShownCap]:
    return [cap for cap in policies.caps if cap.window_days == 1 and cap.channel in ("", _CHANNEL)]


def _restraint(ledger: RestraintLedger, policies: Policies, now: int) -> Restraint:
    directory = directory_in_force()
    return restrain(ledger, policies, Consent(), now=now, channel=_CHANNEL, directory=directory)
