"""The simulated weeks of the demo."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from pytest_django import Settings

from analytics.models import ExperimentResult, JournaledDecision, PatternSearch
from analytics.services.experiments.recount import recount_due
from analytics.services.experiments.stored import read_result
from catalog.models import Category, Product
from checkout.models import Order, OrderLine
from demo.data.catalogue import CatalogueItem
from demo.plans import simulated as plan
from demo.services.audiences import set_up_customers
from demo.services.curation import curate
from demo.services.shop import DemoShop
from demo.services.simulation.orders import order_of
from demo.services.simulation.simulate import simulate
from demo.services.simulation.trials import is_simulated, spans_between
from demo.services.simulation.visits import RealBasket, Visit, returning
from engine.journal.record import JournalSlot
from offers.models import Customer, Event, EventType, Experiment, HoldoutGroups, LifecycleState
from offers.services.changed_days import start_of
from offers.services.snapshot import refresh_snapshot
from tests.support.admin_cast import Cast

SHOPPERS, WEEKS = 40, 1
ROWS = [
    ("plain", "Dry noodles/pasta", "Spaghetti dry", 45),
    ("sauce", "Pasta sauce", "Traditional", 199),
    ("basil", "Pasta sauce", "Basil", 149),
    ("bar", "Candy - checklane", "Candy bars", 120),
    ("beans", "Coffee", "Ground coffee", 899),
]
ITEMS = [CatalogueItem(sku, where, kind, 1, False, "", 0.0, price, 100) for sku, where, kind, price in ROWS]


@pytest.fixture
def shop(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> DemoShop:
    """Create the demo shop with few products, and customers who buy pasta and coffee every day."""
    del db
    settings.AWASE_DATA, settings.AWASE_CURRENCY = tmp_path, "USD"
    monkeypatch.setattr("demo.services.simulation.simulate.PAGES_PER_WEEK", 20)
    root = Category.objects.create(name="Grocery", path="Grocery")
    products = []
    for item in ITEMS:
        path = f"Grocery > {item.category}"
        category, _ = Category.objects.get_or_create(name=item.category, parent=root, path=path)
        products.append(
            Product.objects.create(
                sku=item.sku,
                name=item.sku,
                price_minor=item.price_minor,
                currency="USD",
                category=category,
            )
        )
    set_up_customers(at=timezone.now())
    curate(items=ITEMS, pairs=[])
    place_orders(products)
    return DemoShop(tmp_path, None, say=lambda _text: None)


def place_orders(products: Sequence[Product]) -> None:
    """Place an order for each shopper, each later than the one before, the newest an hour ago."""
    newest = timezone.now() - timedelta(hours=1)
    customers = Customer.objects.bulk_create(Customer(external_id=f"c-{n}") for n in range(SHOPPERS))
    orders = Order.objects.bulk_create(
        Order(
            order_id=f"o-{n}",
            customer=customer,
            placed_at=newest - timedelta(hours=7 * n),
            currency="USD",
        )
        for n, customer in enumerate(customers)
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=place,
            product=product,
            quantity=1,
            unit_price_minor=product.price_minor,
        )
        for order in orders
        for place, product in enumerate((products[0], products[4]), 1)
    )


def run(shop: DemoShop) -> None:
    simulate(weeks=WEEKS, data=shop.data, without={"c-0"}, at=timezone.now(), say=shop.say)


def test_simulate__small_shop__shows_figures_and_says_that_they_are_simulated(
    shop: DemoShop, cast: Cast
) -> None:
    offer, placement = "pasta-night", "product_page"

    run(shop)
    shop.simulate(weeks=WEEKS)

    seen = Event.objects.filter(type=EventType.IMPRESSION, exclusion="", offer_code=offer).count()
    for path in pages(offer, placement):
        page = cast.superuser.get(path).content.decode()
        assert "Simulated data" in page, path
        assert "not been counted" not in page, path
    report = cast.superuser.get(reverse("results_offer", args=[offer])).context["report"]
    assert report.total.seen == seen > 0


def pages(offer: str, placement: str) -> Iterator[str]:
    yield reverse("admin:index")
    yield reverse("results")
    yield reverse("results_offer", args=[offer])
    yield reverse("results_placement", args=[placement])
    yield reverse("refusals")
    yield reverse("patterns")
    yield reverse("experiment_result", args=["holdout"])
    yield reverse("experiment_result", args=[plan.EXPERIMENTS[0].code])


def test_simulate__small_shop__leaves_today_alone_and_ends_the_holdout(shop: DemoShop) -> None:
    run(shop)

    today = localdate()
    ordered = Order.objects.filter(order_id__startswith=plan.ORDER_PREFIX)
    assert ordered.exists()
    assert not ordered.filter(placed_at__gte=start_of(today)).exists()
    assert not ordered.filter(customer__external_id="c-0").exists()
    assert JournaledDecision.objects.filter(day__lt=today).exists()
    assert not JournaledDecision.objects.filter(day__gte=today).exists()
    assert set(Event.objects.values_list("channel", flat=True)) == {plan.CHANNEL}
    assert is_simulated()
    assert not HoldoutGroups.objects.get().is_on
    assert dict(Experiment.objects.values_list("code", "state")) == {
        plan.EXPERIMENTS[0].code: LifecycleState.CONCLUDED,
        plan.EXPERIMENTS[1].code: LifecycleState.RUNNING,
    }
    assert ExperimentResult.objects.filter(progress=100).count() == len(plan.EXPERIMENTS) + 1
    assert PatternSearch.objects.get().computed_at


def test_simulate__worker_counts_the_holdout_meanwhile__it_is_counted_again(
    shop: DemoShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count_and_refresh(*, at: datetime) -> bool:
        recount_due(at=at)
        return refresh_snapshot(at=at)

    monkeypatch.setattr("demo.services.simulation.simulate.refresh_snapshot", count_and_refresh)

    run(shop)

    result = read_result(ExperimentResult.objects.get(code="holdout"))
    assert result is not None
    assert sum(arm.units for arm in result.phases[0].arms) > 0


def test_simulate__no_weeks__does_nothing(shop: DemoShop, cast: Cast) -> None:
    shop.simulate(weeks=0)

    assert not Experiment.objects.exists()
    assert "Simulated data" not in cast.superuser.get(reverse("results")).content.decode()


MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
BASKET = RealBasket("c-1", MONDAY, (("tea", 2, 150),))
VISIT = Visit("c-1", MONDAY, "cart", None, (), BASKET)
SLOT = JournalSlot("o", 1, 1, "cross_sell", "curated", 1, (("cup", 1),), "USD", 499, 0, 499)


def test_returning__span_of_three_weeks__has_the_same_hour_in_each() -> None:
    week = timedelta(days=7)
    spans = [(MONDAY - week, MONDAY + 2 * week), (MONDAY + 2 * week, MONDAY + 4 * week)]

    visits = list(returning([VISIT], spans=spans))

    assert [(visit.at, place) for visit, place in visits] == [
        (MONDAY - week, 0),
        (MONDAY, 0),
        (MONDAY + week, 0),
    ]


def test_spans_between__experiment_that_ends__begins_a_span_there() -> None:
    today = MONDAY.date()
    first, ended = today - timedelta(days=42), today - timedelta(days=14)

    spans = spans_between(first, today)

    assert spans == [(start_of(first), start_of(ended)), (start_of(ended), start_of(today))]


class Draws:
    """Chance that always gives the same number, and the first of several."""

    def __init__(self, number: float) -> None:
        self.number = number

    def random(self, count: int) -> list[float]:
        return [self.number] * count

    def integers(self, _count: int) -> int:
        return 0

    def exponential(self, hours: float) -> float:
        return hours


@pytest.mark.parametrize(("draw", "bought"), [(0.0, [("cup", 1, "4.99"), ("tea", 2, "1.50")]), (0.99, [])])
def test_order_of__accepted_slot__has_it_and_what_the_customer_usually_buys(
    draw: float, bought: list[tuple[str, int, str]]
) -> None:
    end = MONDAY + timedelta(hours=6)

    rows = order_of(
        number=1,
        visit=VISIT,
        slots=[SLOT],
        baskets={"c-1": [BASKET]},
        end=end,
        rng=Draws(draw),  # type: ignore[arg-type] # what it uses of a generator
    )

    assert [(row["sku"], row["quantity"], row["unit_price"]) for row in rows] == bought
    assert all(row["placed_at"] == end - timedelta(seconds=1) for row in rows)
