"""What the documents say exists."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from engine.conditions import CONDITIONS
from engine.decision.guards import GUARDS
from engine.decision.kinds import KINDS
from engine.decision.page import PAGE_GUARDS
from engine.restraint.rulings import REASONS as RESTRAINT_REASONS

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_page__its_relative_links__lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text())

    missing = [target for target in targets if not (page.parent / target).exists()]

    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_page__each_command_it_shows__exists(page: Path) -> None:
    shown = set(re.findall(r"manage\.py ([a-z_]+)", page.read_text()))

    assert shown - set(get_commands()) == set()


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_page__each_make_target_it_shows__exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    shown = set(re.findall(r"(?:`|^ {4}|\$ )make ([a-z]+)", page.read_text(), re.MULTILINE))

    assert shown - targets == set()


def test_operations__the_table_of_variables__is_what_the_settings_read() -> None:
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "config" / "settings.py").read_text()))

    explained = set(
        re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)
    )

    assert explained == read


def test_api__each_code_of_a_trace__is_listed() -> None:
    text = (ROOT / "docs" / "api.md").read_text()
    section = text.split("### The trace\n")[1].split("\n### ")[0]
    named = set(re.findall(r"`([a-z_]+)`", section))

    conditions = {condition.name for condition in CONDITIONS} | {
        *RESTRAINT_REASONS,
        "excluded_offer",
        "currency",
    }
    guards = {guard.reason for guard in GUARDS} | {guard.reason for guard in PAGE_GUARDS}
    for kind in KINDS.values():
        if type(kind).__module__.startswith("engine."):
            guards |= {guard.reason for guard in kind.guards}

    assert conditions | guards | {"not_asked", "no_slot_left", "offer_has_enough"} <= named


def test_pricing__each_reason_of_a_condition__is_listed() -> None:
    text = (ROOT / "docs" / "pricing.md").read_text()
    section = text.split("## Outcomes of an offer\n")[1].split("\n## ")[0]

    assert {condition.reason for condition in CONDITIONS} <= set(re.findall(r"`([a-z_]+)`", section))


def test_dependencies__each_runtime_package__is_explained() -> None:
    section = re.search(
        r"^dependencies = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text(), re.DOTALL | re.MULTILINE
    )
    assert section
    packages = re.findall(r'"([a-z0-9-]+)', section.group(1))
    text = (ROOT / "docs" / "dependencies.md").read_text().lower()
    spoken = {"django": "django 5.2", "psycopg": "psycopg 3"}

    assert [package for package in packages if f"{spoken.get(package, package)}" not in text] == []
