"""What is learned from the journal, on the database."""

from pathlib import Path

import pytest

from analytics.services import acceptance
from analytics.services.acceptance import read_acceptance
from catalog.models import Category, Product
from engine.journal.record import JournalCircumstances, JournalWithheld
from engine.learned.acceptance import ALL_PRODUCTS, EVERYBODY, AcceptanceFigure, LearnedAcceptance
from offers.models import Event
from tests.analytics.services.totals.shop import DAY, NOON, buy, create_products, decide, happen
from tests.engine.journal.records import slot

pytestmark = pytest.mark.django_db


def figure(learned: LearnedAcceptance, *, product: bool) -> AcceptanceFigure:
    """Return the figure of the only offer, of its product or of all of them."""
    (found,) = [one for one in learned.figures if (one.product != ALL_PRODUCTS) is product]
    return found


def test_answers__no_decision__nothing_is_learned() -> None:
    assert read_acceptance(at=NOON) == LearnedAcceptance()


def test_answers__accepted_twice_of_three__counts_each_slot_once(tmp_path: Path) -> None:
    create_products()
    for number in range(3):
        decide(tmp_path, number)
    happen(0, "butter", "accept", "accept")
    happen(1, "butter", "accept")
    happen(2, "butter", "decline")

    learned = read_acceptance(at=NOON)

    for product in (True, False):
        found = figure(learned, product=product)
        assert (found.shown, found.accepted) == (3, 2)


def test_answers__one_half_life_ago__counts_half(tmp_path: Path) -> None:
    create_products()
    decide(tmp_path, 0)
    happen(0, "butter", "accept")

    found = figure(read_acceptance(at=NOON + 30 * DAY), product=False)

    assert (found.shown, found.accepted) == (0.5, 0.5)


def test_answers__withheld__was_not_shown(tmp_path: Path) -> None:
    create_products()
    decide(tmp_path, 0, withheld=(JournalWithheld("holdout", slot()),), skus=())

    assert read_acceptance(at=NOON) == LearnedAcceptance()


def test_answers__order_names_the_decision__counts_as_accepted(tmp_path: Path) -> None:
    create_products()
    decide(tmp_path, 0)
    decide(tmp_path, 1)
    buy("o", ("butter", 1), number=1)

    found = figure(read_acceptance(at=NOON), product=True)

    assert (found.shown, found.accepted) == (2, 1)


def test_answers__audience_with_enough_slots__has_ratios_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acceptance, "LEAST_SHOWN", 3)
    create_products()
    for number in range(8):
        decide(tmp_path, number, audiences=(4, 9) if number < 3 else (9,))
    for number in range(3):
        happen(number, "butter", "accept", customer=f"c{number}")

    learned = read_acceptance(at=NOON)

    assert learned.audiences == (4, 9)  # the smallest first: its shoppers count there
    ratios = {one.audience: one.ratio for one in learned.figures if one.product != ALL_PRODUCTS}
    assert ratios[4] > ratios[EVERYBODY] > ratios[9]


@pytest.mark.parametrize(("ratio", "expected"), [(1.1, 1.0), (1.3, 1.3), (0.8, 0.8)])
def test_settle__small_change__counts_as_before(ratio: float, expected: float) -> None:
    before = AcceptanceFigure(1, "cart", 2, 10, 1, 1, 1.0)

    settled = acceptance.settle(AcceptanceFigure(1, "cart", 2, 20, 2, 2, ratio), before)

    assert (settled.counted, settled.shown) == (expected, 20)


def test_fits__declined_on_pages_of_a_category__counts_less_there(tmp_path: Path) -> None:
    create_products()
    drinks = Category.objects.create(name="Drinks", path="Drinks")
    Product.objects.filter(sku="tea").update(category=drinks)
    for number in range(8):
        on_page = JournalCircumstances("tea" if number < 4 else None, (), "ja-JP", "JPY", "JP", {})
        decide(tmp_path, number, circumstances=on_page, skus=("butter", "jam"))
        happen(number, "butter", "decline", customer=f"c{number}")
        happen(number, "jam", "accept", customer=f"c{number}")
    Event.objects.filter(type="decline").update(reason="fit")
    Event.objects.filter(offer_code="with-jam").update(position=2)

    (fit,) = read_acceptance(at=NOON).fits

    assert (fit.category, fit.product) == (drinks.pk, Product.objects.get(sku="butter").pk)
    assert (fit.declined, fit.accepted) == (4, 0)
    assert fit.share < 1
