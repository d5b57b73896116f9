"""The storefront's pages; `config.urls` includes them only in demo mode."""

from django.urls import path

from demo import views

app_name = "demo"
urlpatterns = [
    path("", views.storefront, name="storefront"),
    path("products", views.products, name="products"),
]
