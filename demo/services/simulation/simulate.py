"""Simulate the last weeks: real baskets and customers, real decisions, invented answers."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
from django.db import transaction
from django.utils.timezone import localdate

from demo.plans.simulated import CHANNEL, NAME, PAGES_PER_WEEK, SEED
from demo.services.shop import Say, import_file
from demo.services.simulation.count import count_results
from demo.services.simulation.mark import orders_path
from demo.services.simulation.orders import OrderRow, order_of, write_orders
from demo.services.simulation.shopping import Answer, Shopping, accepted_slots
from demo.services.simulation.store import store_simulated
from demo.services.simulation.trials import begin_trials, end_trials, spans_between
from demo.services.simulation.visits import RealBasket, Visit, read_baskets, returning, visits_of
from engine.decision import decide
from engine.decision.types import DecisionRequest, KnownCustomer
from engine.journal.record import JournalRecord
from engine.snapshot.reader import Snapshot
from gateway.models import ApiKey, ApiKeyKind
from gateway.services.key import create_key, revoke_key
from offers.services.changed_days import start_of
from offers.services.customer import load_known_customer
from offers.services.journal.records import Owner, circumstances_of, record_of
from offers.services.serving import serving_snapshot
from offers.services.snapshot import refresh_snapshot

_WEEK: Final = timedelta(days=7)


@dataclass
class Simulated:
    """What shoppers were shown and did."""

    records: list[JournalRecord] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    order_rows: list[OrderRow] = field(default_factory=list)


def simulate(*, weeks: int, data: Path, without: Collection[str], at: datetime, say: Say) -> None:
    """Simulate the weeks before today, and count their results.

    `without` are customers who take no part. The orders are imported from a file in `data`.
    """
    today = localdate(at)
    first = today - weeks * _WEEK
    begin_trials(first=first, today=today)
    refresh_snapshot(at=at)
    snapshot = serving_snapshot()
    if snapshot is None:
        return
    say(f"Simulating {weeks} weeks of shoppers")
    key = _key(at)
    done = shop(snapshot, first=first, today=today, without=without, key=key, count=weeks * PAGES_PER_WEEK)
    orders = orders_path(data)
    write_orders(done.order_rows, orders)
    if done.order_rows:
        import_file("import_orders", orders)
    with transaction.atomic():
        store_simulated(records=done.records, answers=done.answers, key=key, at=at)
        end_trials(first=first, today=today)
    count_results(at=at)


def shop(
    snapshot: Snapshot, *, first: date, today: date, without: Collection[str], key: int, count: int
) -> Simulated:
    """Let shoppers visit `count` pages from the first day until today, and return to them.

    The same seed and data give the same visits.
    """
    rng = np.random.default_rng(SEED)
    end = start_of(today)
    baskets = read_baskets(first=start_of(first), end=end, count=count, without=without, rng=rng)
    of_customer: dict[str, list[RealBasket]] = defaultdict(list)
    for basket in baskets:
        of_customer[basket.customer].append(basket)
    known = {customer: load_known_customer(external_id=customer) for customer in of_customer}
    shopping, done = Shopping(end=end, rng=rng), Simulated()
    pages = list(visits_of(baskets, rng))
    decided = [_decide(snapshot, page, known[page.customer], key) for page in pages]
    for visit, place in returning(pages, spans=spans_between(first, today)):
        if visit.customer in shopping.gone:
            continue
        record = shopping.shown(visit, decided[place], rng.bytes(12).hex())
        answers = list(shopping.answers(visit, record))
        done.records.append(record)
        done.answers += answers
        done.order_rows += order_of(
            number=len(done.records),
            visit=visit,
            slots=accepted_slots(answers),
            baskets=of_customer,
            end=end,
            rng=rng,
        )
    return done


def _decide(snapshot: Snapshot, visit: Visit, customer: KnownCustomer, key: int) -> JournalRecord:
    """Return the record of the decision for a visit, without an ID."""
    owner = Owner(key, visit.customer)
    asked = DecisionRequest(
        placement=visit.placement,
        at=int(visit.at.timestamp()),
        cart=visit.cart,
        product=visit.product,
        customer=customer,
        channel=CHANNEL.value,
        unit=owner.unit,
    )
    return record_of(
        decide(snapshot=snapshot, request=asked),
        decision_id="",
        page="",
        at_ms=asked.at * 1000,
        channel=asked.channel,
        circumstances=circumstances_of(asked),
        owner=owner,
        snapshot=snapshot.version,
    )


def _key(at: datetime) -> int:
    """Return the primary key of the API key that the decisions are counted under; nobody can use it."""
    known = ApiKey.objects.filter(name=NAME).first()
    if known is None:
        known, _secret = create_key(name=NAME, kind=ApiKeyKind.SECRET)
        revoke_key(key=known, at=at)
    return known.pk
