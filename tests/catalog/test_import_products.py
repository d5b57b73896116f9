import csv
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from django.core.management import CommandError, call_command
from django.db.models import Q

from catalog.imports import products
from catalog.models import PriceChange, Product

HEADER = "sku,name,price,currency,category,stock,hidden,attributes\n"


def write(folder: Path, text: str, name: str = "products.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def run(path: Path, *options: Any) -> None:
    call_command("import_products", path, "--no-progress", *options)


@pytest.mark.django_db
def test_import__csv__stores_every_column(tmp_path: Path) -> None:
    columns = "sku,name,price,currency,description,brand,category,cost,tax_rate,tax_included,stock,hidden,"
    columns += "image_url,page_url,attributes,replenishment_days\n"
    row = (
        'A1,Tea,12.50,USD,"Two\nlines",Uji,Grocery>Tea,8,0.08,no,5,yes,https://x.jp/a.png,,"{""g"": 80}",30\n'
    )

    run(write(tmp_path, columns + row))

    product = Product.objects.select_related("category").get()
    assert product.category is not None
    assert product.category.path == "Grocery > Tea"
    stored = {name: getattr(product, name) for name in ("price_minor", "cost_minor", "tax_rate_bp", "stock")}
    assert stored == {"price_minor": 1250, "cost_minor": 800, "tax_rate_bp": 800, "stock": 5}
    assert (product.is_hidden, product.is_tax_included, product.attributes) == (True, False, {"g": 80})
    assert (product.description, product.replenishment_days) == ("Two\nlines", 30)


@pytest.mark.django_db
def test_import__repeated__changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, HEADER + "A1,Tea,500,JPY,Tea,,,\nA2,Cup,900,JPY,Cup,3,no,\n")
    run(path)

    run(path)

    assert "0 products created, 0 updated, 2 unchanged" in capsys.readouterr().out
    assert PriceChange.objects.count() == 2


@pytest.mark.django_db
def test_import__column_left_out__leaves_it_as_it_is(tmp_path: Path) -> None:
    run(write(tmp_path, HEADER + "A1,Tea,500,JPY,Grocery > Tea,7,,\n"))

    run(write(tmp_path, "sku,name,price\nA1,Green tea,550\n"))

    product = Product.objects.get()
    assert (product.name, product.price_minor, product.stock) == ("Green tea", 550, 7)
    assert product.category_id is not None


@pytest.mark.django_db
def test_import__empty_cell__empties_the_field(tmp_path: Path) -> None:
    run(write(tmp_path, HEADER + "A1,Tea,500,JPY,Grocery > Tea,7,yes,\n"))

    run(write(tmp_path, HEADER + "A1,Tea,500,,,,,\n"))

    product = Product.objects.get()
    assert (product.category, product.stock, product.currency, product.is_hidden) == (None, None, "JPY", True)


BAD_ROWS = [
    ("A B,Tea,500,JPY,,,,", "sku"),
    ("A1,,500,JPY,,,,", "name"),
    ("A1,Tea,-1,JPY,,,,", "price"),
    ("A1,Tea,1.5,JPY,,,,", "price"),
    ("A1,Tea,１００,JPY,,,,", "price"),
    ("A1,Tea,99999999999999999,JPY,,,,", "price"),
    ("A1,Tea,500,XXQ,,,,", "currency"),
    ("A1,Tea,500,JPY,a>>b,,,", "category"),
    ("A1,Tea,500,JPY,,2147483648,,", "stock"),
    ("A1,Tea,500,JPY,,many,,", "stock"),
    ("A1,Tea,500,JPY,,,maybe,", "hidden"),
    ("A1,Tea,500,JPY,,,,[1]", "attributes"),
    ("A1,Tea,500,JPY,,,," + "[" * 100_000, "attributes"),
    ("A1,Te\x00a,500,JPY,,,,", "name"),
    ("A1,Tea", ""),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("row", "column"), BAD_ROWS, ids=range(len(BAD_ROWS)))
def test_import__bad_row__is_reported_and_nothing_is_written(tmp_path: Path, row: str, column: str) -> None:
    path = write(tmp_path, f"{HEADER}OK,Cup,900,JPY,,,,\n{row}\n")
    rejects = tmp_path / "rejects.csv"

    with pytest.raises(CommandError, match="1 of 2 rows were rejected, so nothing was written") as failure:
        run(path, "--rejects", rejects)

    assert failure.value.returncode == 1
    assert not Product.objects.exists()
    with rejects.open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert [(reject["row"], reject["column"]) for reject in found] == [("3", column)]
    assert found[0]["reason"]


@pytest.mark.django_db
def test_import__keep_good__stores_the_valid_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, HEADER + "A1,Tea,500,JPY,,,,\nA2,Cup,x,JPY,,,,\nA1,Tea,600,JPY,,,,\n")

    run(path, "--keep-good")

    said = capsys.readouterr()
    assert Product.objects.get().price_minor == 500
    assert "row 3, price: 'x': Must be a decimal number without separators between thousands" in said.err
    assert "row 4, sku: 'A1': Row 2 already has this SKU." in said.err
    assert "3 rows read, 2 rejected" in said.out


@pytest.mark.django_db
def test_import__many_rejects__shows_the_first_twenty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"A{n},Tea,x,JPY,,,,\n" for n in range(50))

    run(write(tmp_path, HEADER + rows), "--keep-good")

    shown = [line for line in capsys.readouterr().err.splitlines() if line.startswith("row ")]
    assert len(shown) == 20


@pytest.mark.django_db
def test_import__parquet__gives_the_same_as_csv(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"sku": [1, 2], "name": ["Tea", "Cup"], "price": [12.5, 9.0], "currency": "USD", "stock": [3.0, None]}
    )
    frame.to_parquet(tmp_path / "products.parquet")

    run(tmp_path / "products.parquet")

    stored = Product.objects.order_by("sku").values_list("sku", "price_minor", "stock")
    assert list(stored) == [("1", 1250, 3), ("2", 900, None)]


@pytest.mark.django_db
def test_import__japanese_encoding__is_read_when_specified(tmp_path: Path) -> None:
    path = write(tmp_path, "sku,name,price\nA1,緑茶,500\n", encoding="cp932")

    run(path, "--encoding", "cp932")

    assert Product.objects.get().name == "緑茶"


@pytest.mark.django_db
def test_import__attributes_of_a_bom_file__are_kept(tmp_path: Path) -> None:
    attributes = json.dumps({"size": "500 ml"}).replace('"', '""')
    path = write(tmp_path, f'sku,name,price,attributes\nA1,Tea,500,"{attributes}"\n', encoding="utf-8-sig")

    run(path)

    assert Product.objects.get().attributes == {"size": "500 ml"}


@pytest.mark.django_db
def test_import__product_added_afterwards__gets_an_unused_key(tmp_path: Path) -> None:
    run(write(tmp_path, HEADER + "A1,Tea,500,JPY,,,,\nA2,Cup,900,JPY,,,,\n"))

    by_hand = Product.objects.create(sku="A3", name="Pot", currency="JPY", price_minor=1)

    assert by_hand.pk == max(Product.objects.values_list("pk", flat=True))
    assert Product.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize(("row", "column"), [row for row in BAD_ROWS if row[0].startswith("A1,")])
def test_import__bad_row_of_an_existing_product__is_rejected_like_a_new_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], row: str, column: str
) -> None:
    path = write(tmp_path, f"{HEADER}{row}\n")
    run(path, "--keep-good")
    for_a_new_one = capsys.readouterr().err
    Product.objects.create(sku="A1", name="Tea", currency="JPY", price_minor=500)

    run(path, "--keep-good")

    assert capsys.readouterr().err == for_a_new_one
    assert f"row 2, {column}: " in for_a_new_one or not column


@pytest.mark.django_db
def test_import__product_added_at_the_same_time__fails_with_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Product.objects.create(sku="A1", name="Theirs", currency="JPY", price_minor=1)
    monkeypatch.setattr(products, "among", lambda column, _values: ~Q(**{f"{column}__isnull": False}))

    with pytest.raises(CommandError, match="Nothing was written"):
        run(write(tmp_path, HEADER + "A1,Tea,500,JPY,,,,\n"))
