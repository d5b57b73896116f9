import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.analytics.evaluation.shop import PAIR_COUNT

HEADER = "order_id,placed_at,customer_id,sku,quantity,unit_price"


def lines(rounds: int = 4) -> list[str]:
    """Return the pair shop as a file: one round per day, from 1 March 2025."""
    return [
        f"o{day}-{pair:02},2025-03-{day:02} 09:{pair:02},c{pair},p{product:02},1,2.50"
        for day in range(1, rounds + 1)
        for pair in range(PAIR_COUNT)
        for product in (2 * pair, 2 * pair + 1)
    ]


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    return written(tmp_path / "orders.csv", HEADER, *lines())


def written(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n")
    return path


def run(orders: Path, **options: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("evaluate", orders=orders, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_evaluate__shop_with_fixed_pairs__prints_a_table_for_each_question(orders: Path) -> None:
    out, err = run(orders, before="2025-03-04")

    assert "Trained on 60 orders before 2025-03-04T00:00:00+00:00, tested on 20 orders after it." in out
    tables = out.split("\n\n")[1:5]
    assert [table.splitlines()[0].split(":")[0] for table in tables] == [
        "Cart completion",
        "Cart completion for the same carts, customer unknown (40 questions from 20 baskets)",
        "Product page",
        "Next basket",
    ]
    served = [" ".join(table.splitlines()[2].split()) for table in tables]
    assert served == ["Awase 100.0 ± 0.0 % 100.0 ± 0.0 % 1.000 ± 0.000 100.0%"] * 4
    assert err == ""


def test_evaluate__json__contains_figures_constants_counts_and_timings(orders: Path, tmp_path: Path) -> None:
    run(orders, before="2025-03-04", json=tmp_path / "figures.json")

    found = json.loads((tmp_path / "figures.json").read_text())
    assert found["before"] == "2025-03-04T00:00:00+00:00"
    assert found["constants"]["learning"]["partner_limit"] == 20
    assert found["counts"]["training"] == {"orders": 60, "lines": 120, "products": 40, "customers": 20}
    assert [question["basket_count"] for question in found["questions"]] == [20, 20, 20, 20]
    assert found["questions"][0]["results"][0]["scores"]["hit_rate_10"]["mean"] == 1.0
    assert set(found["seconds"]) == {"read", "learn", "publish", "ask"}


@pytest.mark.parametrize("before", [None, "the figures of last week"])
def test_evaluate__json_of_a_failed_evaluation__changes_no_file(
    orders: Path, tmp_path: Path, before: str | None
) -> None:
    figures = tmp_path / "figures.json"
    if before:
        figures.write_text(before)

    with pytest.raises(CommandError, match="there is nothing to test with"):
        run(orders, before="2025-04-01", json=figures)

    assert (figures.read_text() if figures.exists() else None) == before
    assert {path.name for path in tmp_path.iterdir()} - {"figures.json"} == {"orders.csv"}


def test_evaluate__json__replaces_an_existing_file(orders: Path, tmp_path: Path) -> None:
    figures = written(tmp_path / "figures.json", "{}" * 10_000)

    run(orders, json=figures)

    assert json.loads(figures.read_text())["seed"] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figures.json", "orders.csv"]


def test_evaluate__json_to_a_device__writes_to_it(orders: Path) -> None:
    run(orders, json=Path("/dev/null"))

    assert Path("/dev/null").is_char_device()


def test_evaluate__no_date__tests_on_the_last_tenth(orders: Path) -> None:
    out, _err = run(orders)

    assert "Trained on 72 orders before 2025-03-04T09:12:00+00:00, tested on 8 orders after it." in out


def test_evaluate__date_with_an_offset__is_that_time(orders: Path) -> None:
    out, _err = run(orders, before="2025-03-04T00:00:00+09:00")

    assert "before 2025-03-03T15:00:00+00:00" in out


def test_evaluate__order_of_the_lines__changes_no_figure(orders: Path, tmp_path: Path) -> None:
    turned = written(tmp_path / "turned.csv", HEADER, *reversed(lines()))

    (one, _), (other, _) = run(orders), run(turned)

    assert one == other


def test_evaluate__bad_lines__are_reported_and_skipped(orders: Path) -> None:
    written(orders, HEADER, *lines(), "x,2025-03-01,c,p01,0,1", "y,yesterday,c,p01,1,1")

    out, err = run(orders)

    assert "Read 162 lines. Skipped: 1 with a quantity below 1, 1 invalid" in out
    assert err.startswith("orders.csv: row 163, placed_at: 'yesterday'")


def test_evaluate__products_file__hides_and_skips_products(orders: Path, tmp_path: Path) -> None:
    rows = [f"p{product:02},Name,2.50,Food > Shelf {product % 4},{product < 2}" for product in range(38)]
    products = written(tmp_path / "products.csv", "sku,name,price,category,hidden", *rows)

    out, _err = run(orders, products=products)

    assert "8 with products missing from the products file. Hidden products: 2." in out
    assert "of 36 products" in out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"before": "soon"}, "--before 'soon': Invalid date"),
        (
            {"before": "2025-02-01"},
            "there is nothing to learn from. The orders range from 2025-03-01T09:00:00",
        ),
        ({"before": "2025-04-01"}, "there is nothing to test with. .* to 2025-03-04T09:19:00"),
        ({"seed": -1}, "--seed must be 0 or more"),
        ({"json": Path("/nowhere/figures.json")}, "/nowhere/figures.json: No such file"),
        ({"json": Path("/")}, "/: Is a directory"),
        ({"products": Path("/nowhere/products.csv")}, "/nowhere/products.csv: No such file"),
    ],
)
def test_evaluate__bad_option__is_explained(orders: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run(orders, **options)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"order_id,sku\no1,tea\n", "is missing required columns: placed_at, quantity"),
        (b"PAR1 but no Parquet", "not a readable Parquet file"),
        (f"{HEADER}\no1,2025-03-01,c,".encode() + b"\xff\xfe,1,1\n", "line 2 is not valid UTF-8"),
        (f"{HEADER}\n".encode(), "no order line"),
    ],
)
def test_evaluate__bad_file__is_explained(orders: Path, content: bytes, message: str) -> None:
    orders.write_bytes(content)

    with pytest.raises(CommandError, match=message):
        run(orders)


@pytest.mark.parametrize(("pairs", "is_too_few"), [(4, True), (9, True), (10, False)])
def test_evaluate__fewer_products_than_can_be_told_apart__says_so_instead_of_figures(
    tmp_path: Path, pairs: int, is_too_few: bool
) -> None:
    of_few = [line for line in lines() if int(line.split("-")[1][:2]) < pairs]
    path = written(tmp_path / "few.csv", HEADER, *of_few)

    out, _err = run(path, before="2025-03-04", json=tmp_path / "figures.json")

    found = json.loads((tmp_path / "figures.json").read_text())["counts"]
    assert (found["candidates"], found["too_few_candidates"]) == (2 * pairs, is_too_few)
    assert ("There are too few products to tell" in out) is is_too_few
    assert ("HitRate@5" in out) is not is_too_few
