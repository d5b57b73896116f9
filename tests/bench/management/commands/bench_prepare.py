"""Create a database for the benchmark: tables, a key with a very high limit, known customers."""

import json
from argparse import ArgumentParser
from typing import Any

import numpy as np
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from engine.learned.generations import PURCHASE
from gateway.models import ApiKeyKind
from gateway.services.key import create_key
from offers.models import Customer, CustomerHistory
from tests.bench.world.traffic import customer_id

RATE_PER_MINUTE = 10_000_000
PURCHASES_EACH = 30


class Command(BaseCommand):
    help = "Prepare a database for the benchmark and print its API key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customers", type=int, default=0)
        parser.add_argument("--products", type=int, default=1)

    def handle(self, *_args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        with transaction.atomic():
            _create_customers(options["customers"], options["products"])
        _, key = create_key(name="bench", kind=ApiKeyKind.SECRET, rate_per_minute=RATE_PER_MINUTE)
        self.stdout.write(json.dumps({"key": key}))


def _create_customers(customer_count: int, product_count: int) -> None:
    """Create customers who bought 30 products each, primary keys 1 to `product_count`."""
    rng = np.random.default_rng(4)
    customers = Customer.objects.bulk_create(
        [Customer(external_id=customer_id(number)) for number in range(customer_count)]
    )
    histories = []
    for customer in customers:
        purchases = np.zeros(PURCHASES_EACH, PURCHASE)
        purchases["product"] = rng.integers(1, product_count + 1, PURCHASES_EACH)
        purchases["orders"] = np.arange(PURCHASES_EACH, 0, -1)
        purchases["last_day"] = rng.integers(19_000, 20_000, PURCHASES_EACH)
        histories.append(CustomerHistory(customer=customer, purchases=purchases.tobytes()))
    CustomerHistory.objects.bulk_create(histories)
