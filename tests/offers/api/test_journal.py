"""The journal says what was answered: every decision, each once, and costs no answer."""

import time
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from engine.experiments.running import Experiments, ShopGroups
from engine.experiments.split import ArmSplit
from engine.journal.files import journal_files
from engine.journal.lines import read_lines
from engine.journal.record import JournalRecord
from gateway.services.key import publish_key_ring
from offers.models import Customer
from offers.services.serving import serving_snapshot
from offers.services.tokens import read_decision_token
from tests.support.api_cast import Caller, Cast, body_of

URL = "/api/v1/offers"
CART = {"placement": "cart", "cart": [{"sku": "bread", "quantity": 2}]}
PAGE = "/api/v1/offers?placement=product_page&product=bread"

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def journal(tmp_path: Path, settings: Settings) -> Path:
    """Write the journal to a folder of the test; return the folder."""
    settings.AWASE_JOURNAL_DIR = tmp_path / "journal"
    settings.AWASE_JOURNAL_CANDIDATE_RATE = 0.0
    return tmp_path / "journal"


def records_in(folder: Path) -> list[JournalRecord]:
    """Return all records."""
    return [
        one
        for path in journal_files(folder)
        for one in read_lines(path.read_bytes(), is_finished=True).records
    ]


def id_in(answer: Any) -> str:
    """Return the ID of a decision that was answered just now."""
    return read_decision_token(answer["decision_id"], at=int(time.time())).id


def test_journal__post__has_what_was_asked_and_answered(cast: Cast, journal: Path) -> None:
    asked = {
        **CART,
        "visitor": "v-1",
        "customer": "C-1",
        "locale": "en-GB",
        "country": "GB",
        "channel": "app",
    }

    answer = body_of(cast.server.post(URL, asked))

    [written] = records_in(journal)
    [offer] = answer["offers"]
    assert written.decision == written.page == id_in(answer)
    assert cast.server.row is not None
    assert (written.key, written.placement, written.channel) == (cast.server.row.pk, "cart", "app")
    assert (written.customer, written.visitor) == ("C-1", "v-1")
    said = written.circumstances
    assert (said.cart, said.product, said.locale, said.country) == ((("bread", 2),), None, "en-GB", "GB")
    [shown] = written.shown
    assert (shown.offer, shown.kind, shown.strategy) == (offer["offer"], offer["kind"], offer["strategy"])
    assert (shown.position, shown.products) == (offer["position"], (("butter", 1),))
    assert (str(shown.price_minor), str(shown.saving_minor)) == (
        offer["price"]["offer"]["amount"],
        offer["price"]["saving"]["amount"],
    )
    assert (shown.offer_id, shown.version, shown.currency) == (1, 1, "JPY")
    assert shown.score > 0
    assert 0 < shown.relevance <= 1
    assert shown.value == pytest.approx(shown.relevance * 432)
    assert written.generation == answer["generation"]
    assert written.candidates is None


def test_journal__page_of_placements__has_a_record_for_each(cast: Cast, journal: Path) -> None:
    asked = {"placements": ["cart", "product_page"], "cart": CART["cart"]}

    answer = body_of(cast.server.post(URL, asked))

    ids = [id_in(one) for one in answer["placements"]]
    written = records_in(journal)
    assert [one.decision for one in written] == ids
    assert {one.page for one in written} == {ids[0]}
    assert [one.placement for one in written] == ["cart", "product_page"]
    assert [len(one.shown) for one in written] == [len(one["offers"]) for one in answer["placements"]]


def test_journal__get__has_each_new_answer_but_none_from_a_cache(cast: Cast, journal: Path) -> None:
    response = cast.page.get(PAGE)
    cast.page.get(PAGE, If_None_Match=response["ETag"])

    [written] = records_in(journal)
    assert (written.decision, written.key) == (id_in(body_of(response)), 0)
    assert (written.customer, written.visitor, written.circumstances.product) == (None, None, "bread")


def test_journal__refused_request__has_nothing(cast: Cast, journal: Path) -> None:
    cast.server.post(URL, {"placement": "nowhere"})

    assert records_in(journal) == []


@pytest.mark.parametrize("is_explained", [True, False])
def test_journal__sampled_decision__has_its_candidates_and_the_answer_does_not(
    cast: Cast, journal: Path, settings: Settings, *, is_explained: bool
) -> None:
    settings.AWASE_JOURNAL_CANDIDATE_RATE = 1.0

    answer = body_of(cast.server.post(URL, {**CART, "explain": is_explained}))

    [written] = records_in(journal)
    assert written.candidates is not None
    assert [(one.sku, one.removed_by) for one in written.candidates[:1]] == [("butter", None)]
    assert ("trace" in answer) is is_explained


def test_journal__explained_request_outside_the_sample__has_no_candidates(cast: Cast, journal: Path) -> None:
    answer = body_of(cast.server.post(URL, {**CART, "explain": True}))

    assert records_in(journal)[0].candidates is None
    assert answer["trace"]


def test_journal__personalisation_is_off__does_not_say_who_it_is(cast: Cast, journal: Path) -> None:
    Customer.objects.create(
        external_id="C-1", consents={"personalisation": {"": False}}, is_personalised=False
    )

    cast.server.post(URL, {**CART, "customer": "C-1", "visitor": "v-1"})

    [written] = records_in(journal)
    assert (written.customer, written.visitor, written.segment) == (None, None, "")
    assert len(written.shown) == 1


@pytest.mark.parametrize(("is_on", "count"), [(True, 1), (False, 0)])
def test_journal__on_or_off__costs_no_query(
    cast: Cast,
    journal: Path,
    settings: Settings,
    django_assert_num_queries: DjangoAssertNumQueries,
    *,
    is_on: bool,
    count: int,
) -> None:
    settings.AWASE_JOURNAL = is_on

    with django_assert_num_queries(1):
        assert cast.server.post(URL, {**CART, "customer": "C-1"}).status_code == 200

    assert len(records_in(journal)) == count


def test_journal__cannot_be_written__costs_no_answer_and_shows_in_the_health_check(
    cast: Cast, journal: Path
) -> None:
    journal.write_text("a file where the folder should be")
    publish_key_ring()

    response = cast.server.post(URL, CART)

    assert (response.status_code, len(body_of(response)["offers"])) == (200, 1)
    health = body_of(Caller().get("/readyz"))["journal"]
    assert (health["status"], health["written"], health["lost"]) == ("failing", 0, 1)
    assert "File exists" in health["error"]


def test_readyz__journal_is_off__says_so(cast: Cast, settings: Settings) -> None:
    settings.AWASE_JOURNAL = False

    health = body_of(cast.nobody.get("/readyz"))["journal"]

    assert health == {"status": "off", "written": 0, "lost": 0, "error": ""}


def test_journal__holdout__is_answered_nothing_and_recorded_with_what_was_withheld(
    cast: Cast, journal: Path
) -> None:
    snapshot = serving_snapshot()
    assert snapshot is not None
    snapshot.experiments = Experiments((), ShopGroups(ArmSplit("shop", ((0.0, 1.0),))))

    answer = body_of(cast.server.post(URL, {**CART, "visitor": "v-1"}))
    body_of(cast.server.post(URL, CART))

    assert (answer["offers"], answer["notes"]) == ([], [])
    assert not {"arms", "withheld", "holdout"} & answer.keys()
    held, shown = records_in(journal)
    assert (held.shown, held.arms) == ((), {"holdout": "holdout"})
    assert [(one.by, one.slot.products) for one in held.withheld] == [("holdout", (("butter", 1),))]
    assert (len(shown.shown), shown.arms, shown.withheld) == (1, {}, ())
