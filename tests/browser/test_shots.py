import json
import pytest
from catalog.models import Product, Category
from offers.models import Offer, Placement
from offers.kinds.quantity.models import QuantityOffer
from tests.browser.conftest import Tab, browsing
from tests.support.admin_cast import create_people
from tests.support.admin_shop import build_shop

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.mark.parametrize("width", [1360, 390])
def test_shots(chromium, live_server, language, transactional_db, width):
    create_people()
    build_shop(3)
    pk = Product.objects.order_by("pk")[0].pk
    offer = Offer.objects.filter(kind="quantity").first() or Offer.objects.first()
    offer.conditions = {
        "version": 1,
        "match": "all",
        "nodes": [
            {"type": "segment", "op": "is", "values": ["loyal", "champion"]},
            {"type": "bought_product", "op": "within", "products": [pk], "days": 60},
            {
                "match": "any",
                "nodes": [
                    {"type": "cart_value", "op": "at_least", "minor": 5000, "currency": "JPY"},
                    {"type": "cart_product", "op": "contains", "products": [pk, 99999]},
                ],
            },
            {"type": "weekday", "op": "is", "days": ["mon", "tue", "wed", "thu", "fri"]},
            {"type": "hours", "op": "between", "from": "17:00", "to": "22:00"},
            {"type": "cart_price", "op": "contains", "currency": "JPY", "from_minor": 100},
        ],
    }
    offer.save()
    from offers.admin.addresses import page_of_kind

    with browsing(chromium, live_server, {"width": width, "height": 900}, language) as context:
        tab = Tab(context.new_page(), live_server.url)
        tab.page.on("console", lambda m: print("LOG", m.text))
        tab.page.on("response", lambda r: r.status >= 400 and print("HTTP", r.status, r.url))
        tab.sign_in("merchandiser")
        tab.open(page_of_kind(offer.kind, "change", offer.pk))
        p = tab.page
        import gettext

        words = {"en": "Audience and conditions"}
        from django.utils import translation

        with translation.override(language):
            from django.utils.translation import gettext as g

            name = g("Audience and conditions")
        p.get_by_role("link", name=name).or_(p.get_by_text(name)).first.click()
        p.wait_for_timeout(1500)
        p.locator(".awase-tree").scroll_into_view_if_needed()
        p.screenshot(path=f"/tmp/build/form-{language}-{width}.png", full_page=True)
        print(p.inner_text("[data-part=sentence]"))
        p.locator(".awase-tree").screenshot(path=f"/tmp/build/tree-{language}-{width}.png")
        print("scroll", p.evaluate("document.documentElement.scrollWidth"))
        tab.open("/admin/offers/offer/")
        p.screenshot(path=f"/tmp/build/list-{language}-{width}.png", full_page=True)
    assert tab.errors == []
