"""Downloads of results: what the page shows, and the daily rows behind it, as CSV and Parquet."""

import csv
from io import BytesIO, StringIO
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.urls import reverse
from django.utils.timezone import localdate
from pytest_django import Settings

from offers.models import Offer
from tests.support.admin_cast import Cast
from tests.support.daily_totals import DAY, store_total

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def currency(settings: Settings) -> None:
    settings.AWASE_CURRENCY = "JPY"


@pytest.fixture
def offer() -> Offer:
    return Offer.objects.create(code="tea", name="Tea time", kind="cross_sell", currency="JPY")


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("text", ["=1+1", "\uff1d1+1", "\n=1+1", "-1+1"])
def test_download__csv__has_the_figures_of_the_page_and_no_formulas(
    text: str, offer: Offer, cast: Cast
) -> None:
    Offer.objects.filter(pk=offer.pk).update(name=text)
    store_total(seen=200, clicked=40)
    store_total(credit="declared", orders=2, sales_minor=1234, currency="USD")

    answer = cast.analyst.get(reverse("results"), {"format": "rows.csv", "currency": "USD"})

    data = content(answer)
    assert data.startswith(b"\xef\xbb\xbf")
    [row] = csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""))
    assert (row["offer"], row["name"], row["state"]) == ("tea", f"'{text}", "live")
    assert (row["seen"], row["clicked"], row["sales"], row["currency"]) == ("200", "40", "12.34", "USD")
    assert float(row["clicked_rate"]) == 0.2
    assert row["margin"] == ""


@pytest.mark.usefixtures("offer")
def test_download__parquet__has_the_figures_of_the_page(cast: Cast) -> None:
    store_total(seen=200, clicked=40)
    store_total(credit="declared", orders=2, sales_minor=1234)

    answer = cast.analyst.get(reverse("results"), {"format": "rows.parquet"})

    [row] = pq.read_table(BytesIO(content(answer))).to_pylist()
    assert (row["offer"], row["clicked"], row["clicked_rate"], row["sales"]) == ("tea", 40, 0.2, 1234)
    assert row["last_day"] == localdate()


@pytest.mark.usefixtures("offer")
@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_download__of_days__adds_up_the_parts_of_a_day(file_format: str, cast: Cast) -> None:
    store_total(seen=2, product="jam", part=3)
    store_total(seen=3, product="jam", part=4)
    store_total(seen=7, product="jam", days_ago=1)
    store_total(seen=9, product="jam", days_ago=90)
    store_total(seen=1, product="jam", channel="app")

    answer = cast.analyst.get(reverse("results"), {"format": f"days.{file_format}", "channel": "web"})

    data = content(answer)
    rows: list[dict[str, Any]] = (
        pq.read_table(BytesIO(data)).to_pylist()
        if file_format == "parquet"
        else list(csv.DictReader(StringIO(data.decode("utf-8-sig"))))
    )
    days = [localdate() - DAY, localdate()]
    assert [(str(row["day"]), int(row["seen"]), row["product"]) for row in rows] == [
        (str(days[0]), 7, "jam"),
        (str(days[1]), 5, "jam"),
    ]


def test_download__of_nothing__has_the_columns(cast: Cast) -> None:
    answer = cast.analyst.get(reverse("results"), {"format": "rows.parquet"})

    assert pq.read_table(BytesIO(content(answer))).column_names[:3] == ["offer", "name", "state"]
