"""The addresses of the API that `offers` answers."""

from django.urls import path

from offers.api.documentation import DocumentationView, SchemaView
from offers.api.event import EventsView
from offers.api.health import LiveView, ReadyView
from offers.api.offer import OffersView
from offers.api.product import ProductsView
from offers.api.quote import QuotesView
from offers.api.redemption import RedeemView, ReleaseView

urlpatterns = [
    path("api/v1/offers", OffersView.as_view(), name="offers"),
    path("api/v1/events", EventsView.as_view(), name="events"),
    path("api/v1/products", ProductsView.as_view(), name="products"),
    path("api/v1/quotes", QuotesView.as_view(), name="quotes"),
    path("api/v1/quotes/<str:quote_id>/redeem", RedeemView.as_view(), name="redeem"),
    path("api/v1/quotes/<str:quote_id>/release", ReleaseView.as_view(), name="release"),
    path("api/schema", SchemaView.as_view(), name="schema"),
    path("api/docs", DocumentationView.as_view(), name="docs"),
    path("livez", LiveView.as_view(), name="livez"),
    path("readyz", ReadyView.as_view(), name="readyz"),
]
