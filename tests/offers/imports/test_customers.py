"""`manage.py import_customers`."""

from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from offers.models import MAX_ANSWERS, ConsentStatement, Customer, Inquiry
from offers.services.customer import load_known_customer
from tests.offers.customers import declare

pytestmark = pytest.mark.django_db

HEADER = (
    "Customer_ID,attribute.skin_type,attribute.household,attribute.vegan,attribute.interests,"
    "answer.spring.q-1,answered_at,consent.marketing,consent.marketing.mail,stated_at,wording"
)
ROWS = (
    "c-1,dry,3,yes,tea|coffee,daily,2026-11-20T03:00:00Z,no,yes,2026-11-20,I agree.",
    "お客様,,2.5,,,,,,,,",
)


def run(tmp_path: Path, *rows: str, header: str = HEADER, **options: Any) -> str:
    file, out = tmp_path / "customers.csv", StringIO()
    file.write_text("\n".join((header, *rows, "")))
    call_command("import_customers", file, no_progress=True, stdout=out, stderr=out, **options)
    return out.getvalue()


def test_import__every_column__is_stored_and_again_unchanged(tmp_path: Path) -> None:
    declare()

    first, again = run(tmp_path, *ROWS), run(tmp_path, *ROWS)

    known = load_known_customer(external_id="c-1")
    assert known.attributes == {
        "skin_type": "dry", "household": 3, "vegan": True, "interests": ("tea", "coffee"),
    }  # fmt: skip
    assert known.answers == {("spring", "q-1"): "daily"}
    # Of the same moment as a refusal for all channels, a consent for one does not count.
    assert known.consents == {("marketing", "all"): False}
    assert load_known_customer(external_id="お客様").attributes == {"household": 2.5}
    assert "2 customers created" in first
    assert "2 unchanged" in again


def test_import__inquiry__is_stored_and_closed(tmp_path: Path) -> None:
    header = "customer_id,inquiry_id,inquiry_topic,opened_at,closed_at"
    opened = "2026-11-20T03:00:00Z"
    run(tmp_path, f"c-1,t-1,delivery,{opened},", "c-2,,,,", header=header)
    before = load_known_customer(external_id="c-1").has_open_inquiry

    run(tmp_path, f"c-1,t-1,delivery,{opened},2026-11-21", header=header)

    assert (before, load_known_customer(external_id="c-1").has_open_inquiry) == (True, False)
    assert Inquiry.objects.count() == 1


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("c,,delivery,,", "inquiry_id"),
        ("c,t-1,,,", "inquiry_topic"),
        ("c,t-1,delivery,soon,", "opened_at"),
        ("c,t-1,delivery,2026-11-20,2026-11-19", "closed_at"),
    ],
)
def test_import__wrong_inquiry__names_its_column(tmp_path: Path, row: str, column: str) -> None:
    said = run(
        tmp_path, row, header="customer_id,inquiry_id,inquiry_topic,opened_at,closed_at", keep_good=True
    )

    assert f"row 2, {column}:" in said
    assert "1 rejected" in said


@pytest.mark.parametrize("other", ["consent.marketing.all", "consent.marketing."])
def test_import__two_columns_of_one_consent__are_refused(tmp_path: Path, other: str) -> None:
    with pytest.raises(CommandError, match=r"consent\.marketing, consent\.marketing\."):
        run(tmp_path, "c-1,yes,no", header=f"customer_id,consent.marketing,{other}")

    assert not Customer.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_import__file_of_a_spreadsheet__is_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    declare()
    file = tmp_path / "customers.csv"
    header = "customer_id,attribute.nickname,consent.marketing,wording"
    file.write_bytes(f'{header}\r\nお客様,太郎,yes,"はい。\r\n送って"\r\n'.encode(encoding))
    # A byte order mark belongs to UTF-8.
    named = "utf-8" if encoding == "utf-8-sig" else encoding

    call_command("import_customers", file, no_progress=True, stdout=StringIO(), encoding=named)

    assert load_known_customer(external_id="お客様").attributes == {"nickname": "太郎"}
    assert ConsentStatement.objects.get().wording.splitlines() == ["はい。", "送って"]


def test_import__dry_run__counts_and_writes_nothing(tmp_path: Path) -> None:
    declare()

    said = run(tmp_path, *ROWS, dry_run=True)

    assert "2 customers created" in said
    assert "nothing was written" in said
    assert not Customer.objects.exists()


WRONG = {
    "choice": ("c,blue", "attribute.skin_type", "blue"),
    "number": ("c,,many", "attribute.household", "many"),
    "yes or no": ("c,,,maybe", "attribute.vegan", "maybe"),
    "time": ("c,,,,,daily,soon", "answered_at", "soon"),
    "consent": ("c,,,,,,,perhaps", "consent.marketing", "perhaps"),
    "second consent": ("c,,,,,,,,perhaps", "consent.marketing.mail", "perhaps"),
    "no id": (",dry", "customer_id", ""),
    "repeated": ("a", "customer_id", "a"),
}


@pytest.mark.parametrize(("row", "column", "value"), WRONG.values(), ids=WRONG)
def test_import__wrong_cell__is_named_and_stops_the_import(
    tmp_path: Path, row: str, column: str, value: str
) -> None:
    declare()
    rejects = tmp_path / "rejects.csv"
    rows = [text + "," * (HEADER.count(",") - text.count(",")) for text in ("a,dry", row)]

    with pytest.raises(CommandError, match="1 of 2 rows were rejected"):
        run(tmp_path, *rows, rejects=rejects)

    place, *_ = rejects.read_text().splitlines()[1:]
    assert place.startswith(f"3,{column},{value},")
    assert not Customer.objects.exists()
    assert "1 customers created" in run(tmp_path, *rows, keep_good=True)


def test_import__more_answers_than_a_customer_may_have__names_the_column(tmp_path: Path) -> None:
    def header(first: int, count: int) -> str:
        return ",".join(["customer_id", *(f"answer.spring.q-{n}" for n in range(first, first + count))])

    run(tmp_path, "c-1" + ",daily" * MAX_ANSWERS, header=header(0, MAX_ANSWERS))
    new = run(
        tmp_path, "c-2" + ",daily" * (MAX_ANSWERS + 1), header=header(0, MAX_ANSWERS + 1), keep_good=True
    )
    more = run(tmp_path, "c-1,daily", "c-3,daily", header=header(MAX_ANSWERS, 1), keep_good=True)

    assert f"row 2, answer.spring.q-{MAX_ANSWERS}: 'daily': A customer can have answers" in new
    assert f"row 2, answer.spring.q-{MAX_ANSWERS}: 'daily': A customer can have answers" in more
    assert len(load_known_customer(external_id="c-1").answers) == MAX_ANSWERS
    assert not Customer.objects.filter(external_id="c-2").exists()
    assert len(load_known_customer(external_id="c-3").answers) == 1


@pytest.mark.parametrize("column", ["attribute.shoe_size", "attribute.x", "answer.spring"])
def test_import__column_that_nothing_declares__is_refused(tmp_path: Path, column: str) -> None:
    declare()

    with pytest.raises(CommandError, match=column):
        run(tmp_path, "c,1", header=f"customer_id,{column}")


def test_import__parquet__is_read_like_csv(tmp_path: Path) -> None:
    declare()
    file = tmp_path / "customers.parquet"
    columns = {"customer_id": ["c-1"], "attribute.household": [3], "attribute.vegan": [True]}
    pq.write_table(pa.table(columns), file)

    call_command("import_customers", file, no_progress=True, stdout=StringIO())

    assert load_known_customer(external_id="c-1").attributes == {"household": 3, "vegan": True}


def test_import__many_rows__take_as_many_queries_as_few(tmp_path: Path) -> None:
    declare()
    counts = []
    for count in (2, 2000):
        rows = [f"{count}-{n},dry,{n},yes,tea,daily,,no,,," for n in range(count)]
        with CaptureQueriesContext(connection) as queries:
            run(tmp_path, *rows)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert Customer.objects.count() == 2002
