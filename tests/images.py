"""Take the pictures of the documentation from the running demo: `python -m tests.images [name ...]`.

Start `make demo` first. The demo says in its environment file where it runs and who may sign in. What the
customer in the picture has seen is forgotten first, so the pictures can be taken as often as pages change.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, ViewportSize, sync_playwright

from launch.services import environment
from launch.services.environment import environment_path, read_environment
from tests.support.chromium import ARGUMENTS, find_chromium

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / "docs" / "images"


@dataclass(frozen=True, slots=True)
class Shop:
    """What the pictures show of the demo: the first product of its storefront, and a customer."""

    url: str
    sku: str
    customer: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its size in pixels, and the steps to what it shows.

    The menu of the admin is visible from a width of 1280.
    """

    width: int
    height: int
    prepare: Callable[[Page, Shop], None]


def storefront(page: Page, shop: Shop) -> None:
    """Show offers to a customer, whose cart has pasta and a discounted sauce."""
    page.goto(f"{shop.url}/demo/?language=en")
    page.select_option("#customer", shop.customer)
    page.locator("#seen-text:not(:empty)").wait_for()
    # Earlier pictures were views, which pause offers and reach the cap.
    with page.expect_response("**/api/v1/offers*"):
        page.locator("#seen button").click()
    page.get_by_role("button", name="Add to cart").click()
    offer = page.locator("#product_page [data-offer=pasta-night]")
    offer.get_by_role("button", name="Add", exact=True).click()
    page.locator("#parts").get_by_text("Pasta night").wait_for()
    page.locator("#status:empty").wait_for(state="attached")


def offer(page: Page, shop: Shop) -> None:
    """Preview what a cross-sell serves, with its candidates."""
    page.goto(f"{shop.url}/admin/offers/crossselloffer/?q=goes-well-together")
    page.locator("#result_list tbody a[href*=change]").first.click()
    page.select_option("#id_preview-placement", "product_page")
    choose(page, "id_preview-product", shop.sku)
    page.get_by_role("button", name="Preview").click()
    page.locator("#offer-preview-answer summary").first.click()
    scroll_to(page, "#offer-preview", above=24)


def quantity_example(page: Page, shop: Shop) -> None:
    """Show the tiers of a quantity discount beside the example."""
    page.goto(f"{shop.url}/admin/offers/quantityoffer/?q=stock-up-on-pasta")
    page.locator("#result_list tbody a[href*=change]").first.click()
    page.locator("#offer-example .awase-result").first.wait_for()
    scroll_to(page, "#id_mode", above=180)


def tryout(page: Page, shop: Shop) -> None:
    """Show what a customer would see in the cart, and what the cart costs."""
    page.goto(f"{shop.url}/admin/tryout/?placement=cart")
    choose(page, "id_customer", shop.customer)
    choose(page, "id_cart-0-product", shop.sku)
    page.fill("#id_cart-0-quantity", "2")
    page.locator("#tryout button[type=submit]").click()
    page.locator("#tryout-answer section").first.wait_for()


def lanes(page: Page, shop: Shop) -> None:
    """Show the lanes in their order."""
    page.goto(f"{shop.url}/admin/offers/lane/")


def statistics(page: Page, shop: Shop) -> None:
    """Show the data that the shop learned from, and how good the recommendations are."""
    page.goto(f"{shop.url}/admin/statistics/")
    page.locator("canvas").first.wait_for()


PICTURES: Final = {
    "demo-storefront": Picture(1360, 1040, storefront),
    "admin-offer": Picture(1280, 1010, offer),
    "admin-quantity-example": Picture(1440, 900, quantity_example),
    "admin-tryout": Picture(1152, 1290, tryout),
    "admin-lanes": Picture(1200, 520, lanes),
    "admin-statistics": Picture(1280, 1230, statistics),
}


def choose(page: Page, field: str, typed: str) -> None:
    """Type into an autocomplete and select the first result."""
    page.locator(f"#{field} + .select2 .select2-selection").click()
    page.locator(".select2-container--open .select2-search__field").fill(typed)
    page.locator(".select2-results__option--highlighted", has_text=typed).click()


def scroll_to(page: Page, selector: str, *, above: int) -> None:
    """Scroll until `selector` is `above` pixels below the top bar of the admin."""
    script = "(node, above) => { node.style.scrollMarginTop = `${64 + above}px`; node.scrollIntoView(); }"
    page.locator(selector).first.evaluate(script, above)


def sign_in(page: Page, url: str, known: dict[str, str]) -> None:
    """Sign in to the admin."""
    page.goto(f"{url}/admin/login/")
    page.fill("#id_username", known[environment.ADMIN_USER])
    page.fill("#id_password", known[environment.ADMIN_PASSWORD])
    page.click("#login-form button[type=submit]")
    page.wait_for_url("**/admin/")


def read_shop(page: Page, url: str) -> Shop:
    """Return what the storefront shows first."""
    page.goto(f"{url}/demo/?language=en")
    shown: dict[str, Any] = page.evaluate("JSON.parse(document.getElementById('page').textContent)")
    return Shop(url, shown["product"]["sku"], shown["shoppers"][-1]["id"])


def main(names: list[str]) -> int:
    """Take the pictures with these names, or all."""
    known = read_environment(environment_path(Path(os.environ.get("AWASE_DATA", ROOT / "var"))))
    unknown = set(names) - PICTURES.keys()
    if not known or unknown:
        problem = f"There is no picture {', '.join(unknown)}." if unknown else "Start the demo: make demo"
        print(problem, file=sys.stderr)
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        url = known[environment.URL]
        context = browser.new_context(locale="en-US")
        page = context.new_page()
        sign_in(page, url, known)
        shop = read_shop(page, url)
        for name in names or PICTURES:
            take(page, shop, name)
        browser.close()
    return 0


def take(page: Page, shop: Shop, name: str) -> None:
    """Take one picture, once all requests of its page are answered."""
    picture = PICTURES[name]
    page.set_viewport_size(ViewportSize(width=picture.width, height=picture.height))
    picture.prepare(page, shop)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
    print(FOLDER / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
