"""What is learned from the journal, on the database."""

from pathlib import Path

import pytest

from analytics.services.acceptance import read_acceptance
from engine.journal.record import JournalWithheld
from engine.learned.acceptance import ALL_PRODUCTS, AcceptanceFigure, LearnedAcceptance
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
