"""Fill a database with customers, count ten audiences, and print how long it took."""

import json
import time
from argparse import ArgumentParser
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Any, Final

import numpy as np
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, models, transaction
from django.utils.timezone import now

from catalog.models import Category, Product
from engine.learned.facts import SEGMENTS
from engine.learned.generations import PURCHASE
from offers.models import Audience, Customer, CustomerFacts, CustomerHistory
from offers.services.audience.count import count_waiting, request_counts
from tests.support.learned_facts import bought_from, day_number, due, publish_customers

AT: Final = datetime(2026, 11, 30, 12, tzinfo=UTC)
TODAY: Final = date(2026, 11, 30)
# As many customers are made one by one; the others repeat them.
MODELS: Final = 1_000
PURCHASES_EACH, CATEGORIES_EACH, DUE_EACH = 40, 12, 5
_MULTIPLY: Final = (
    "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s) "
    "INSERT INTO offers_customer (external_id, {columns}) "
    "SELECT 'more-' || n, {columns} FROM numbers JOIN offers_customer c ON c.id = %s + n %% %s"
)
_REPEAT: Final = (
    "INSERT INTO {table} (customer_id, {columns}) SELECT c.id, {columns} "
    "FROM offers_customer c JOIN {table} f ON f.customer_id = %s + c.id %% %s WHERE c.id >= %s + %s"
)


class Command(BaseCommand):
    help = "Count audiences of many customers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customers", type=int, required=True)

    def handle(self, *_args: Any, customers: int, **_options: Any) -> None:
        call_command("migrate", verbosity=0)
        with transaction.atomic():
            categories, products = _make_goods()
            _make_models(categories, products)
            _repeat_models(customers)
            _make_audiences([one.pk for one in categories], [one.pk for one in products])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        request_counts(audiences=Audience.objects.all(), at=now())
        wall, own, server = time.monotonic(), time.process_time(), _server_seconds()
        counted = count_waiting(at=AT)
        figures = {
            "customers": Customer.objects.count(),
            "audiences": counted,
            "seconds": round(time.monotonic() - wall, 1),
            "cpu_seconds": round(time.process_time() - own, 1),
            "server_cpu_seconds": round(_server_seconds() - server, 1),
            "peak_mb": getrusage(RUSAGE_SELF).ru_maxrss // 1024,
            "sizes": list(Audience.objects.order_by("pk").values_list("count__size", flat=True)),
        }
        self.stdout.write(json.dumps(figures))


def _make_goods() -> tuple[list[Category], list[Product]]:
    categories = [Category.objects.create(name=f"C {at}", path=f"C {at}") for at in range(60)]
    products = [
        Product(sku=f"p-{at}", name=f"P {at}", category=categories[at % 60], currency="USD", price_minor=900)
        for at in range(5_000)
    ]
    return categories, Product.objects.bulk_create(products)


def _make_models(categories: list[Category], products: list[Product]) -> None:
    """Create the customers whom the others repeat."""
    rng = np.random.default_rng(1)
    customers = Customer.objects.bulk_create(
        Customer(
            external_id=f"c-{at}",
            attributes={"skin": ("dry", "oily", "mixed")[at % 3], "children": at % 5},
            answers={"taste": {"roast": ("dark", "light")[at % 2]}},
            consents={} if at % 20 else {"personalisation": {"all": False}},
            is_personalised=bool(at % 20),
        )
        for at in range(MODELS)
    )
    histories = [CustomerHistory(customer=one, purchases=_purchases(products, rng)) for one in customers]
    CustomerHistory.objects.bulk_create(histories)
    publish_customers(
        [
            {
                "customer": customer,
                "segment": SEGMENTS[at % len(SEGMENTS)],
                "value": 1_000 * at,
                "due": [
                    due(products[row], TODAY + timedelta(days=int(rng.integers(-40, 40))))
                    for row in rng.choice(5_000, DUE_EACH, replace=False)
                ],
                "categories": [
                    bought_from(categories[row], TODAY - timedelta(days=int(rng.integers(400))))
                    for row in sorted(rng.choice(60, CATEGORIES_EACH, replace=False))
                ],
            }
            for at, customer in enumerate(customers)
        ],
        currency="USD",
    )


def _purchases(products: list[Product], rng: np.random.Generator) -> bytes:
    bought = rng.choice(5_000, PURCHASES_EACH, replace=False)
    today = day_number(TODAY)
    rows = [(products[row].pk, 2, today - int(rng.integers(400)), 0.5, 0.5) for row in bought]
    return np.array(rows, PURCHASE).tobytes()


def _repeat_models(customers: int) -> None:
    """Add customers like the models until there are as many as wanted."""
    first = Customer.objects.order_by("pk").values_list("pk", flat=True)[0]
    with connection.cursor() as cursor:
        statement = _MULTIPLY.format(columns=_columns(Customer, "id", "external_id"))
        cursor.execute(statement, [customers - MODELS, first, MODELS])
        for model in (CustomerFacts, CustomerHistory):
            statement = _REPEAT.format(table=model._meta.db_table, columns=_columns(model, "customer_id"))
            cursor.execute(statement, [first, MODELS, first, MODELS])


def _columns(model: type[models.Model], *left_out: str) -> str:
    """Return the columns of a table, except some."""
    columns = (str(field.column) for field in model._meta.concrete_fields)
    return ", ".join(column for column in columns if column not in left_out)


def _make_audiences(categories: list[int], products: list[int]) -> None:
    """Create ten audiences that look at everything that is known of customers; the last two are nested."""
    nodes: list[dict[str, Any]] = [
        {"type": "segment", "op": "is", "values": ["loyal", "champion"]},
        {"type": "orders", "op": "at_least", "count": 3},
        {"type": "last_order", "op": "at_least", "days": 60},
        {"type": "bought_product", "op": "within", "products": products[:20], "days": 90},
        {"type": "bought_category", "op": "not_within", "categories": categories[:5], "days": 60},
        {"type": "due", "op": "any"},
        {"type": "attribute", "op": "is", "name": "skin", "values": ["dry"]},
        {"type": "answer", "op": "is", "survey": "taste", "question": "roast", "values": ["dark"]},
    ]
    trees = [[node] for node in nodes]
    for at, tree in enumerate(trees):
        _create_audience(at, tree)
    made = list(Audience.objects.order_by("pk").values_list("pk", flat=True))
    _create_audience(8, [{"type": "audience", "op": "is", "audiences": made[:3]}])
    _create_audience(9, [{"type": "audience", "op": "is_not", "audiences": made[3:4]}, *nodes[:2]])


def _create_audience(at: int, nodes: list[dict[str, Any]]) -> None:
    tree = {"version": 1, "match": "all", "nodes": nodes}
    Audience.objects.create(code=f"a-{at}", name_en=f"Audience {at}", conditions=tree)


def _server_seconds() -> float:
    """Return the CPU time of the PostgreSQL process of this connection; 0 where there is none."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        process = cursor.fetchone()[0]
    numbers = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(numbers[11]) + int(numbers[12])) / 100
