"""The addresses of the API that `offers` answers, and of the pages for shoppers."""

from django.urls import path

from offers.api.customer import CustomersView
from offers.api.event import EventsView
from offers.api.health import LiveView, ReadyView
from offers.api.offer import OffersView
from offers.api.product import ProductsView
from offers.views.preferences import preferences_page

urlpatterns = [
    path("api/v1/offers", OffersView.as_view(), name="offers"),
    path("api/v1/events", EventsView.as_view(), name="events"),
    path("api/v1/products", ProductsView.as_view(), name="products"),
    path("api/v1/customers", CustomersView.as_view(), name="customers"),
    path("preferences/<str:token>", preferences_page, name="preferences_page"),
    path("livez", LiveView.as_view(), name="livez"),
    path("readyz", ReadyView.as_view(), name="readyz"),
]
