"""The board of a placement and an exclusion, on a phone: dragged, moved by keys and buttons, and saved."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from offers.models import BoardEntry, Offer, Placement
from tests.browser.conftest import Tab, browsing
from tests.support.admin_cast import create_people
from tests.support.admin_shop import build_shop

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]
WIDTH = 390
STATUS = {"en": "B: place 1 of 2.", "ja": "B：2件中1番目です。"}
HITS = {"en": "Hits 1 of 3 products today:", "ja": "現在、3件の商品のうち1件が対象です："}


@pytest.fixture
def phone(chromium: Browser, live_server: LiveServer, language: str) -> Iterator[Tab]:
    """Open a tab as wide as a phone."""
    create_people()
    build_shop(3)
    with browsing(chromium, live_server, {"width": WIDTH, "height": 900}, language) as context:
        tab = Tab(context.new_page(), live_server.url)
        tab.sign_in("merchandiser")
        yield tab
    assert tab.errors == []


def touch(page: Page, grip: Locator, target: Locator) -> None:
    """Drag with a finger from a grip into the lower half of a row."""
    start, end = grip.bounding_box(), target.bounding_box()
    assert start is not None
    assert end is not None
    finger = page.context.new_cdp_session(page)
    finger.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    x, y = start["x"] + 8, start["y"] + 8
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for part in range(1, 9):
        below = y + (end["y"] + end["height"] - 4 - y) * part / 8
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": below}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def names(rows: Locator) -> list[str]:
    return [str(row.get_attribute("data-name")) for row in rows.all()]


def test_board__by_buttons_keys_and_dragging__is_ordered_and_saved(phone: Tab, language: str) -> None:
    placement = Placement.objects.create(code="board", name="Board", slot_count=3)
    for place, name in enumerate("ABC"):
        offer = Offer.objects.create(code=f"board-{name}", name=name, kind="upgrade", priority=-place)
        offer.placements.add(placement)
    phone.open(f"/admin/offers/placement/{placement.pk}/board/")
    page = phone.page
    placed, others = (page.locator(f"[data-part={part}] > .awase-row") for part in ("placed", "others"))
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTH
    assert names(others) == ["A", "B", "C"]

    others.nth(0).locator("button[value^=up]").click()
    expect(placed).to_have_count(1)
    others.nth(0).locator(".awase-grip").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert (names(placed), names(others)) == (["B", "A"], ["C"])
    expect(page.locator("[data-part=status]")).to_have_text(STATUS[language])

    grip, target = others.nth(0).locator(".awase-grip").bounding_box(), placed.nth(0).bounding_box()
    assert grip is not None
    assert target is not None
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(target["x"] + 20, target["y"] + target["height"] - 4, steps=6)
    page.mouse.move(target["x"] + 20, target["y"] + 4, steps=6)
    page.mouse.up()
    assert names(placed) == ["C", "B", "A"]

    touch(page, placed.nth(0).locator(".awase-grip"), placed.nth(2))
    assert names(placed) == ["B", "A", "C"]

    page.locator("[data-part=undo]").click()
    page.locator("[data-part=undo]").click()
    assert (names(placed), names(others)) == (["B", "A"], ["C"])
    with page.expect_navigation():
        page.locator("#board .awase-primary").click()
    entries = BoardEntry.objects.filter(placement=placement).order_by("position")
    assert list(entries.values_list("offer__name", flat=True)) == ["B", "A"]
    with page.expect_navigation():
        page.locator("[name=undo]").click()
    assert not entries.exists()

    phone.open("/admin/offers/productexclusion/add/")
    expect(page.locator("#id_attribute")).to_be_hidden()
    page.fill("#id_keywords", "gyokuro")
    expect(page.locator("#exclusion-reach")).to_contain_text(HITS[language])
    page.select_option("#id_effect", "restricted")
    expect(page.locator("#id_attribute")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTH
