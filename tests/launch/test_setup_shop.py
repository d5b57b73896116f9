"""The command that prepares your own shop."""

import os
import pty
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as installed
from django.core.management import CommandError, call_command
from pytest_django import Settings

from catalog.models import Product
from launch.services.choices import MARKETS
from launch.services.environment import read_environment
from offers.models import Offer, Placement
from tests.support.migrated import put_migrated_database

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def settings_file(tmp_path: Path, settings: Settings) -> Path:
    """Give each test a file of settings of its own."""
    settings.AWASE_SETTINGS_FILE = tmp_path / "settings.env"
    return tmp_path / "settings.env"


def run(**options: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("setup_shop", no_input=True, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_setup_shop__market__writes_its_settings_and_creates_offers_in_its_currency(
    settings_file: Path,
) -> None:
    out, err = run(market="JP")

    assert read_environment(settings_file) == MARKETS["JP"].variables()
    assert set(Offer.objects.values_list("currency", flat=True)) == {"JPY"}
    assert Placement.objects.get(code="product_page").name == "商品ページ"
    assert "AWASE_CURRENCY=JPY AWASE_TAX_DISPLAY=gross TIME_ZONE=Asia/Tokyo LANGUAGE_CODE=ja" in out
    assert err == ""


def test_setup_shop__options__go_before_the_market(settings_file: Path) -> None:
    run(market="US", currency="cad", tax="NET", time_zone="America/Toronto", language="ja")

    assert read_environment(settings_file) == {
        "AWASE_CURRENCY": "CAD",
        "AWASE_TAX_DISPLAY": "net",
        "TIME_ZONE": "America/Toronto",
        "LANGUAGE_CODE": "ja",
    }


def test_setup_shop__again__creates_nothing_and_keeps_other_settings(settings_file: Path) -> None:
    settings_file.write_text("AWASE_DECLINE_DAYS=30\n")
    run(market="JP")
    before = settings_file.read_text(), Offer.objects.count(), Placement.objects.count()

    out, _err = run(market="JP")

    assert (settings_file.read_text(), Offer.objects.count(), Placement.objects.count()) == before
    assert "AWASE_DECLINE_DAYS=30" in before[0]
    assert out.count("none, they already exist") == 2


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("currency", "YEN", "--currency 'YEN': YEN is not an ISO 4217 currency code"),
        ("tax", "some", "--tax 'some': Choose one of gross, net, auto"),
        ("time_zone", "Tokyo", "--time-zone 'Tokyo': Unknown time zone"),
        ("time_zone", "../etc", "--time-zone '../etc': Unknown time zone"),
        ("language", "fr", "--language 'fr': Choose one of en, ja"),
    ],
)
def test_setup_shop__invalid_option__names_it_and_changes_nothing(
    settings_file: Path, option: str, value: str, words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        run(**{option: value})

    assert not settings_file.exists()
    assert not Placement.objects.exists()


def test_setup_shop__no_product_in_the_currency__says_so() -> None:
    Product.objects.create(sku="tea", name="Tea", price_minor=500, currency="USD")

    _out, err = run(market="JP")

    assert "No product has a price in JPY" in err


def test_setup_shop__environment_says_otherwise__says_which_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIME_ZONE", "Europe/London")

    _out, err = run(market="JP")

    assert "TIME_ZONE=Europe/London overrides this" in err


@pytest.mark.any_database
def test_setup_shop__on_a_terminal__asks_and_the_next_start_reads_the_answers(tmp_path: Path) -> None:
    put_migrated_database(tmp_path)
    manage(tmp_path, "migrate", "--verbosity=0")

    said = answer(tmp_path, "XX", "JP", "", "sometimes", "net", "", "")

    assert "Market []: " in said
    assert "Choose one of AU, CA, DE" in said
    assert "Currency (ISO 4217) [JPY]: " in said
    assert "Choose one of gross, net, auto." in said
    shown = "from django.conf import settings as s; print(s.AWASE_CURRENCY, s.AWASE_TAX_DISPLAY, s.TIME_ZONE)"
    assert manage(tmp_path, "shell", "--no-imports", "-c", shown).split() == ["JPY", "net", "Asia/Tokyo"]


OF_THE_SUITE = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", *MARKETS["JP"].variables()}


def environment(data: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in OF_THE_SUITE}
    return inherited | {"AWASE_DATA": str(data), "AWASE_DEMO": "0"}


def manage(data: Path, *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=installed.BASE_DIR, env=environment(data), check=True, capture_output=True, text=True
    ).stdout


def answer(data: Path, *answers: str) -> str:
    """Run the command on a terminal, type the answers, and return what it said."""
    terminal, end = pty.openpty()
    os.write(terminal, "".join(f"{line}\n" for line in answers).encode())
    try:
        return subprocess.run(
            [sys.executable, "manage.py", "setup_shop"],
            cwd=installed.BASE_DIR,
            env=environment(data),
            stdin=end,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    finally:
        os.close(terminal)
        os.close(end)
