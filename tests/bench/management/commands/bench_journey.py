"""Fill a database with the benchmark's files, one placement and one offer; print the API key."""

import io
import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from catalog.models import Product
from catalog.services.revision import raise_revision
from checkout.models import OrderLine
from gateway.models import ApiKeyKind
from gateway.services.key import create_key
from offers.models import Offer, OfferStrategy, Placement, StrategyCode
from offers.services.snapshot import refresh_snapshot

RATE_PER_MINUTE = 10_000_000


class Command(BaseCommand):
    help = "Fill a database for the recompute benchmark."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("products")
        parser.add_argument("orders")

    def handle(self, *_args: Any, **options: Any) -> None:
        said = io.StringIO()
        call_command("migrate", verbosity=0)
        for command in ("products", "orders"):
            call_command(
                f"import_{command}",
                options[command],
                keep_good=True,
                no_progress=True,
                stdout=said,
                stderr=said,
            )
        _create_offer()
        _, key = create_key(name="bench", kind=ApiKeyKind.SECRET, rate_per_minute=RATE_PER_MINUTE)
        refresh_snapshot(at=timezone.now())
        counts = {"products": Product.objects.count(), "lines": OrderLine.objects.count()}
        self.stdout.write(json.dumps({"key": key, **counts}))


def _create_offer() -> None:
    """Create an offer for every page: recommendations, or else best sellers."""
    placement = Placement.objects.create(code="home", name="Home")
    offer = Offer.objects.create(
        code="bench", name="Bench", kind="cross_sell", currency=settings.AWASE_CURRENCY
    )
    offer.placements.add(placement)
    for position, strategy in enumerate((StrategyCode.BOUGHT_TOGETHER, StrategyCode.POPULAR)):
        OfferStrategy.objects.create(offer=offer, strategy=strategy, position=position)
    raise_revision(domain="offers")
