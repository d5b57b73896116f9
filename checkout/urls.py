"""The URLs of the checkout API."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from checkout.api.commit import CommitView
from checkout.api.customer import MergeView
from checkout.api.order import OrderView
from checkout.api.quote import QuotesView
from checkout.api.redemption import ExtendView, RedeemView, ReleaseView
from checkout.api.refund import RefundsView
from offers.api.customer import CustomerView
from offers.api.preferences import PreferenceLinkView, PreferencesView


class ShopIdConverter(StringConverter):
    """Match any text, including slashes and line breaks; the view refuses invalid order IDs."""

    regex = r"[\s\S]+"


register_converter(ShopIdConverter, "shop_id")

urlpatterns = [
    path("api/v1/quotes", QuotesView.as_view(), name="quotes"),
    path("api/v1/quotes/<str:quote_id>/redeem", RedeemView.as_view(), name="redeem"),
    path("api/v1/quotes/<str:quote_id>/extend", ExtendView.as_view(), name="extend"),
    path("api/v1/quotes/<str:quote_id>/release", ReleaseView.as_view(), name="release"),
    path("api/v1/quotes/<str:quote_id>/commit", CommitView.as_view(), name="commit"),
    # An order ID may contain slashes, but cannot end like this URL.
    path("api/v1/orders/<shop_id:order_id>/refunds", RefundsView.as_view(), name="refunds"),
    path("api/v1/orders/<shop_id:order_id>", OrderView.as_view(), name="order"),
    # Merging moves orders. The address of a customer would match all others below it, so it comes last.
    path("api/v1/customers/<shop_id:customer_id>/merge", MergeView.as_view(), name="merge"),
    path(
        "api/v1/customers/<shop_id:customer_id>/preferences/link",
        PreferenceLinkView.as_view(),
        name="preference_link",
    ),
    path("api/v1/customers/<shop_id:customer_id>/preferences", PreferencesView.as_view(), name="preferences"),
    path("api/v1/customers/<shop_id:customer_id>", CustomerView.as_view(), name="customer"),
]
