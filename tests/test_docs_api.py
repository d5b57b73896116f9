"""docs/api.md as one script: its calls from top to bottom, on a real server, and the answers it prints."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.management import call_command

from catalog.models import Product
from offers.kinds.threshold.models import ThresholdOffer
from offers.models import (
    AttributeChoice,
    AttributeType,
    CustomerAttribute,
    Offer,
    OfferStrategy,
    Placement,
    StrategyCode,
)
from tests.analytics.shop import place_order
from tests.offers.market import stock_shop, tea_by_the_three
from tests.support.api_reference import differ, find_difference, read_steps
from tests.support.live import LiveServer, live_server
from tests.support.servers import ROOT, database_url

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,
    pytest.mark.xdist_group("live"),
]

STEPS: Final = list(read_steps((ROOT / "docs" / "api.md").read_text()))
BIN: Final = Path(sys.executable).parent
COMMANDS: Final = {
    "sh": ["bash", "-ec"],
    "python": [sys.executable, "-c"],
    "js": ["node", "--input-type=module", "--eval"],
}
# The variables that the reference says to set from the answers.
KEPT: Final = {"decision_id": "DECISION", "quote_id": "QUOTE"}


@dataclass
class Script:
    """A shell in which the calls of the reference are run; it keeps what they answer."""

    folder: Path
    environment: dict[str, str]

    def run(self, language: str, code: str) -> Any:
        """Run a call; return its answer, which is a text if it is not JSON."""
        # A shell knows the variables; in other languages they are written out.
        filled = code if language == "sh" else self._filled(code)
        done = subprocess.run(
            [*COMMANDS[language], filled],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (code, done.stderr)
        try:
            answer = json.loads(done.stdout)
        except ValueError:
            return done.stdout
        self._keep(answer)
        return answer

    def _keep(self, answer: Any) -> None:
        for key, name in KEPT.items():
            if key in answer:
                self.environment[name] = answer[key]

    def _filled(self, code: str) -> str:
        return re.sub(r"\$([A-Z]+)", lambda found: self.environment[found[1]], code)


def open_shop() -> None:
    """Sell what the reference calls for; three customers have bought bread and butter."""
    goods = stock_shop()
    Product.objects.filter(sku="tea").update(stock=2)
    Product.objects.filter(sku="mug").delete()
    for code in ("product_page", "cart"):
        Placement.objects.create(code=code, name=code, slot_count=4, is_about_cart=code == "cart")
    together = Offer.objects.create(
        code="goes-with-it", name="Together", kind="cross_sell", currency="JPY",
        headline_en="Goes well with it", benefit_kind="percent", benefit_value=1000,
    )  # fmt: skip
    OfferStrategy.objects.create(offer=together, strategy=StrategyCode.BOUGHT_TOGETHER)
    together.placements.set(Placement.objects.all())
    tea_by_the_three(goods["tea"], refund_policy="claw_back")
    ThresholdOffer.objects.create(
        code="from-5000", name="From 5,000", kind="threshold", currency="JPY", lane="cart", at_least=5000,
        benefit_kind="percent", benefit_value=500,
    )  # fmt: skip
    household = CustomerAttribute(code="household", name_en="Household", type=AttributeType.NUMBER)
    skin = CustomerAttribute(code="skin_type", name_en="Skin type", type=AttributeType.CHOICE)
    CustomerAttribute.objects.bulk_create([household, skin])
    for place, code in enumerate(("dry", "oily")):
        AttributeChoice.objects.create(attribute=skin, code=code, name_en=code, position=place)
    for _ in range(3):
        place_order(goods["bread"], goods["butter"])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    """Run the server for the shop."""
    open_shop()
    call_command("recompute", no_progress=True)
    with live_server(tmp_path) as running:
        yield running


@pytest.fixture
def script(server: LiveServer, tmp_path: Path) -> Script:
    environment = os.environ | {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url(),
        "AWASE_DATA": str(tmp_path),
        "URL": f"http://127.0.0.1:{server.port}",
    }
    return Script(tmp_path, environment)


def test_reference__run_from_top_to_bottom__answers_what_it_prints(script: Script) -> None:
    keys, *calls = STEPS
    printed = script.run(keys.language, keys.code).split()
    script.environment |= dict(zip(("SECRET", "PUBLISHABLE", "SIGNING"), printed, strict=True))

    found = []
    for step in calls:
        answer = script.run(step.language, step.code)
        found += [
            f"{step.heading}: {difference}\n{json.dumps(answer, ensure_ascii=False)}"
            for shown in step.shown
            if (difference := find_difference(shown, answer))
        ]

    assert not found, "\n".join(found)
    assert len(calls) >= 12


@pytest.mark.parametrize(
    ("shown", "answered", "difference"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, ": the fields ['a', 'b'] instead of ['a']"),
        ({"a": 1, "…": "…"}, {"a": 1, "b": 2}, None),
        ([1, "…"], [1, 2], None),
        ([1], [1, 2], ": 2 items instead of 1"),
        (["…", 2], [1, 2], None),
        ({"a": ["x…"]}, {"a": ["y"]}, None),
        ({"a": {"b": "x"}}, {"a": {"b": "y"}}, "/a/b: 'y' instead of 'x'"),
        ({"expires_at": "1"}, {"expires_at": "2"}, None),
    ],
)
def test_difference__of_an_answer_from_a_shown_one__is_found(
    shown: Any, answered: Any, difference: str | None
) -> None:
    assert differ(shown, answered) == difference
