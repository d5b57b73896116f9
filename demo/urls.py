"""The storefront's pages; `config.urls` includes them only in demo mode."""

from django.urls import path

from demo.views.checkout import checkout, pay_later
from demo.views.order import order
from demo.views.page import storefront
from demo.views.search import products
from demo.views.seen import seen

app_name = "demo"
urlpatterns = [
    path("", storefront, name="storefront"),
    path("products", products, name="products"),
    path("checkout", checkout, name="checkout"),
    path("seen", seen, name="seen"),
    path("pay-later", pay_later, name="pay_later"),
    path("orders/<str:quote_id>", order, name="order"),
]
