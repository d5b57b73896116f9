"""The cap of a day on the page: reached, said, and forgotten."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from catalog.services.revision import raise_revision
from offers.models import RestraintCap
from offers.services.snapshot import refresh_snapshot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.django_db(transaction=True),
]


@pytest.mark.parametrize(
    ("language", "enough", "forget"),
    [
        ("en", "You have seen enough offers for today: 2 of 2.", "Forget what I have seen"),
        ("ja", "本日のオファー表示は上限に達しました：2件中2件。", "表示履歴を消去"),
    ],
)
def test_page__cap_reached__says_so_until_it_is_forgotten(
    page: Page, shop: str, language: str, enough: str, forget: str
) -> None:
    RestraintCap.objects.create(count=2, window_days=1, channel="web")
    raise_revision(domain="offers")
    refresh_snapshot(at=timezone.now())

    page.goto(f"{shop}?language={language}")
    expect(page.locator("[data-offer]")).to_have_count(2)
    expect(page.locator("#seen")).to_contain_text(enough)

    page.reload()
    expect(page.locator("#product_page .empty")).to_be_visible()
    expect(page.locator("#seen")).to_contain_text(enough)
    page.get_by_role("button", name=forget).click()
    expect(page.locator("#product_page [data-offer]").first).to_be_visible()
