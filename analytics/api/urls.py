"""The addresses of the API that `analytics` answers."""

from django.urls import path

from analytics.api.order import OrderView

urlpatterns = [
    # An order id may hold a slash.
    path("api/v1/orders/<path:order_id>", OrderView.as_view(), name="order"),
]
