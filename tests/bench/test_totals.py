"""The benchmark of totals runs, and its figures become a table and targets."""

import pytest
from django.db import connection

from tests.bench.management.commands.bench_totals import measure
from tests.bench.report import render, targets_of


@pytest.mark.django_db
def test_bench_totals__few_rows__counts_them_and_opens_each_page() -> None:
    measured = measure(rows=400, past_days=2)

    assert measured["shown_per_day"] == 200
    assert 100 < measured["events_per_day"] < 300
    assert measured["totals"] >= measured["results"] > 0
    assert all(timing["seconds"] > 0 for timing in measured["counts"].values())
    results = {"totals": {connection.vendor: measured}}
    targets = [target.name for target in targets_of(results)]
    assert targets == [
        f"seconds, results of 90 days, {page}, {connection.vendor}" for page in measured["pages"]
    ]
    assert f"{connection.vendor}: 200 shown offers" in render(results)
