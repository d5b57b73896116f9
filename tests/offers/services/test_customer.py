"""What the one query of a decision returns of a customer."""

from datetime import UTC, datetime

import pytest

from engine.decision.types import KnownCustomer
from engine.restraint import LedgerEntry, RestraintLedger
from offers.models import Customer, CustomerHistory, PersonLedger
from offers.services.customer import load_known_customer
from offers.services.customer_input import ConsentInput, CustomerInput
from offers.services.customer_update import update_customers
from offers.services.restraint.ledger import Person, add_entries
from tests.support.learned_facts import publish_customers

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 15, 30, tzinfo=UTC)
NOW = int(AT.timestamp())
NEVER = LedgerEntry("never", NOW, subject="pots")


def say(*, granted: bool, minute: int) -> None:
    said = ConsentInput(purpose="personalisation", granted=granted, stated_at=AT.replace(minute=minute))
    update_customers(items=[CustomerInput(id="aki", consents=(said,))], at=AT)


@pytest.fixture
def aki() -> Customer:
    """Return a customer of whom everything is known, also as a visitor."""
    customer = Customer.objects.create(
        external_id="aki",
        attributes={"skin": "dry"},
        answers={"taste": {"roast": "dark"}},
        offer_uses={"3": 1},
        has_open_inquiry=True,
    )
    CustomerHistory.objects.create(customer=customer, purchases=b"p" * 24)
    publish_customers([{"customer": customer, "segment": "loyal"}], currency="JPY")
    for person in (Person(customer.pk), Person(visitor="v-1")):
        add_entries(person=person, entries=[LedgerEntry("shown", NOW, subject="cups"), NEVER])
    PersonLedger.objects.update(behaviour=b"b" * 24)
    return customer


@pytest.mark.usefixtures("aki")
def test_personalisation__turned_off__the_query_returns_refusals_uses_and_consents_only() -> None:
    say(granted=False, minute=1)

    found = load_known_customer(external_id="aki", visitor="v-1")

    assert found == KnownCustomer(
        ledger=RestraintLedger.of([NEVER]).pack(),
        own_uses={3: 1},
        consents={("personalisation", "all"): False},
    )


@pytest.mark.usefixtures("aki")
def test_personalisation__turned_on_again__everything_is_known_again() -> None:
    say(granted=False, minute=1)
    say(granted=True, minute=2)

    found = load_known_customer(external_id="aki")

    assert (found.segment, found.attributes, found.purchases) == ("loyal", {"skin": "dry"}, b"p" * 24)
    assert len(RestraintLedger.read(found.ledger)) == 2
