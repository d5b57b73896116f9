"""The pages of batches of codes: sample, request, progress, search, revocation, files."""

import io
import re

import pyarrow.parquet as pq
import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from offers.models import BatchState, CodeBatch, Offer
from offers.services.codes.generate import generate_waiting
from tests.offers.services.codes.batches import AT, codes_of, generated, offer_with_code, requested
from tests.support.admin_cast import Cast

pytestmark = pytest.mark.django_db
LIST = "/admin/offers/codebatch/"


@pytest.fixture
def offer() -> Offer:
    return offer_with_code()


def posted(offer: Offer, **fields: object) -> dict[str, object]:
    """Return the form of a new batch."""
    return {
        "name": "Spring", "offer": offer.pk, "size": 3, "prefix": " ｓpr- ", "alphabet": "mixed",
        "length": 12, "uses_per_code": 1, **fields,
    }  # fmt: skip


def errors_of(client: Client, fields: dict[str, object]) -> list[str]:
    answer = client.post(f"{LIST}add/", fields)
    assert answer.status_code == 200
    return list(answer.context["adminform"].form.errors)


def test_sample__of_a_form__shows_codes_and_stores_nothing(cast: Cast, offer: Offer) -> None:
    answer = cast.merchandiser.post(f"{LIST}sample/", posted(offer)).content.decode()

    assert len(re.findall("<code>SPR-[BCDFGHJKMPQRTVWXY2346789]{12}</code>", answer)) == 5
    assert not CodeBatch.objects.exists()
    assert cast.analyst.post(f"{LIST}sample/", posted(offer)).status_code == 403


def test_batch__saved__waits_for_a_worker_and_shows_its_progress(cast: Cast, offer: Offer) -> None:
    answer = cast.merchandiser.post(f"{LIST}add/", posted(offer), follow=True)

    batch = CodeBatch.objects.get()
    assert (batch.prefix, batch.state) == ("SPR-", BatchState.WAITING)
    assert batch.requested_by is not None
    assert batch.requested_by.username == "merchandiser"
    assert "Waiting for a worker" in answer.content.decode()
    status = f"{LIST}{batch.pk}/status/"
    assert "HX-Refresh" not in cast.merchandiser.get(status)
    generate_waiting(at=AT)
    assert cast.merchandiser.get(status)["HX-Refresh"] == "true"


def test_form__of_guessable_codes_or_of_an_offer_for_everyone__is_refused(cast: Cast, offer: Offer) -> None:
    assert errors_of(cast.merchandiser, posted(offer, length=8)) == ["length"]
    assert errors_of(cast.merchandiser, posted(offer, size=1_000_000, length=10)) == ["length"]
    assert errors_of(cast.merchandiser, posted(offer, size=1_000_001)) == ["__all__"]
    Offer.objects.update(needs_code=False)
    assert errors_of(cast.merchandiser, posted(offer)) == ["offer"]


def test_files__of_a_batch__have_all_codes_and_are_logged(cast: Cast, offer: Offer) -> None:
    batch = generated(offer, 3)
    address = f"{LIST}{batch.pk}/export"

    text = cast.merchandiser.post(f"{address}/csv/").getvalue().decode("utf-8-sig")
    table = pq.read_table(io.BytesIO(cast.merchandiser.post(f"{address}/parquet/").getvalue()))

    assert text.splitlines() == [
        "code,uses,uses_left,revoked",
        *(f"{code},0,1,0" for code in codes_of(batch)),
    ]
    assert table.column("code").to_pylist() == codes_of(batch)
    assert cast.analyst.post(f"{address}/csv/").status_code == 403
    assert cast.merchandiser.get(f"{address}/csv/").status_code == 405
    assert LogEntry.objects.filter(object_id=batch.pk, user__username="merchandiser").count() == 2


def test_code__found_on_the_page__is_revoked_and_restored(cast: Cast, offer: Offer) -> None:
    batch = generated(offer, 3)
    code = codes_of(batch)[0]
    address = f"{LIST}{batch.pk}"

    page = cast.merchandiser.get(f"{address}/change/", {"find": f" {code.lower()}"})
    assert page.context["found"].code == code
    assert [one.pk for one in cast.merchandiser.get(LIST, {"q": code}).context["cl"].result_list] == [
        batch.pk
    ]
    assert cast.analyst.post(f"{address}/revoke/", {"revoke": "1"}).status_code == 403

    cast.merchandiser.post(f"{address}/revoke/", {"revoke": "1", "code": code})
    counts = cast.merchandiser.get(f"{address}/change/").context["counts"]
    assert (counts.unused, counts.revoked) == (2, 1)
    cast.merchandiser.post(f"{address}/revoke/", {"revoke": "0", "code": code})
    cast.merchandiser.post(f"{address}/revoke/", {"revoke": "1"})

    batch.refresh_from_db()
    assert batch.revoked_at is not None
    assert not batch.codes.filter(is_revoked=True).exists()
    assert LogEntry.objects.filter(object_id=batch.pk).count() == 3


def test_batch__cancelled_on_its_page__can_be_deleted_once_it_is_empty(cast: Cast, offer: Offer) -> None:
    batch = requested(offer)
    address = f"{LIST}{batch.pk}"
    assert cast.merchandiser.get(f"{address}/delete/").status_code == 403

    cast.merchandiser.post(f"{address}/cancel/")
    generate_waiting(at=AT)

    assert CodeBatch.objects.get().state == BatchState.CANCELLED
    assert cast.merchandiser.post(f"{address}/delete/", {"post": "yes"}).status_code == 302
    assert not CodeBatch.objects.exists()
