"""The addresses of the API that `checkout` answers."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from checkout.api.commit import CommitView
from checkout.api.order import OrderView
from checkout.api.quote import QuotesView
from checkout.api.redemption import RedeemView, ReleaseView
from checkout.api.refund import RefundsView


class OrderIdConverter(StringConverter):
    """Whatever is sent, slashes and line breaks too: the view says what is no order id."""

    regex = r"[\s\S]+"


register_converter(OrderIdConverter, "order_id")

urlpatterns = [
    path("api/v1/quotes", QuotesView.as_view(), name="quotes"),
    path("api/v1/quotes/<str:quote_id>/redeem", RedeemView.as_view(), name="redeem"),
    path("api/v1/quotes/<str:quote_id>/release", ReleaseView.as_view(), name="release"),
    path("api/v1/quotes/<str:quote_id>/commit", CommitView.as_view(), name="commit"),
    # An order id may hold a slash; one that ends like this address cannot be sent.
    path("api/v1/orders/<order_id:order_id>/refunds", RefundsView.as_view(), name="refunds"),
    path("api/v1/orders/<order_id:order_id>", OrderView.as_view(), name="order"),
]
